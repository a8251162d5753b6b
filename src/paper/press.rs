//! From places to bytes: tagged PDF/A-2a and PDF/UA-1, the same bytes for the same sheet.

use super::{
    PaperError,
    face::{Faces, Style},
    layout::{Cell, CellKind, Element, HEIGHT, LEFT, Layout, Mark, RIGHT, Section, WIDTH, What},
    sheet::Sheet,
};
use crate::domain::{Instant, text::Language};
use krilla::{
    Document, SerializeSettings,
    color::luma,
    configure::{Accessibility, Archival, ConfigurationBuilder},
    destination::XyzDestination,
    geom::{Path, PathBuilder, Point, Rect},
    metadata::{DateTime, Metadata},
    outline::{Outline, OutlineNode},
    page::PageSettings,
    paint::{Fill, Stroke},
    surface::Surface,
    tagging::{Artifact, ArtifactType, BBox, ContentTag, Identifier, TableHeaderScope, Tag, TagGroup, TagTree},
};
use std::num::NonZeroU16;

/// The document as a file.
///
/// # Errors
/// When it cannot be made; never because of what it says.
pub fn print(sheet: &Sheet) -> Result<Vec<u8>, PaperError> {
    let faces = Faces::read()?;
    let mut layout = Layout::new(&faces);
    let sections: Vec<Section> = sheet
        .parts
        .iter()
        .map(|part| layout.part(part))
        .collect::<Result<_, _>>()?;
    let configuration = ConfigurationBuilder::new()
        .with_archival_validator(Archival::A2_A)
        .with_accessibility_validator(Accessibility::UA1)
        .finish()
        .map_err(failed)?;
    let mut document = Document::new_with(SerializeSettings {
        configuration,
        ..SerializeSettings::default()
    });
    let mut leaves: Vec<Vec<Identifier>> = (0..layout.leaves).map(|_| Vec::new()).collect();
    let pages = layout.page + 1;
    for number in 0..pages {
        let settings = PageSettings::from_wh(WIDTH, HEIGHT).ok_or_else(|| PaperError("no page".to_owned()))?;
        let mut page = document.start_page_with(settings);
        let mut surface = page.surface();
        for mark in layout.marks.iter().filter(|mark| mark.page == number) {
            draw(&mut surface, &faces, mark, &mut leaves)?;
        }
        if let Some(section) = sections.iter().rev().find(|section| section.first_page <= number) {
            margins(&mut surface, &faces, section, number, pages);
        }
        surface.finish();
        page.finish();
    }
    let language = sheet.parts.first().map_or(Language::En, |part| part.language);
    document.set_tag_tree(structure(language, &sections, leaves)?);
    document.set_metadata(metadata(sheet, language));
    document.set_outline(outline(sheet, &sections));
    document.finish().map_err(failed)
}

fn failed(error: impl std::fmt::Debug) -> PaperError {
    PaperError(format!("{error:?}"))
}

fn draw(
    surface: &mut Surface<'_>,
    faces: &Faces,
    mark: &Mark,
    leaves: &mut [Vec<Identifier>],
) -> Result<(), PaperError> {
    match mark.leaf.and_then(|leaf| leaves.get_mut(leaf)) {
        Some(leaf) => leaf.push(surface.start_tagged(ContentTag::Other)),
        None => drop(surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(ArtifactType::Layout)))),
    }
    match &mark.what {
        What::Text { x, y, style, text } => write(surface, faces, *x, *y, *style, text),
        What::Rule { y, from, to, weight } => {
            let mut path = PathBuilder::new();
            path.move_to(*from, *y);
            path.line_to(*to, *y);
            stroke(surface, path.finish(), *weight);
        }
        What::Frame { x, y, width, height } => {
            let mut path = PathBuilder::new();
            path.push_rect(Rect::from_xywh(*x, *y, *width, *height).ok_or_else(|| PaperError("a frame".to_owned()))?);
            stroke(surface, path.finish(), 0.8);
        }
        What::Squares { side, corners } => {
            let mut path = PathBuilder::new();
            for (x, y) in corners {
                path.push_rect(Rect::from_xywh(*x, *y, *side, *side).ok_or_else(|| PaperError("a square".to_owned()))?);
            }
            surface.set_fill(Some(ink(0)));
            if let Some(path) = path.finish() {
                surface.draw_path(&path);
            }
        }
    }
    surface.end_tagged();
    Ok(())
}

fn ink(level: u8) -> Fill {
    Fill {
        paint: luma::Color::new(level).into(),
        ..Fill::default()
    }
}

fn write(surface: &mut Surface<'_>, faces: &Faces, x: f32, y: f32, style: Style, text: &str) {
    let face = faces.of(style);
    surface.set_fill(Some(ink(if style.grey { 85 } else { 0 })));
    surface.draw_glyphs(
        Point::from_xy(x, y),
        &face.glyphs(text),
        face.font.clone(),
        text,
        style.size,
        false,
    );
}

fn stroke(surface: &mut Surface<'_>, path: Option<Path>, width: f32) {
    let Some(path) = path else { return };
    surface.set_fill(None);
    surface.set_stroke(Some(Stroke {
        paint: luma::Color::new(0).into(),
        width,
        ..Stroke::default()
    }));
    surface.draw_path(&path);
    surface.set_stroke(None);
}

/// Running head, foot and page number.
fn margins(surface: &mut Surface<'_>, faces: &Faces, section: &Section, page: usize, pages: usize) {
    if page > section.first_page {
        surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(ArtifactType::Header)));
        write(surface, faces, LEFT, 42.0, Style::NOTE, &section.running);
        surface.end_tagged();
    }
    surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(ArtifactType::Footer)));
    let number = match section.language {
        Language::En => format!("Page\u{a0}{} of\u{a0}{pages}", page + 1),
        Language::Ru => format!("Страница\u{a0}{} из\u{a0}{pages}", page + 1),
    };
    let width = faces.width(&number, Style::NOTE);
    let lines = faces.wrap(&section.foot, Style::NOTE, RIGHT - LEFT - width - 30.0);
    for (n, line) in lines.iter().enumerate() {
        write(
            surface,
            faces,
            LEFT,
            HEIGHT - 52.0 + n as f32 * Style::NOTE.lead,
            Style::NOTE,
            line,
        );
    }
    write(surface, faces, RIGHT - width, HEIGHT - 52.0, Style::NOTE, &number);
    surface.end_tagged();
}

fn structure(language: Language, sections: &[Section], leaves: Vec<Vec<Identifier>>) -> Result<TagTree, PaperError> {
    let mut leaves: Vec<Option<Vec<Identifier>>> = leaves.into_iter().map(Some).collect();
    let mut fill = |mut group: TagGroup, leaf: usize| {
        let content = leaves.get_mut(leaf).and_then(Option::take).unwrap_or_default();
        content.into_iter().for_each(|id| group.push(id));
        group
    };
    let mut tree = TagTree::new().with_lang(Some(language.tag().to_owned()));
    for section in sections {
        let mut part = TagGroup::new(Tag::Part.with_lang(Some(section.language.tag().to_owned())));
        for element in &section.elements {
            part.push(match element {
                Element::Heading { level, text, leaf } => {
                    let level = NonZeroU16::new(*level).unwrap_or(NonZeroU16::MIN);
                    fill(TagGroup::new(Tag::Hn(level, Some(text.clone()))), *leaf)
                }
                Element::Paragraph(leaf) => fill(TagGroup::new(Tag::P), *leaf),
                Element::Figure {
                    alternative,
                    leaf,
                    page,
                    x,
                    y,
                    side,
                } => {
                    let place =
                        Rect::from_xywh(*x, *y, *side, *side).ok_or_else(|| PaperError("a figure".to_owned()))?;
                    let tag = Tag::Figure(Some(alternative.clone())).with_bbox(Some(BBox::new(*page, place)));
                    fill(TagGroup::new(tag), *leaf)
                }
                Element::Table(rows) => table(rows, &mut fill),
            });
        }
        tree.push(part);
    }
    Ok(tree)
}

fn table(rows: &[Vec<Cell>], fill: &mut impl FnMut(TagGroup, usize) -> TagGroup) -> TagGroup {
    let mut table = TagGroup::new(Tag::Table);
    for row in rows {
        let mut group = TagGroup::new(Tag::TR);
        for cell in row {
            let tag = match cell.kind {
                CellKind::ColumnHead => TagGroup::new(Tag::TH(TableHeaderScope::Column)),
                CellKind::RowHead => TagGroup::new(Tag::TH(TableHeaderScope::Row)),
                CellKind::Plain => TagGroup::new(Tag::TD),
            };
            group.push(fill(tag, cell.leaf));
        }
        table.push(group);
    }
    table
}

/// One entry for each language.
fn outline(sheet: &Sheet, sections: &[Section]) -> Outline {
    let mut outline = Outline::new();
    for section in sections {
        let title = section.elements.iter().find_map(|element| match element {
            Element::Heading { level: 1, text, .. } => Some(text.clone()),
            _ => None,
        });
        let place = XyzDestination::new(section.first_page, Point::from_xy(0.0, 0.0));
        outline.push_child(OutlineNode::new(title.unwrap_or_else(|| sheet.title.clone()), place));
    }
    outline
}

fn metadata(sheet: &Sheet, language: Language) -> Metadata {
    Metadata::new()
        .title(sheet.title.clone())
        .language(language.tag().to_owned())
        .creator("Corridor".to_owned())
        .document_id(sheet.id.clone())
        .creation_date(date_time(sheet.as_of))
}

fn date_time(at: Instant) -> DateTime {
    let at = at.to_zoned_datetime(jiff::tz::TimeZone::UTC);
    let small = |n: i8| n.unsigned_abs();
    DateTime::new(at.year().unsigned_abs())
        .month(small(at.month()))
        .day(small(at.day()))
        .hour(small(at.hour()))
        .minute(small(at.minute()))
        .second(small(at.second()))
        .utc_offset_hour(0)
        .utc_offset_minute(0)
}

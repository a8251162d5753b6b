//! The two faces of Libertinus Serif, measured. One code point is one glyph: enough for Latin, Greek and Cyrillic.

use super::PaperError;
use krilla::text::{Font, GlyphId, KrillaGlyph};
use skrifa::{
    FontRef, MetadataProvider,
    charmap::Charmap,
    instance::{LocationRef, Size},
    metrics::GlyphMetrics,
};

static REGULAR: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/regular.otf"));
static BOLD: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/bold.otf"));

/// Which face, how large, how dark.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Style {
    pub bold: bool,
    pub grey: bool,
    pub size: f32,
    /// From one base line to the next.
    pub lead: f32,
}

impl Style {
    pub const TITLE: Self = Self::of(true, 21.0, 26.0);
    pub const HEADING: Self = Self::of(true, 12.0, 16.0);
    pub const BODY: Self = Self::of(false, 10.5, 14.5);
    pub const STRONG: Self = Self::of(true, 10.5, 14.5);
    pub const CELL: Self = Self::of(false, 9.5, 12.5);
    pub const CELL_STRONG: Self = Self::of(true, 9.5, 12.5);
    pub const NOTE: Self = Self::of(false, 8.5, 11.0).faded();

    const fn of(bold: bool, size: f32, lead: f32) -> Self {
        Self {
            bold,
            grey: false,
            size,
            lead,
        }
    }

    pub const fn faded(self) -> Self {
        Self { grey: true, ..self }
    }
}

/// One face.
pub(super) struct Face {
    pub font: Font,
    map: Charmap<'static>,
    metrics: GlyphMetrics<'static>,
}

/// Both.
pub(super) struct Faces {
    regular: Face,
    bold: Face,
}

impl Faces {
    pub fn read() -> Result<Self, PaperError> {
        Ok(Self {
            regular: Face::read(REGULAR)?,
            bold: Face::read(BOLD)?,
        })
    }

    pub fn of(&self, style: Style) -> &Face {
        if style.bold { &self.bold } else { &self.regular }
    }

    pub fn width(&self, text: &str, style: Style) -> f32 {
        self.of(style).width(text, style.size)
    }

    /// The text in lines that fit. Every line but the last ends with a space, so that a reader of the PDF's text finds
    /// the words apart.
    pub fn wrap(&self, text: &str, style: Style, width: f32) -> Vec<String> {
        let mut lines: Vec<String> = Vec::new();
        for paragraph in text.split('\n') {
            let mut line = String::new();
            for word in paragraph.split([' ', '\t', '\r']).filter(|word| !word.is_empty()) {
                self.place(word, style, width, &mut line, &mut lines);
            }
            lines.push(line);
        }
        let last = lines.len().saturating_sub(1);
        lines.iter_mut().take(last).for_each(|line| line.push(' '));
        lines
    }

    fn place(&self, word: &str, style: Style, width: f32, line: &mut String, lines: &mut Vec<String>) {
        let longer = if line.is_empty() {
            word.to_owned()
        } else {
            format!("{line} {word}")
        };
        if self.width(&longer, style) <= width {
            *line = longer;
            return;
        }
        if !line.is_empty() {
            lines.push(std::mem::take(line));
        }
        // A hash or an address that is longer than a line is broken where the line ends.
        for c in word.chars() {
            line.push(c);
            if self.width(line, style) > width && line.chars().count() > 1 {
                line.pop();
                lines.push(std::mem::replace(line, c.to_string()));
            }
        }
    }
}

impl Face {
    fn read(bytes: &'static [u8]) -> Result<Self, PaperError> {
        let unreadable = || PaperError("a font cannot be read".to_owned());
        let face = FontRef::new(bytes).map_err(|_| unreadable())?;
        Ok(Self {
            font: Font::new(bytes.into(), 0).ok_or_else(unreadable)?,
            map: face.charmap(),
            metrics: face.glyph_metrics(Size::new(1.0), LocationRef::default()),
        })
    }

    /// The character's glyph; a box for scripts that the face does not have. The PDF's text keeps the character.
    fn glyph(&self, c: char) -> (u32, f32) {
        let glyph = [c, '\u{25a1}', '?']
            .into_iter()
            .find_map(|c| self.map.map(c))
            .unwrap_or_default();
        (glyph.to_u32(), self.metrics.advance_width(glyph).unwrap_or(0.5))
    }

    pub fn width(&self, text: &str, size: f32) -> f32 {
        text.chars().map(|c| self.glyph(c).1).sum::<f32>() * size
    }

    pub fn glyphs(&self, text: &str) -> Vec<KrillaGlyph> {
        let glyph = |(at, c): (usize, char)| {
            let (id, advance) = self.glyph(c);
            KrillaGlyph::new(GlyphId::new(id), advance, 0.0, 0.0, 0.0, at..at + c.len_utf8(), None)
        };
        text.char_indices().map(glyph).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_fit_and_no_word_is_lost() {
        let faces = Faces::read().unwrap();
        let text =
            "Министерство иностранных дел Российской Федерации, Экономический департамент 240\u{a0}000\u{a0}тонн";
        for width in [40.0, 90.0, 300.0] {
            let lines = faces.wrap(text, Style::BODY, width);
            for line in &lines {
                assert!(faces.width(line.trim_end_matches(' '), Style::BODY) <= width, "{line}");
            }
            let joined: String = lines.concat().split(' ').collect();
            assert_eq!(joined, text.split(' ').collect::<String>(), "{width}");
        }
        let lines = faces.wrap(text, Style::BODY, 300.0);
        assert!(
            lines.iter().any(|line| line.contains("240\u{a0}000\u{a0}тонн")),
            "{lines:?}"
        );
    }

    #[test]
    fn the_faces_have_the_letters_of_both_languages() {
        let faces = Faces::read().unwrap();
        let letters = ('a'..='z').chain('A'..='Z').chain('а'..='я').chain('А'..='Я');
        for c in letters.chain("ёЁ№«»„“”’–—…0123456789§\u{a0}éüßçİşα".chars()) {
            assert!(
                faces.regular.map.map(c).is_some() && faces.bold.map.map(c).is_some(),
                "{c}"
            );
        }
    }
}

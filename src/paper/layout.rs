//! Where everything stands: pages, lines, tables that flow, and no heading alone at the foot of a page.

use super::{
    PaperError,
    face::{Faces, Style},
    sheet::{Block, Part},
};
use crate::domain::text::Language;

pub(super) const WIDTH: f32 = 595.28;
pub(super) const HEIGHT: f32 = 841.89;
pub(super) const LEFT: f32 = 68.0;
pub(super) const RIGHT: f32 = WIDTH - 62.0;
pub(super) const TOP: f32 = 70.0;
pub(super) const BOTTOM: f32 = HEIGHT - 66.0;
pub(super) const LINE: f32 = RIGHT - LEFT;
const QR_SIDE: f32 = 100.0;

/// Something drawn on a page; what belongs to no leaf is decoration.
pub(super) struct Mark {
    pub page: usize,
    pub leaf: Option<usize>,
    pub what: What,
}

pub(super) enum What {
    Text {
        x: f32,
        y: f32,
        style: Style,
        text: String,
    },
    Rule {
        y: f32,
        from: f32,
        to: f32,
        weight: f32,
    },
    Frame {
        x: f32,
        y: f32,
        width: f32,
        height: f32,
    },
    /// Dark squares of this side, at these corners.
    Squares {
        side: f32,
        corners: Vec<(f32, f32)>,
    },
}

/// The document's structure, for readers that do not look.
pub(super) enum Element {
    Heading {
        level: u16,
        text: String,
        leaf: usize,
    },
    Paragraph(usize),
    Figure {
        alternative: String,
        leaf: usize,
        page: usize,
        x: f32,
        y: f32,
        side: f32,
    },
    Table(Vec<Vec<Cell>>),
}

pub(super) struct Cell {
    pub kind: CellKind,
    pub leaf: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CellKind {
    ColumnHead,
    RowHead,
    Plain,
}

/// A part of the document on its pages.
pub(super) struct Section {
    pub language: Language,
    pub first_page: usize,
    pub running: String,
    pub foot: String,
    pub elements: Vec<Element>,
}

pub(super) struct Layout<'f> {
    pub faces: &'f Faces,
    pub marks: Vec<Mark>,
    pub leaves: usize,
    pub page: usize,
    pub(super) elements: Vec<Element>,
    pub(super) y: f32,
}

impl<'f> Layout<'f> {
    pub fn new(faces: &'f Faces) -> Self {
        Self {
            faces,
            marks: Vec::new(),
            leaves: 0,
            page: 0,
            elements: Vec::new(),
            y: TOP,
        }
    }

    pub fn part(&mut self, part: &Part) -> Result<Section, PaperError> {
        if !self.marks.is_empty() {
            self.next_page();
        }
        let first_page = self.page;
        for block in &part.blocks {
            self.block(block)?;
        }
        Ok(Section {
            language: part.language,
            first_page,
            running: part.running.clone(),
            foot: part.foot.clone(),
            elements: std::mem::take(&mut self.elements),
        })
    }

    pub(super) fn next_page(&mut self) {
        self.page += 1;
        self.y = TOP;
    }

    pub(super) fn room(&self) -> f32 {
        BOTTOM - self.y
    }

    fn need(&mut self, height: f32) {
        if height > self.room() && self.y > TOP {
            self.next_page();
        }
    }

    pub(super) fn leaf(&mut self) -> usize {
        self.leaves += 1;
        self.leaves - 1
    }

    pub(super) fn mark(&mut self, leaf: Option<usize>, what: What) {
        self.marks.push(Mark {
            page: self.page,
            leaf,
            what,
        });
    }

    pub(super) fn text(&mut self, leaf: Option<usize>, x: f32, y: f32, style: Style, text: &str) {
        if !text.is_empty() {
            self.mark(
                leaf,
                What::Text {
                    x,
                    y,
                    style,
                    text: text.to_owned(),
                },
            );
        }
    }

    fn rule(&mut self, y: f32, weight: f32) {
        self.mark(
            None,
            What::Rule {
                y,
                from: LEFT,
                to: RIGHT,
                weight,
            },
        );
    }

    fn block(&mut self, block: &Block) -> Result<(), PaperError> {
        match block {
            Block::Letterhead { left, right } => self.letterhead(left, right),
            Block::Title { text, under } => self.title(text, under),
            Block::Heading(text) => self.heading(text),
            Block::Strong(text) => {
                self.need(Style::STRONG.lead + 2.0 * Style::BODY.lead + 8.0);
                self.paragraph(text, Style::STRONG, 2.0);
            }
            Block::Text(text) => self.paragraph(text, Style::BODY, 7.0),
            Block::Note(text) => self.paragraph(text, Style::NOTE, 5.0),
            Block::Status(text) => self.status(text),
            Block::Facts(facts) => self.facts(facts, LINE),
            Block::Table(table) => self.table(table),
            Block::Proof {
                address,
                alternative,
                facts,
            } => self.proof(address, alternative, facts)?,
            Block::Together(blocks) => self.together(blocks)?,
        }
        Ok(())
    }

    /// Tries on this page; what runs over begins anew on the next.
    fn together(&mut self, blocks: &[Block]) -> Result<(), PaperError> {
        let (page, y, marks, leaves, elements) =
            (self.page, self.y, self.marks.len(), self.leaves, self.elements.len());
        for block in blocks {
            self.block(block)?;
        }
        if self.page == page || y <= TOP {
            return Ok(());
        }
        self.marks.truncate(marks);
        self.elements.truncate(elements);
        (self.page, self.leaves) = (page, leaves);
        self.next_page();
        blocks.iter().try_for_each(|block| self.block(block))
    }

    fn letterhead(&mut self, left: &str, right: &str) {
        let room = LINE - self.faces.width(right, Style::CELL) - 24.0;
        let leaf = self.leaf();
        let lines = self.faces.wrap(left, Style::STRONG, room);
        for (n, line) in lines.iter().enumerate() {
            self.text(
                Some(leaf),
                LEFT,
                self.y + n as f32 * Style::STRONG.lead,
                Style::STRONG,
                line,
            );
        }
        self.elements.push(Element::Paragraph(leaf));
        let number = self.leaf();
        self.text(
            Some(number),
            RIGHT - self.faces.width(right, Style::CELL),
            self.y,
            Style::CELL,
            right,
        );
        self.elements.push(Element::Paragraph(number));
        self.y += (lines.len() as f32 - 1.0) * Style::STRONG.lead + 9.0;
        self.rule(self.y, 1.2);
        self.y += 30.0;
    }

    fn title(&mut self, text: &str, under: &str) {
        self.heading_lines(1, text, Style::TITLE);
        self.y += 2.0;
        if !under.is_empty() {
            self.paragraph(under, Style::BODY.faded(), 8.0);
        }
        self.y += 6.0;
    }

    fn heading(&mut self, text: &str) {
        // With at least a few lines of what it heads.
        self.need(12.0 + Style::HEADING.lead + 58.0);
        if self.y > TOP {
            self.y += 12.0;
        }
        self.heading_lines(2, text, Style::HEADING);
        self.y += 3.0;
    }

    fn heading_lines(&mut self, level: u16, text: &str, style: Style) {
        let leaf = self.leaf();
        for line in self.faces.wrap(text, style, LINE) {
            self.need(style.lead);
            self.text(Some(leaf), LEFT, self.y, style, &line);
            self.y += style.lead;
        }
        self.elements.push(Element::Heading {
            level,
            text: text.to_owned(),
            leaf,
        });
    }

    /// Flows over pages, with no single line left behind or carried over.
    fn paragraph(&mut self, text: &str, style: Style, after: f32) {
        let leaf = self.leaf();
        let lines = self.faces.wrap(text, style, LINE);
        let mut rest = lines.as_slice();
        while !rest.is_empty() {
            let fit = ((self.room() / style.lead).floor() as usize).min(rest.len());
            let mut now = fit;
            if fit < rest.len() && rest.len() - fit == 1 {
                now = now.saturating_sub(1);
            }
            if now < rest.len() && now < 2 && self.y > TOP {
                self.next_page();
                continue;
            }
            let (here, later) = rest.split_at(now.max(1));
            for line in here {
                self.text(Some(leaf), LEFT, self.y, style, line);
                self.y += style.lead;
            }
            rest = later;
            if !rest.is_empty() {
                self.next_page();
            }
        }
        self.elements.push(Element::Paragraph(leaf));
        self.y += after;
    }

    fn status(&mut self, text: &str) {
        let lines = self.faces.wrap(text, Style::STRONG, LINE - 24.0);
        let height = lines.len() as f32 * Style::STRONG.lead + 11.0;
        self.need(height + 14.0);
        let leaf = self.leaf();
        self.mark(
            None,
            What::Frame {
                x: LEFT,
                y: self.y - 12.0,
                width: LINE,
                height,
            },
        );
        for line in &lines {
            self.text(Some(leaf), LEFT + 12.0, self.y + 4.0, Style::STRONG, line);
            self.y += Style::STRONG.lead;
        }
        self.elements.push(Element::Paragraph(leaf));
        self.y += 20.0;
    }

    fn proof(&mut self, address: &str, alternative: &str, facts: &[(String, String)]) -> Result<(), PaperError> {
        self.need(QR_SIDE + 16.0);
        let (page, top) = (self.page, self.y - 9.0);
        let x = RIGHT - QR_SIDE;
        let leaf = self.leaf();
        let (side, corners) = super::qr::squares(address, x, top, QR_SIDE)?;
        self.mark(Some(leaf), What::Squares { side, corners });
        self.facts(facts, LINE - QR_SIDE - 22.0);
        let (alternative, y) = (alternative.to_owned(), top);
        self.elements.push(Element::Figure {
            alternative,
            leaf,
            page,
            x,
            y,
            side: QR_SIDE,
        });
        if self.page == page {
            self.y = self.y.max(top + QR_SIDE + 16.0);
        }
        Ok(())
    }
}

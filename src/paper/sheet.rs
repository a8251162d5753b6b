//! What a document says, before it is laid out.

use crate::domain::{Instant, text::Language};

/// A document: one part for each language it is printed in.
#[derive(Clone, Debug)]
pub struct Sheet {
    pub title: String,
    /// Names this document among all others; part of its identity in the file.
    pub id: String,
    /// When what it states became so. Never the time of printing: the same facts give the same bytes.
    pub as_of: Instant,
    pub parts: Vec<Part>,
}

/// The document in one language.
#[derive(Clone, Debug)]
pub struct Part {
    pub language: Language,
    /// At the top of every page but the first.
    pub running: String,
    /// At the foot of every page.
    pub foot: String,
    pub blocks: Vec<Block>,
}

#[derive(Clone, Debug)]
pub enum Block {
    /// The issuing authority, and the document's number at the right.
    Letterhead {
        left: String,
        right: String,
    },
    Title {
        text: String,
        under: String,
    },
    Heading(String),
    Strong(String),
    Text(String),
    Note(String),
    /// One line in a frame.
    Status(String),
    /// Names and what they stand for.
    Facts(Vec<(String, String)>),
    Table(Table),
    /// A QR code beside some facts.
    Proof {
        address: String,
        alternative: String,
        facts: Vec<(String, String)>,
    },
    /// These stay on one page, if they fit on one.
    Together(Vec<Block>),
}

#[derive(Clone, Debug)]
pub struct Table {
    pub columns: Vec<Column>,
    pub rows: Vec<Vec<String>>,
    /// A last row in bold.
    pub total: Option<Vec<String>>,
}

#[derive(Clone, Debug)]
pub struct Column {
    pub head: String,
    /// Part of the line, of 100.
    pub width: f32,
    /// Numbers stand at the right.
    pub right: bool,
}

impl Column {
    #[must_use]
    pub fn new(head: &str, width: f32) -> Self {
        Self {
            head: head.to_owned(),
            width,
            right: false,
        }
    }

    #[must_use]
    pub fn number(head: &str, width: f32) -> Self {
        Self {
            right: true,
            ..Self::new(head, width)
        }
    }
}

//! XML, one record at a time: only the element of one listed party is ever held.
//!
//! Document types and entities are refused: no published list needs them, and they are the way to read other files or to fill the memory.

use super::{
    FileRead, Refusal, RefusalCode,
    source::{ListFile, Source},
};
use quick_xml::{
    Reader, XmlVersion,
    events::{BytesStart, Event},
};

/// Elements within elements; published lists stay below twenty.
const DEEPEST: usize = 64;
/// Bytes of text, names and attributes in one record.
const LARGEST_RECORD: usize = 16 << 20;

/// An element with what is in it. Names are without their prefix.
#[derive(Debug, Default)]
pub(super) struct Node {
    pub name: String,
    attributes: Vec<(String, String)>,
    text: String,
    pub children: Vec<Node>,
}

impl Node {
    pub fn attribute(&self, name: &str) -> &str {
        let found = self.attributes.iter().find(|(known, _)| known == name);
        found.map_or("", |(_, value)| value.trim())
    }

    pub fn text(&self) -> &str {
        self.text.trim()
    }

    /// The first child of this name.
    pub fn child(&self, name: &str) -> Option<&Node> {
        self.children.iter().find(|child| child.name == name)
    }

    /// The text of the first child of this name.
    pub fn of(&self, name: &str) -> &str {
        self.child(name).map_or("", Node::text)
    }

    /// The children of this name.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Node> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// All elements of this name below it, however deep.
    pub fn below<'a>(&'a self, name: &str, found: &mut Vec<&'a Node>) {
        for child in &self.children {
            if child.name == name {
                found.push(child);
            }
            child.below(name, found);
        }
    }

    /// The texts of all elements of this name below it.
    pub fn texts(&self, name: &str) -> Vec<&str> {
        let mut found = Vec::new();
        self.below(name, &mut found);
        found
            .into_iter()
            .map(Node::text)
            .filter(|text| !text.is_empty())
            .collect()
    }
}

/// What the walk is in the middle of.
struct Walk<'w> {
    /// Records: elements that are handed over whole.
    wanted: &'w [&'w str],
    depth: usize,
    /// The record under way, outermost element first.
    open: Vec<Node>,
    size: usize,
    /// Line on which the record under way begins.
    line: u64,
    /// Has the outermost element been closed?
    closed: bool,
}

/// Hands over the outermost element (without content), then every element of a wanted name, each with the line on which it begins.
pub(super) fn records(
    file: ListFile<'_>,
    wanted: &[&str],
    each: &mut dyn FnMut(Node, u64) -> Result<(), String>,
) -> Result<FileRead, Refusal> {
    let mut reader = Reader::from_reader(Source::new(file, b'<'));
    let mut buffer = Vec::new();
    let mut walk = Walk {
        wanted,
        depth: 0,
        open: Vec::new(),
        size: 0,
        line: 0,
        closed: false,
    };
    loop {
        buffer.clear();
        let event = match reader.read_event_into(&mut buffer) {
            Ok(event) => event,
            Err(error) => return Err(unreadable(reader.get_ref(), &error)),
        };
        if matches!(event, Event::Eof) {
            break;
        }
        let line = reader.get_ref().line();
        walk.take(event, line, each)
            .map_err(|(code, reason)| reader.get_ref().refuse(code, reason))?;
    }
    if walk.depth > 0 || !walk.closed {
        return Err(reader.get_ref().refuse(
            RefusalCode::Truncated,
            "the file ends within an element; it is cut short",
        ));
    }
    reader.into_inner().finish()
}

fn unreadable(source: &Source<'_>, error: &quick_xml::Error) -> Refusal {
    match error {
        quick_xml::Error::Io(error) => source.unreadable(error),
        quick_xml::Error::Syntax(error) => {
            source.refuse(RefusalCode::Truncated, format!("{error}; the file may be cut short"))
        }
        other => source.refuse(RefusalCode::Malformed, other.to_string()),
    }
}

type Fault = (RefusalCode, String);

impl Walk<'_> {
    fn take(
        &mut self,
        event: Event<'_>,
        line: u64,
        each: &mut dyn FnMut(Node, u64) -> Result<(), String>,
    ) -> Result<(), Fault> {
        match event {
            Event::Start(start) => self.start(&start, line, each),
            Event::Empty(start) => {
                self.start(&start, line, each)?;
                self.end(each)
            }
            Event::End(_) => self.end(each),
            Event::Text(text) => self.text(&text.xml_content(XmlVersion::Implicit1_0)),
            Event::CData(text) => self.text(&text.xml_content(XmlVersion::Implicit1_0)),
            Event::GeneralRef(reference) => {
                let character = match reference.resolve_char_ref() {
                    Ok(Some(character)) => Some(character),
                    Ok(None) => predefined(&reference.xml_content(XmlVersion::Implicit1_0)),
                    Err(error) => return Err((RefusalCode::Malformed, error.to_string())),
                };
                match character {
                    Some(character) => self.text(character.encode_utf8(&mut [0; 4])),
                    None => Err((RefusalCode::Entities, "it uses an entity of its own".into())),
                }
            }
            Event::DocType(_) => Err((RefusalCode::Entities, "it declares a document type".into())),
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::Eof => Ok(()),
        }
    }

    fn start(
        &mut self,
        start: &BytesStart<'_>,
        line: u64,
        each: &mut dyn FnMut(Node, u64) -> Result<(), String>,
    ) -> Result<(), Fault> {
        if self.closed {
            return Err((RefusalCode::Malformed, "there is a second outermost element".into()));
        }
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err((RefusalCode::TooLarge, format!("elements lie more than {DEEPEST} deep")));
        }
        let local = start.local_name();
        let name: &str = local.as_ref();
        let record = self.wanted.contains(&name);
        if self.depth == 1 {
            each(node(start)?, line).map_err(malformed)?;
        }
        if record || !self.open.is_empty() {
            if self.open.is_empty() {
                self.line = line;
                self.size = 0;
            }
            let node = node(start)?;
            self.grow(
                node.name.len()
                    + node
                        .attributes
                        .iter()
                        .map(|(n, v)| n.len() + v.len() + 48)
                        .sum::<usize>()
                    + 96,
            )?;
            self.open.push(node);
        }
        Ok(())
    }

    fn end(&mut self, each: &mut dyn FnMut(Node, u64) -> Result<(), String>) -> Result<(), Fault> {
        self.depth = self.depth.saturating_sub(1);
        self.closed = self.depth == 0;
        let Some(node) = self.open.pop() else {
            return Ok(());
        };
        match self.open.last_mut() {
            Some(parent) => parent.children.push(node),
            None => each(node, self.line).map_err(malformed)?,
        }
        Ok(())
    }

    fn text(&mut self, text: &str) -> Result<(), Fault> {
        self.grow(text.len())?;
        if let Some(node) = self.open.last_mut() {
            node.text.push_str(text);
        }
        Ok(())
    }

    fn grow(&mut self, by: usize) -> Result<(), Fault> {
        self.size = if self.open.is_empty() { 0 } else { self.size + by };
        if self.size > LARGEST_RECORD {
            return Err((
                RefusalCode::TooLarge,
                format!(
                    "the record that begins on line {} is larger than {LARGEST_RECORD} bytes",
                    self.line
                ),
            ));
        }
        Ok(())
    }
}

fn malformed(reason: String) -> Fault {
    (RefusalCode::Malformed, reason)
}

fn predefined(name: &str) -> Option<char> {
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        _ => return None,
    })
}

fn node(start: &BytesStart<'_>) -> Result<Node, Fault> {
    let mut node = Node {
        name: AsRef::<str>::as_ref(&start.local_name()).to_owned(),
        ..Node::default()
    };
    for attribute in start.attributes() {
        let attribute = attribute.map_err(|error| malformed(error.to_string()))?;
        let value = attribute
            .normalized_value(XmlVersion::Implicit1_0)
            .map_err(|error| (RefusalCode::Entities, error.to_string()))?;
        let name = attribute.key.local_name();
        node.attributes
            .push((AsRef::<str>::as_ref(&name).to_owned(), value.into_owned()));
    }
    Ok(node)
}

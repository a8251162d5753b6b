//! A leaf read in one pass over its bytes, without building a value: for logs of millions of events.
//!
//! It says yes only to what [`super::leaf::open_strictly`] says yes to, and gives the same answers; where it is not sure
//! (escapes in names, deep nesting) it says nothing, and the leaf is read the long way. A test compares the two.

use super::{
    canonical::LARGEST_INTEGER,
    leaf::{LONGEST_BODY, LeafError, open_strictly, read_hash},
    tree::Hash,
};
use std::ops::Range;
use uuid::Uuid;

/// How deep this reader looks.
const DEEPEST: u32 = 32;
/// How the members of a leaf begin, in their order, and whether each must be there.
const MEMBERS: [(&[u8], bool); 15] = [
    (b"\"by\":", true),
    (b"\"clock\":", false),
    (b"\"data\":", false),
    (b"\"effective_at\":", true),
    (b"\"id\":", true),
    (b"\"kind\":", true),
    (b"\"prev\":", true),
    (b"\"recorded_at\":", true),
    (b"\"rule\":", true),
    (b"\"seq\":", true),
    (b"\"stream\":", true),
    (b"\"tells\":", false),
    (b"\"to\":", false),
    (b"\"type\":", true),
    (b"\"v\":", true),
];

/// What the check of a log needs to know of a leaf.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Brief {
    pub(super) id: Uuid,
    pub(super) seq: u32,
    /// Where in the leaf its kind stands.
    kind: Range<usize>,
    pub(super) stream: Uuid,
    pub(super) prev: Hash,
    /// How many private values it commits to.
    pub(super) commitments: u32,
}

impl Brief {
    /// The kind of its history, in the bytes that it was read from.
    pub(super) fn kind<'a>(&self, body: &'a [u8]) -> &'a str {
        let kind = body.get(self.kind.clone()).unwrap_or_default();
        std::str::from_utf8(kind).unwrap_or_default()
    }
}

/// A leaf's place in its history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    pub id: Uuid,
    pub seq: u32,
    pub kind: String,
    pub stream: Uuid,
    pub prev: Hash,
}

/// Where a leaf stands, after the strict check of its spelling and members.
///
/// # Errors
/// When it is no leaf.
pub fn standing(body: &[u8]) -> Result<Standing, LeafError> {
    if let Some(brief) = brief(body) {
        return Ok(Standing {
            id: brief.id,
            seq: brief.seq,
            kind: brief.kind(body).to_owned(),
            stream: brief.stream,
            prev: brief.prev,
        });
    }
    let opened = open_strictly(body, &[])?;
    Ok(Standing {
        id: opened.id,
        seq: opened.seq,
        kind: opened.kind,
        stream: opened.stream,
        prev: opened.prev,
    })
}

/// Reads a leaf; none if it is none, or if it has to be read the long way.
pub(super) fn brief(body: &[u8]) -> Option<Brief> {
    if body.len() > LONGEST_BODY {
        return None;
    }
    let text = std::str::from_utf8(body).ok()?;
    let mut scan = Scan {
        bytes: body,
        at: 0,
        commitments: 0,
    };
    let mut values = [const { 0..0 }; MEMBERS.len()];
    let mut next = 0;
    scan.expect(b'{')?;
    loop {
        let rest = body.get(scan.at..)?;
        let found = MEMBERS
            .iter()
            .skip(next)
            .position(|(begins, _)| rest.starts_with(begins))?;
        if MEMBERS.iter().skip(next).take(found).any(|(_, must)| *must) {
            return None;
        }
        next += found;
        scan.at += MEMBERS.get(next)?.0.len();
        let begins = scan.at;
        scan.value(1)?;
        *values.get_mut(next)? = begins..scan.at;
        next += 1;
        match scan.take()? {
            b',' => {}
            b'}' => break,
            _ => return None,
        }
    }
    let whole = scan.at == body.len() && MEMBERS.iter().skip(next).all(|(_, must)| !must);
    let [_, _, _, _, id, kind, prev, _, _, seq, stream, _, _, _, version] = values;
    let seq: u32 = text.get(seq)?.parse().ok()?;
    (whole && text.get(version)? == "1" && seq > 0).then_some(())?;
    plain(text.get(kind.clone())?)?;
    Some(Brief {
        id: uuid(text.get(id)?)?,
        seq,
        kind: kind.start + 1..kind.end - 1,
        stream: uuid(text.get(stream)?)?,
        prev: read_hash(plain(text.get(prev)?)?)?,
        commitments: scan.commitments,
    })
}

/// The text of a string without escapes.
fn plain(quoted: &str) -> Option<&str> {
    let text = quoted.strip_prefix('"')?.strip_suffix('"')?;
    (!text.contains('\\')).then_some(text)
}

fn uuid(quoted: &str) -> Option<Uuid> {
    let text = plain(quoted)?;
    let canonical = text.len() == 36 && !text.bytes().any(|byte| byte.is_ascii_uppercase());
    canonical.then(|| Uuid::try_parse(text).ok())?
}

/// Where plain text ends: at a quotation mark, a backslash or a control character. Eight bytes are looked at together:
/// most of a leaf is text.
fn plain_until(bytes: &[u8]) -> Option<usize> {
    const EACH: u64 = u64::MAX / 255;
    const SIGNS: u64 = EACH * 0x80;
    // A byte below `limit` borrows and gets a sign; one above it may get one too, so only the first counts.
    let below = |word: u64, limit: u8| word.wrapping_sub(EACH * u64::from(limit)) & !word;
    let (words, rest) = bytes.as_chunks::<8>();
    for (number, word) in words.iter().enumerate() {
        let word = u64::from_le_bytes(*word);
        let (quoted, escaped) = (word ^ (EACH * u64::from(b'"')), word ^ (EACH * u64::from(b'\\')));
        let ends = (below(quoted, 1) | below(escaped, 1) | below(word, 0x20)) & SIGNS;
        if ends != 0 {
            return Some(number * 8 + (ends.trailing_zeros() / 8) as usize);
        }
    }
    let ends = |byte: &u8| matches!(byte, b'"' | b'\\' | ..0x20);
    rest.iter().position(ends).map(|at| words.len() * 8 + at)
}

struct Scan<'a> {
    bytes: &'a [u8],
    at: usize,
    commitments: u32,
}

impl<'a> Scan<'a> {
    fn take(&mut self) -> Option<u8> {
        let byte = *self.bytes.get(self.at)?;
        self.at += 1;
        Some(byte)
    }

    fn expect(&mut self, wanted: u8) -> Option<()> {
        (self.take()? == wanted).then_some(())
    }

    fn value(&mut self, depth: u32) -> Option<()> {
        if depth > DEEPEST {
            return None;
        }
        match self.take()? {
            b'"' => self.string(),
            b'{' => self.object(depth),
            b'[' => self.array(depth),
            b't' => self.word(b"rue"),
            b'f' => self.word(b"alse"),
            b'-' => {
                let first = self.take()?;
                // There is no minus nothing.
                if first == b'0' { None } else { self.number(first) }
            }
            first => self.number(first),
        }
    }

    fn word(&mut self, rest: &[u8]) -> Option<()> {
        let there = self.bytes.get(self.at..)?.starts_with(rest);
        self.at += rest.len();
        there.then_some(())
    }

    fn number(&mut self, first: u8) -> Option<()> {
        let mut value = u64::from(first.checked_sub(b'0').filter(|digit| *digit < 10)?);
        if value == 0 {
            return Some(());
        }
        while let Some(digit @ b'0'..=b'9') = self.bytes.get(self.at) {
            value = value * 10 + u64::from(digit - b'0');
            if value > LARGEST_INTEGER {
                return None;
            }
            self.at += 1;
        }
        Some(())
    }

    /// After the opening quotation mark, to behind the closing one.
    fn string(&mut self) -> Option<()> {
        loop {
            let rest = self.bytes.get(self.at..)?;
            let stop = plain_until(rest)?;
            self.at += stop + 1;
            match rest.get(stop)? {
                b'"' => return Some(()),
                b'\\' => self.escape()?,
                _ => return None,
            }
        }
    }

    /// Only what must be escaped is, and each in its only spelling.
    fn escape(&mut self) -> Option<()> {
        match self.take()? {
            b'"' | b'\\' | b'b' | b't' | b'n' | b'f' | b'r' => Some(()),
            b'u' => {
                let [b'0', b'0', high @ (b'0' | b'1'), low] = self.bytes.get(self.at..self.at + 4)? else {
                    return None;
                };
                self.at += 4;
                let named = *high == b'0' && matches!(low, b'8' | b'9' | b'a' | b'c' | b'd');
                (matches!(low, b'0'..=b'9' | b'a'..=b'f') && !named).then_some(())
            }
            _ => None,
        }
    }

    /// A member's name; none if it has anything but letters that sort as their bytes do.
    fn name(&mut self) -> Option<&'a [u8]> {
        self.expect(b'"')?;
        let rest = self.bytes.get(self.at..)?;
        let stop = plain_until(rest)?;
        self.at += stop + 1;
        let name = rest.get(..stop).filter(|name| name.is_ascii())?;
        (*rest.get(stop)? == b'"').then_some(name)
    }

    fn object(&mut self, depth: u32) -> Option<()> {
        if self.bytes.get(self.at) == Some(&b'}') {
            self.at += 1;
            return Some(());
        }
        let mut before: Option<&[u8]> = None;
        loop {
            let name = self.name()?;
            if before.is_some_and(|before| before >= name) {
                return None;
            }
            self.expect(b':')?;
            if name.first() == Some(&b'$') {
                return self.commitment(name, before);
            }
            before = Some(name);
            self.value(depth + 1)?;
            match self.take()? {
                b',' => {}
                b'}' => return Some(()),
                _ => return None,
            }
        }
    }

    /// A commitment stands alone in its object; every other name of this kind is reserved.
    fn commitment(&mut self, name: &[u8], before: Option<&[u8]>) -> Option<()> {
        (name == b"$commit" && before.is_none()).then_some(())?;
        self.expect(b'"')?;
        self.string()?;
        self.expect(b'}')?;
        self.commitments += 1;
        Some(())
    }

    fn array(&mut self, depth: u32) -> Option<()> {
        if self.bytes.get(self.at) == Some(&b']') {
            self.at += 1;
            return Some(());
        }
        loop {
            self.value(depth + 1)?;
            match self.take()? {
                b',' => {}
                b']' => return Some(()),
                _ => return None,
            }
        }
    }
}

#[cfg(test)]
#[path = "scan_tests.rs"]
mod tests;

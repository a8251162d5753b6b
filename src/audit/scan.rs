//! A leaf read in one pass over its bytes, without building a value: for logs of millions of events.
//!
//! It says yes only to what [`super::leaf::open_strictly`] says yes to, and gives the same answers; where it is not sure
//! (escapes in names, deep nesting) it says nothing, and the leaf is read the long way. A test compares the two.

use super::{
    canonical::LARGEST_INTEGER,
    digits::{read_hash_of, read_uuid},
    leaf::{LONGEST_BODY, LeafError, open_strictly},
    members::{self, ID, KIND, PREV, SEQ, STREAM, V},
    tree::Hash,
};
use std::ops::Range;
use uuid::Uuid;

/// How deep this reader looks.
const DEEPEST: u32 = 32;
/// What the check of a log needs to know of a leaf.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
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
    let mut scan = Scan {
        bytes: body,
        at: 0,
        wide: 0,
        commitments: 0,
    };
    let mut found = Brief::default();
    let mut next = 0;
    scan.expect(b'{')?;
    loop {
        let place = scan.member(next)?;
        match place {
            ID => found.id = scan.uuid()?,
            KIND => found.kind = scan.plain_string()?,
            PREV => found.prev = scan.hash()?,
            SEQ => found.seq = scan.count()?,
            STREAM => found.stream = scan.uuid()?,
            V => scan.expect(b'1')?,
            _ => scan.value(1)?,
        }
        next = place + 1;
        match scan.take()? {
            b',' => {}
            b'}' => break,
            _ => return None,
        }
    }
    let whole = scan.at == body.len() && members::may_end(next);
    if !whole || (scan.wide != 0 && std::str::from_utf8(body).is_err()) {
        return None;
    }
    found.commitments = scan.commitments;
    Some(found)
}

/// Where plain text ends: at a quotation mark, a backslash or a control character. Eight bytes are looked at together:
/// most of a leaf is text. In `wide`, signs of bytes that are not ASCII, up to the end or a little beyond.
fn plain_until(bytes: &[u8], wide: &mut u64) -> Option<usize> {
    const EACH: u64 = u64::MAX / 255;
    const SIGNS: u64 = EACH * 0x80;
    // A byte below `limit` borrows and gets a sign; one above it may get one too, so only the first counts.
    let below = |word: u64, limit: u8| word.wrapping_sub(EACH * u64::from(limit)) & !word;
    let (words, rest) = bytes.as_chunks::<8>();
    for (number, word) in words.iter().enumerate() {
        let word = u64::from_le_bytes(*word);
        let (quoted, escaped) = (word ^ (EACH * u64::from(b'"')), word ^ (EACH * u64::from(b'\\')));
        let ends = (below(quoted, 1) | below(escaped, 1) | below(word, 0x20)) & SIGNS;
        *wide |= word & SIGNS;
        if ends != 0 {
            return Some(number * 8 + (ends.trailing_zeros() / 8) as usize);
        }
    }
    let ends = |byte: &u8| {
        *wide |= u64::from(byte & 0x80);
        matches!(byte, b'"' | b'\\' | ..0x20)
    };
    rest.iter().position(ends).map(|at| words.len() * 8 + at)
}

/// Does one name come before the other? Their first letters mostly tell.
fn in_order(before: &[u8], name: &[u8]) -> bool {
    match (before.first(), name.first()) {
        (Some(first), Some(second)) if first != second => first < second,
        _ => before < name,
    }
}

struct Scan<'a> {
    bytes: &'a [u8],
    at: usize,
    /// Is there a byte that is not ASCII? Then whether it is text is asked at the end.
    wide: u64,
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

    /// Which member begins here, if none is left out that must be there.
    fn member(&mut self, from: usize) -> Option<usize> {
        let (place, length) = members::first(self.bytes.get(self.at..)?, from)?;
        self.at += length;
        Some(place)
    }

    /// The next bytes, between quotation marks.
    fn quoted<const N: usize>(&mut self) -> Option<&'a [u8; N]> {
        self.expect(b'"')?;
        let text = self.bytes.get(self.at..)?.first_chunk()?;
        self.at += N;
        self.expect(b'"')?;
        Some(text)
    }

    fn uuid(&mut self) -> Option<Uuid> {
        read_uuid(self.quoted()?)
    }

    fn hash(&mut self) -> Option<Hash> {
        read_hash_of(self.quoted()?)
    }

    /// A whole number from 1.
    fn count(&mut self) -> Option<u32> {
        let first = self.take()?;
        let count = self.number(first)?;
        u32::try_from(count).ok().filter(|count| *count > 0)
    }

    /// Where the text of a string without escapes stands.
    fn plain_string(&mut self) -> Option<Range<usize>> {
        self.expect(b'"')?;
        let begins = self.at;
        (self.text()? == b'"').then_some(begins..self.at - 1)
    }

    /// To behind what ends plain text, and what that is.
    fn text(&mut self) -> Option<u8> {
        let rest = self.bytes.get(self.at..)?;
        let stop = plain_until(rest, &mut self.wide)?;
        self.at += stop + 1;
        rest.get(stop).copied()
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
                self.number(first).filter(|value| *value != 0).map(drop)
            }
            first => self.number(first).map(drop),
        }
    }

    fn word(&mut self, rest: &[u8]) -> Option<()> {
        let there = self.bytes.get(self.at..)?.starts_with(rest);
        self.at += rest.len();
        there.then_some(())
    }

    fn number(&mut self, first: u8) -> Option<u64> {
        let mut value = u64::from(first.checked_sub(b'0').filter(|digit| *digit < 10)?);
        if value == 0 {
            return Some(0);
        }
        while let Some(digit @ b'0'..=b'9') = self.bytes.get(self.at) {
            value = value * 10 + u64::from(digit - b'0');
            if value > LARGEST_INTEGER {
                return None;
            }
            self.at += 1;
        }
        Some(value)
    }

    /// After the opening quotation mark, to behind the closing one.
    fn string(&mut self) -> Option<()> {
        loop {
            match self.text()? {
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
        let name = self.bytes.get(self.plain_string()?)?;
        (self.wide == 0 || name.is_ascii()).then_some(name)
    }

    fn object(&mut self, depth: u32) -> Option<()> {
        if self.bytes.get(self.at) == Some(&b'}') {
            self.at += 1;
            return Some(());
        }
        let mut before: Option<&[u8]> = None;
        loop {
            let name = self.name()?;
            if before.is_some_and(|before| !in_order(before, name)) {
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

//! A file while it is read: its hash, its lines, and bounds on what may have to be held at once.

use super::{FileRead, Refusal, RefusalCode};
use sha2::{Digest, Sha256};
use std::io::{self, BufRead, Read};

/// No published list comes near.
const LARGEST_FILE: u64 = 1 << 30;
/// The longest line, or text between two tags.
const LARGEST_PIECE: u64 = 4 << 20;

/// A file to be read.
pub struct ListFile<'a> {
    pub name: String,
    pub content: Box<dyn BufRead + 'a>,
}

impl<'a> ListFile<'a> {
    /// A file of this name with this content.
    pub fn new(name: impl Into<String>, content: impl BufRead + 'a) -> Self {
        Self {
            name: name.into(),
            content: Box::new(content),
        }
    }

    /// Its first bytes, unread.
    pub(super) fn beginning(&mut self) -> Result<&[u8], Refusal> {
        let name = self.name.clone();
        self.content
            .fill_buf()
            .map_err(|error| refusal(RefusalCode::Unreadable, &name, 0, error.to_string()))
    }
}

/// A refusal of a file at a line.
pub(super) fn refusal(code: RefusalCode, file: &str, line: u64, reason: impl Into<String>) -> Refusal {
    Refusal {
        code,
        file: file.to_owned(),
        line,
        reason: reason.into(),
    }
}

/// Counts, hashes and bounds what passes.
pub(super) struct Source<'a> {
    pub name: String,
    inner: Box<dyn BufRead + 'a>,
    hash: Sha256,
    bytes: u64,
    lines: u64,
    piece: u64,
    /// The byte that ends a piece: a line's end, or the beginning of a tag.
    ends_piece: u8,
}

impl<'a> Source<'a> {
    pub fn new(file: ListFile<'a>, ends_piece: u8) -> Self {
        Self {
            name: file.name,
            inner: file.content,
            hash: Sha256::new(),
            bytes: 0,
            lines: 0,
            piece: 0,
            ends_piece,
        }
    }

    /// The line being read.
    pub fn line(&self) -> u64 {
        self.lines + 1
    }

    pub fn refuse(&self, code: RefusalCode, reason: impl Into<String>) -> Refusal {
        refusal(code, &self.name, self.line(), reason)
    }

    /// A refusal because of an error of reading.
    pub fn unreadable(&self, error: &io::Error) -> Refusal {
        let code = match error.kind() {
            io::ErrorKind::FileTooLarge => RefusalCode::TooLarge,
            io::ErrorKind::UnexpectedEof => RefusalCode::Truncated,
            io::ErrorKind::InvalidData => RefusalCode::Malformed,
            _ => RefusalCode::Unreadable,
        };
        self.refuse(code, error.to_string())
    }

    /// What was read, once the end is reached.
    pub fn finish(mut self) -> Result<FileRead, Refusal> {
        // What a parser did not ask for any more belongs to the file all the same.
        io::copy(&mut self, &mut io::sink()).map_err(|error| self.unreadable(&error))?;
        Ok(FileRead {
            name: self.name,
            bytes: self.bytes,
            sha256: hex::encode(self.hash.finalize()),
        })
    }
}

impl BufRead for Source<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.bytes > LARGEST_FILE || self.piece > LARGEST_PIECE {
            let what = if self.bytes > LARGEST_FILE {
                format!("it has more than {LARGEST_FILE} bytes")
            } else {
                format!("a line or text has more than {LARGEST_PIECE} bytes")
            };
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, what));
        }
        self.inner.fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        if let Ok(buffer) = self.inner.fill_buf() {
            let taken = &buffer[..amount.min(buffer.len())];
            self.hash.update(taken);
            self.bytes += taken.len() as u64;
            self.lines += taken.iter().filter(|byte| **byte == b'\n').count() as u64;
            self.piece = match taken.iter().rposition(|byte| *byte == self.ends_piece) {
                Some(at) => (taken.len() - at) as u64,
                None => self.piece + taken.len() as u64,
            };
        }
        self.inner.consume(amount);
    }
}

impl Read for Source<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let buffer = self.fill_buf()?;
        let amount = buffer.len().min(into.len());
        into[..amount].copy_from_slice(&buffer[..amount]);
        self.consume(amount);
        Ok(amount)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_hashed_and_counted_to_its_end() {
        let source = Source::new(ListFile::new("x", &b"abc\nd"[..]), b'\n');
        let read = source.finish().unwrap();
        assert_eq!(read.bytes, 5);
        assert_eq!(read.sha256, hex::encode(Sha256::digest(b"abc\nd")));
    }

    #[test]
    fn an_endless_line_is_refused_before_it_fills_the_memory() {
        let endless = io::BufReader::new(io::repeat(b'x'));
        let refusal = Source::new(ListFile::new("x", endless), b'\n').finish().unwrap_err();
        assert_eq!(refusal.code, RefusalCode::TooLarge);
    }
}

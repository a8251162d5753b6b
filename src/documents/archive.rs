//! What the directory of an office document's ZIP archive tells: enough to refuse bombs, macros and foreign files
//! without unpacking anything.
//!
//! Only the directory is read. Nothing in this service ever unpacks a document, so a directory that lies about
//! sizes can hurt only a scanner, which has limits of its own; it is still checked against the archive's length.

use super::{DocumentError, MediaKind};

/// Bytes kept of the end of a document; the directory must lie within.
pub const TAIL: usize = 512 * 1024;

const MOST_ENTRIES: usize = 1_000;
const MOST_UNPACKED: u64 = 200 * 1024 * 1024;
const MOST_RATIO: u64 = 100;
/// Entries smaller than this may be of any ratio: empty tables compress well.
const SMALL: u64 = 1024 * 1024;

/// Names that mean a macro, a control or an embedded program.
const ACTING: [&str; 6] = [
    "vbaproject.bin",
    "vbadata.xml",
    "activex/",
    "oleobject",
    "basic/",
    "scripts/",
];
/// Extensions of archives and programs that may not be inside.
const FOREIGN: [&str; 30] = [
    "zip", "jar", "7z", "rar", "gz", "tgz", "bz2", "xz", "zst", "tar", "cab", "iso", "docx", "xlsx", "pptx", "docm",
    "xlsm", "pptm", "odt", "ods", "exe", "dll", "com", "scr", "js", "vbs", "ps1", "bat", "cmd", "msi",
];

/// Reads the directory at the end of an archive of `length` bytes, of which `tail` are the last.
///
/// # Errors
/// `archive_refused` for what no honest office document has, `unsafe_content` for macros and encryption,
/// `media_type_mismatch` when it is not the kind of document that was announced.
pub fn examine(tail: &[u8], length: u64, kind: MediaKind) -> Result<(), DocumentError> {
    let end = End::find(tail).ok_or_else(|| refused("It is not a complete ZIP archive."))?;
    let directory = end.directory(tail, length)?;
    let mut names = Vec::new();
    let (mut unpacked, mut packed) = (0_u64, 0_u64);
    let mut rest = directory;
    for _ in 0..end.entries {
        let (entry, following) = Entry::read(rest).ok_or_else(|| refused("Its directory is damaged."))?;
        entry.judge(end.offset)?;
        unpacked += entry.unpacked;
        packed += entry.packed;
        names.push(entry.name);
        rest = following;
    }
    if !rest.is_empty() || packed > end.offset {
        return Err(refused("Its directory does not fit its content."));
    }
    if unpacked > MOST_UNPACKED || unpacked > length.saturating_mul(MOST_RATIO) {
        return Err(refused("It would unpack to far more than its size."));
    }
    is_kind(&mut names, kind)
}

fn is_kind(names: &mut [String], kind: MediaKind) -> Result<(), DocumentError> {
    names.sort_unstable();
    if names.windows(2).any(|pair| matches!(pair, [a, b] if a == b)) {
        return Err(refused("Its directory names a part twice."));
    }
    let wanted: &[&str] = match kind {
        MediaKind::Docx => &["[content_types].xml", "word/document.xml"],
        MediaKind::Xlsx => &["[content_types].xml", "xl/workbook.xml"],
        _ => &["mimetype", "content.xml", "meta-inf/manifest.xml"],
    };
    if wanted.iter().all(|part| names.iter().any(|name| name == part)) {
        return Ok(());
    }
    Err(DocumentError::refused(
        "media_type_mismatch",
        "The content is not the kind of document that the name says.",
    ))
}

fn refused(sentence: &str) -> DocumentError {
    DocumentError::refused("archive_refused", sentence)
}

fn two(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..at + 2)?.try_into().ok().map(u16::from_le_bytes)
}

fn four(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..at + 4)?.try_into().ok().map(u32::from_le_bytes)
}

/// The record at the very end.
struct End {
    /// Where it begins, in the tail.
    at: usize,
    entries: usize,
    size: u64,
    offset: u64,
}

impl End {
    fn find(tail: &[u8]) -> Option<Self> {
        let last = tail.len().checked_sub(22)?;
        let first = last.saturating_sub(usize::from(u16::MAX));
        (first..=last).rev().find_map(|at| Self::read(tail, at))
    }

    fn read(tail: &[u8], at: usize) -> Option<Self> {
        let record = tail.get(at..)?;
        let comment = usize::from(two(record, 20)?);
        let whole = record.starts_with(b"PK\x05\x06") && record.len() == 22 + comment;
        let one_disk = two(record, 4)? == 0 && two(record, 6)? == 0 && two(record, 8)? == two(record, 10)?;
        (whole && one_disk).then_some(Self {
            at,
            entries: usize::from(two(record, 10)?),
            size: u64::from(four(record, 12)?),
            offset: u64::from(four(record, 16)?),
        })
    }

    fn directory<'t>(&self, tail: &'t [u8], length: u64) -> Result<&'t [u8], DocumentError> {
        if self.entries == 0 || self.entries > MOST_ENTRIES {
            return Err(refused("It has too many parts, or none."));
        }
        let place = length - (tail.len() - self.at) as u64;
        let size = usize::try_from(self.size).ok().filter(|size| *size <= self.at);
        match size {
            Some(size) if self.offset + self.size == place => Ok(tail.get(self.at - size..self.at).unwrap_or_default()),
            _ => Err(refused("Its directory is not where it should be.")),
        }
    }
}

/// One line of the directory.
struct Entry {
    name: String,
    flags: u16,
    method: u16,
    packed: u64,
    unpacked: u64,
    mode: u32,
    offset: u64,
}

impl Entry {
    fn read(bytes: &[u8]) -> Option<(Self, &[u8])> {
        if !bytes.starts_with(b"PK\x01\x02") {
            return None;
        }
        let lengths = [two(bytes, 28)?, two(bytes, 30)?, two(bytes, 32)?].map(usize::from);
        let name = bytes.get(46..46 + lengths[0])?;
        let following = bytes.get(46 + lengths.iter().sum::<usize>()..)?;
        let entry = Self {
            name: std::str::from_utf8(name).ok()?.to_ascii_lowercase(),
            flags: two(bytes, 8)?,
            method: two(bytes, 10)?,
            packed: u64::from(four(bytes, 20)?),
            unpacked: u64::from(four(bytes, 24)?),
            mode: four(bytes, 38)? >> 16,
            offset: u64::from(four(bytes, 42)?),
        };
        Some((entry, following))
    }

    fn judge(&self, directory: u64) -> Result<(), DocumentError> {
        // Bit 0: encrypted; bit 13: the directory itself is.
        if self.flags & 0x2001 != 0 {
            return Err(DocumentError::refused(
                "unsafe_content",
                "It is encrypted and cannot be examined.",
            ));
        }
        if ACTING
            .iter()
            .any(|part| self.name.starts_with(part) || self.name.contains(&format!("/{part}")))
        {
            return Err(DocumentError::refused(
                "unsafe_content",
                "It contains macros or embedded objects.",
            ));
        }
        let climbs = self.name.split('/').any(|step| step == "..") || self.name.starts_with('/');
        if climbs || self.name.contains(['\\', ':', '\0']) || self.mode & 0o170_000 == 0o120_000 {
            return Err(refused("A part has a name that leads elsewhere."));
        }
        let extension = self.name.rsplit_once('.').map_or("", |(_, extension)| extension);
        if FOREIGN.contains(&extension) {
            return Err(refused(
                "It contains another archive, document or program; send that by itself.",
            ));
        }
        let large = u64::from(u32::MAX);
        let strange = !matches!(self.method, 0 | 8) || self.packed == large || self.unpacked == large;
        if strange || self.offset >= directory || (self.method == 0 && self.packed != self.unpacked) {
            return Err(refused("A part is packed in an unusual way."));
        }
        if self.unpacked > SMALL && self.unpacked > self.packed.saturating_mul(MOST_RATIO) {
            return Err(refused("It would unpack to far more than its size."));
        }
        Ok(())
    }
}

#[cfg(test)]
#[path = "archive_tests.rs"]
pub(super) mod tests;

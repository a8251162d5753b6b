//! The entries of a bundle, read with suspicion: known names only, each once, each as long and as hashed as the
//! manifest says.

use super::{
    bundle::{BundleManifest, Entry, FORMAT, is_entry},
    canonical::{Nulls, canonical},
};
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::io::{self, BufRead, BufReader, Read, Seek};
use zip::{ZipArchive, read::ZipFile};

/// The longest entry that is read whole.
const LONGEST_ENTRY: u64 = 16 << 20;

/// What is wrong, and with which line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, thiserror::Error)]
#[error("{}{says} ({code})", .line.map_or(String::new(), |line| format!("event {line} of the bundle: ")))]
pub struct Wrong {
    /// The line of events.ndjson, from 1.
    pub line: Option<u64>,
    /// Stable.
    pub code: &'static str,
    pub says: String,
}

/// Why there is no verdict, or that it is bad.
#[derive(Debug, thiserror::Error)]
pub enum Inspection {
    #[error("{0}")]
    Wrong(Wrong),
    #[error("the file cannot be read as a bundle: {0}")]
    Unusable(String),
}

pub(super) fn wrong(code: &'static str, says: impl Into<String>) -> Inspection {
    let (line, says) = (None, says.into());
    Inspection::Wrong(Wrong { line, code, says })
}

impl From<io::Error> for Inspection {
    fn from(error: io::Error) -> Self {
        wrong("unreadable", format!("an entry cannot be read: {error}"))
    }
}

pub(super) type Archive<R> = ZipArchive<R>;

pub(super) fn manifest<R: Read + Seek>(archive: &mut Archive<R>) -> Result<BundleManifest, Inspection> {
    let names: Vec<String> = archive
        .file_names()
        .filter_map(Result::ok)
        .map(std::borrow::Cow::into_owned)
        .collect();
    let Ok(entry) = archive.by_name("manifest.json") else {
        return Err(Inspection::Unusable("it has no manifest.json".to_owned()));
    };
    let mut bytes = Vec::new();
    entry.take(LONGEST_ENTRY).read_to_end(&mut bytes)?;
    let value: serde_json::Value =
        serde_json::from_slice(&bytes).map_err(|error| wrong("manifest", format!("the manifest: {error}")))?;
    if value.get("format").and_then(|format| format.as_str()) != Some(FORMAT) {
        return Err(Inspection::Unusable(format!("its manifest does not say {FORMAT}")));
    }
    if canonical(&value, Nulls::Refused).ok().as_deref() != Some(&bytes) {
        return Err(wrong("manifest", "the manifest is not in its canonical spelling"));
    }
    let manifest: BundleManifest =
        serde_json::from_value(value).map_err(|error| wrong("manifest", format!("the manifest: {error}")))?;
    let mut listed: Vec<&str> = manifest
        .files
        .keys()
        .map(String::as_str)
        .chain(["manifest.json"])
        .collect();
    let mut there: Vec<&str> = names.iter().map(String::as_str).collect();
    listed.sort_unstable();
    there.sort_unstable();
    let known = listed.iter().all(|name| is_entry(name));
    if listed != there || !known || archive.len() != there.len() {
        return Err(wrong("entries", "the entries are not those of the manifest"));
    }
    Ok(manifest)
}

pub(super) fn listed<'a>(manifest: &'a BundleManifest, name: &str) -> Result<&'a Entry, Inspection> {
    let lacking = || wrong("entries", format!("the bundle has no {name}"));
    manifest.files.get(name).ok_or_else(lacking)
}

pub(super) fn whole<R: Read + Seek>(
    archive: &mut Archive<R>,
    manifest: &BundleManifest,
    name: &str,
) -> Result<Vec<u8>, Inspection> {
    let entry = listed(manifest, name)?;
    let mut bytes = Vec::new();
    let file = archive
        .by_name(name)
        .map_err(|error| wrong("entries", format!("{name}: {error}")))?;
    file.take(LONGEST_ENTRY).read_to_end(&mut bytes)?;
    if bytes.len() as u64 != entry.bytes || hex::encode(Sha256::digest(&bytes)) != entry.sha256 {
        return Err(changed(name));
    }
    Ok(bytes)
}

/// Bytes, counted and hashed.
#[derive(Debug, Default)]
pub(super) struct Measured {
    sum: Sha256,
    bytes: u64,
}

impl Measured {
    pub(super) fn entry(self) -> Entry {
        let sha256 = hex::encode(self.sum.finalize());
        Entry {
            bytes: self.bytes,
            sha256,
        }
    }
}

impl io::Write for Measured {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.sum.update(bytes);
        self.bytes += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Reads an entry of any length to its end, without keeping it.
pub(super) fn hashed<R: Read + Seek>(
    archive: &mut Archive<R>,
    manifest: &BundleManifest,
    name: &str,
) -> Result<(), Inspection> {
    let entry = listed(manifest, name)?;
    let file = archive
        .by_name(name)
        .map_err(|error| wrong("entries", format!("{name}: {error}")))?;
    let mut read = Measured::default();
    // One byte more than there should be is enough to see that it is another.
    io::copy(&mut file.take(entry.bytes.saturating_add(1)), &mut read)?;
    if read.entry() == *entry {
        return Ok(());
    }
    Err(changed(name))
}

/// An entry ends within a line, or has one that is longer than any.
pub(super) fn cut(name: &str) -> Inspection {
    wrong("cut", format!("{name} is cut, or a line of it is too long"))
}

pub(super) fn changed(name: &str) -> Inspection {
    wrong("changed", format!("{name} is not what the manifest says"))
}

/// An entry read line by line, hashed on the way.
pub(super) struct Lines<'a, R: Read + Seek> {
    name: &'a str,
    entry: &'a Entry,
    reader: BufReader<ZipFile<'a, R>>,
    sum: Sha256,
    bytes: u64,
    pub(super) line: Vec<u8>,
}

impl<'a, R: Read + Seek> Lines<'a, R> {
    pub(super) fn of(
        archive: &'a mut Archive<R>,
        manifest: &'a BundleManifest,
        name: &'a str,
    ) -> Result<Self, Inspection> {
        let file = archive
            .by_name(name)
            .map_err(|error| wrong("entries", format!("{name}: {error}")))?;
        Ok(Self {
            name,
            entry: listed(manifest, name)?,
            reader: BufReader::with_capacity(64 << 10, file),
            sum: Sha256::new(),
            bytes: 0,
            line: Vec::new(),
        })
    }

    /// The next line, without its newline; false at the end.
    pub(super) fn next(&mut self, longest: u64) -> Result<bool, Inspection> {
        self.line.clear();
        let read = Read::take(&mut self.reader, longest + 1).read_until(b'\n', &mut self.line)?;
        self.sum.update(&self.line);
        self.bytes += read as u64;
        if read == 0 {
            return Ok(false);
        }
        if self.line.pop() != Some(b'\n') || self.bytes > self.entry.bytes {
            return Err(cut(self.name));
        }
        Ok(true)
    }

    pub(super) fn end(self) -> Result<(), Inspection> {
        let same = self.bytes == self.entry.bytes && hex::encode(self.sum.finalize()) == self.entry.sha256;
        if same { Ok(()) } else { Err(changed(self.name)) }
    }
}

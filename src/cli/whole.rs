//! Files that are there whole or not at all: written aside, flushed, and moved into place.

use anyhow::Context as _;
use std::{
    fs::{self, File},
    io::{BufWriter, IntoInnerError},
    path::{Path, PathBuf},
};

/// Where a file will be, and where it is written meanwhile.
pub(super) struct Whole<'a> {
    place: &'a Path,
    aside: PathBuf,
}

impl<'a> Whole<'a> {
    /// Begins a file for this place.
    ///
    /// # Errors
    /// When it cannot be made.
    pub(super) fn begin(place: &'a Path) -> anyhow::Result<(Self, BufWriter<File>)> {
        let mut aside = place.as_os_str().to_owned();
        aside.push(".part");
        let aside = PathBuf::from(aside);
        let file = File::create(&aside).with_context(|| format!("cannot write {}", aside.display()))?;
        Ok((Self { place, aside }, BufWriter::new(file)))
    }

    /// Everything is written: it takes its place, so that it survives the loss of power.
    ///
    /// # Errors
    /// When it cannot be written to its end.
    pub(super) fn finish(self, file: BufWriter<File>) -> anyhow::Result<()> {
        let folder = self.place.parent().filter(|folder| !folder.as_os_str().is_empty());
        file.into_inner()
            .map_err(IntoInnerError::into_error)
            .and_then(|file| file.sync_all())
            .and_then(|()| fs::rename(&self.aside, self.place))
            .and_then(|()| File::open(folder.unwrap_or(Path::new(".")))?.sync_all())
            .with_context(|| format!("cannot write {}", self.place.display()))
    }
}

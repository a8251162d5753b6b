//! The newest checkpoint that this instance saw, in a file outside the database. It only ever moves forward.

use super::NotaryError;
use crate::audit::checkpoint::{Checkpoint, Note};
use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io::Write as _,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
    time::Duration,
};

/// The file, and what was last read from it.
#[derive(Debug)]
pub struct Memory {
    file: PathBuf,
    seen: Mutex<Option<(String, u64)>>,
}

/// As long as it lives nobody else changes the file.
#[derive(Debug)]
pub struct Turn {
    _lock: File,
}

impl Memory {
    /// A memory in this file.
    #[must_use]
    pub fn at(file: PathBuf) -> Self {
        Self {
            file,
            seen: Mutex::default(),
        }
    }

    #[must_use]
    pub fn file(&self) -> &Path {
        &self.file
    }

    /// Origin and size that were last read or written here.
    #[must_use]
    pub fn seen(&self) -> Option<(String, u64)> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Waits until no other instance with the same file is about to change it.
    ///
    /// # Errors
    /// When the folder cannot be used.
    pub async fn turn(&self) -> Result<Turn, NotaryError> {
        let folder = self.file.parent().unwrap_or(Path::new("."));
        let lock = made(folder).and_then(|()| {
            OpenOptions::new()
                .create(true)
                .truncate(false)
                .write(true)
                .open(self.file.with_extension("lock"))
        });
        let lock = lock.map_err(trouble)?;
        // Never a blocking wait: whoever holds the lock may need this very thread to go on.
        loop {
            match lock.try_lock() {
                Ok(()) => return Ok(Turn { _lock: lock }),
                Err(TryLockError::WouldBlock) => tokio::time::sleep(Duration::from_millis(5)).await,
                Err(TryLockError::Error(error)) => return Err(trouble(error)),
            }
        }
    }

    /// The remembered checkpoint: the note and what it says. Its signature is the caller's to check.
    ///
    /// # Errors
    /// When the file is there and cannot be read.
    pub fn read(&self) -> Result<Option<(String, Checkpoint)>, NotaryError> {
        let note = match fs::read_to_string(&self.file) {
            Ok(note) => note,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(trouble(error)),
        };
        let said = Note::parse(&note).and_then(|note| Checkpoint::parse(&note.text));
        let said = said.map_err(|error| NotaryError::Memory(format!("{}: {error}", self.file.display())))?;
        self.remember(&said);
        Ok(Some((note, said)))
    }

    /// Remembers a checkpoint so that it survives the loss of power: written aside, flushed, moved into place, and the
    /// folder flushed.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write(&self, note: &str, said: &Checkpoint) -> Result<(), NotaryError> {
        let aside = self.file.with_extension("new");
        let written = File::create(&aside).and_then(|mut file| {
            file.write_all(note.as_bytes())?;
            file.sync_all()?;
            fs::rename(&aside, &self.file)?;
            File::open(self.file.parent().unwrap_or(Path::new(".")))?.sync_all()
        });
        written.map_err(trouble)?;
        self.remember(said);
        Ok(())
    }

    /// The file was put aside.
    pub(super) fn forget(&self) {
        *self.seen.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    fn remember(&self, said: &Checkpoint) {
        *self.seen.lock().unwrap_or_else(PoisonError::into_inner) = Some((said.origin.clone(), said.size));
    }
}

/// Makes the folder if it is missing, so that it survives the loss of power.
fn made(folder: &Path) -> std::io::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    fs::create_dir_all(folder)?;
    match folder.parent().filter(|above| !above.as_os_str().is_empty()) {
        Some(above) => File::open(above)?.sync_all(),
        None => Ok(()),
    }
}

fn trouble(error: std::io::Error) -> NotaryError {
    NotaryError::Memory(error.to_string())
}

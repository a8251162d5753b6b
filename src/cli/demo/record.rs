//! What a finished play leaves in its folder, so that it is never played twice.

use super::script::verdict::Line;
use crate::domain::Instant;
use anyhow::Context as _;
use serde::{Deserialize, Serialize};
use std::{
    collections::BTreeMap,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

/// Written when everything was played.
const FINISHED: &str = "played.json";

/// A finished play.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    pub account: Vec<String>,
    /// The last instant of the play.
    pub ended: Instant,
    /// The id of each case, by the name the account gives it.
    pub cases: BTreeMap<String, String>,
    pub verdicts: Vec<Line>,
    /// The export of the seed case, within the folder.
    pub export: String,
}

impl Told {
    /// Where to look now.
    pub fn epilogue(&self, folder: &Path) -> String {
        let export = folder.join(&self.export);
        let letters = folder.join("letters");
        let mut text = String::new();
        let _ = writeln!(
            text,
            "\nThe history of the seed case, exported by the auditor: {}",
            export.display()
        );
        let _ = writeln!(
            text,
            "Check it, without this instance:  corridor verify {}",
            export.display()
        );
        let _ = writeln!(text, "The letters that were sent:  {}", letters.display());
        text
    }
}

/// What a folder holds.
#[derive(Debug, PartialEq, Eq)]
pub enum Found {
    /// No folder, or an empty one.
    Nothing,
    Finished(Told),
    /// A play that did not come to its end, or files of something else.
    Broken,
}

/// Looks into the folder.
///
/// # Errors
/// When it cannot be read, or the record of a finished play is not one.
pub fn found(folder: &Path) -> anyhow::Result<Found> {
    let finished = folder.join(FINISHED);
    if finished.exists() {
        let text = fs::read(&finished).with_context(|| format!("reading {}", finished.display()))?;
        let told = serde_json::from_slice(&text);
        let told = told.with_context(|| format!("{} is not the record of a play", finished.display()))?;
        return Ok(Found::Finished(told));
    }
    if !folder.exists() {
        return Ok(Found::Nothing);
    }
    let mut entries = fs::read_dir(folder).with_context(|| format!("reading {}", folder.display()))?;
    Ok(if entries.next().is_none() {
        Found::Nothing
    } else {
        Found::Broken
    })
}

/// A play under way.
pub struct Record {
    folder: PathBuf,
}

impl Record {
    /// Makes the folder.
    pub fn begin(folder: &Path) -> anyhow::Result<Self> {
        fs::create_dir_all(folder).with_context(|| format!("making {}", folder.display()))?;
        Ok(Self {
            folder: folder.to_owned(),
        })
    }

    /// Writes down that everything was played: whole or not at all.
    pub fn finish(&self, told: &Told) -> anyhow::Result<()> {
        let (half, whole) = (self.folder.join("played.json.part"), self.folder.join(FINISHED));
        fs::write(&half, serde_json::to_vec_pretty(told)?).with_context(|| format!("writing {}", half.display()))?;
        fs::rename(&half, &whole).with_context(|| format!("writing {}", whole.display()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_played_in_once() {
        let parent = tempfile::tempdir().unwrap();
        let folder = parent.path().join("demo");
        assert_eq!(found(&folder).unwrap(), Found::Nothing);
        let record = Record::begin(&folder).unwrap();
        assert_eq!(found(&folder).unwrap(), Found::Nothing);
        fs::write(folder.join("corridor.db"), b"half").unwrap();
        assert_eq!(found(&folder).unwrap(), Found::Broken);
        let told = Told {
            account: vec!["a line".to_owned()],
            ended: Instant::UNIX_EPOCH,
            cases: BTreeMap::new(),
            verdicts: Vec::new(),
            export: "exports/x.jsonl".to_owned(),
        };
        record.finish(&told).unwrap();
        assert_eq!(found(&folder).unwrap(), Found::Finished(told));
        fs::write(folder.join(FINISHED), b"{").unwrap();
        assert!(
            found(&folder)
                .unwrap_err()
                .to_string()
                .contains("is not the record of a play")
        );
    }
}

//! Files of a list, read from disk.

use crate::screening::lists::{Format, ListFile, Loaded, Refusal, RefusalCode, read};
use std::{fs::File, io::BufReader, path::PathBuf};

/// A file that came in: its own name, and where it lies.
#[derive(Clone, Debug)]
pub struct Incoming {
    pub name: String,
    pub path: PathBuf,
}

fn opened(file: &Incoming) -> Result<ListFile<'static>, Refusal> {
    let unreadable = |error: std::io::Error| Refusal {
        code: RefusalCode::Unreadable,
        file: file.name.clone(),
        line: 0,
        reason: error.to_string(),
    };
    let content = File::open(&file.path).map_err(unreadable)?;
    Ok(ListFile::new(
        file.name.clone(),
        BufReader::with_capacity(1 << 16, content),
    ))
}

/// Reads a list from its files; the format is recognised unless it is named.
///
/// # Errors
/// When they are not a whole list.
pub async fn read_files(
    list: String,
    format: Option<Format>,
    files: Vec<Incoming>,
) -> Result<(Format, Loaded), Refusal> {
    let reading = tokio::task::spawn_blocking(move || {
        let mut lists = files.iter().map(opened).collect::<Result<Vec<_>, _>>()?;
        let format = match (format, lists.first_mut()) {
            (Some(format), _) => format,
            (None, Some(first)) => Format::of(first)?,
            (None, None) => return Err(broken(RefusalCode::Empty, "there is no file")),
        };
        Ok((format, read(&list, format, lists)?))
    });
    reading
        .await
        .unwrap_or_else(|error| Err(broken(RefusalCode::Unreadable, &error.to_string())))
}

fn broken(code: RefusalCode, reason: &str) -> Refusal {
    Refusal {
        code,
        file: "the set".to_owned(),
        line: 0,
        reason: reason.to_owned(),
    }
}

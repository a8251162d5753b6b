//! The file in which a dossier travels: bare, or in an envelope with the notice it answers.

use super::Dossier;
use crate::domain::notice::NoticeContent;
use serde::{Deserialize, Serialize, de::DeserializeOwned};

/// A dossier in its envelope: `{"format": "corridor-dossier/1", "notice": {…} or null, "dossier": {…}}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DossierFile {
    pub format: Format,
    /// The notice the dossier answers; without it only what needs no notice can be checked.
    #[serde(default)]
    pub notice: Option<NoticeContent>,
    pub dossier: Dossier,
}

/// The format's name and version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize, utoipa::ToSchema)]
pub enum Format {
    #[default]
    #[serde(rename = "corridor-dossier/1")]
    V1,
}

/// Why a file could not be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("at {path}: {message}")]
pub struct FileError {
    /// Where in the document, for example `dossier.goods[0].quantity.amount`; `.` is the whole.
    pub path: String,
    pub message: String,
}

impl DossierFile {
    /// An envelope of today's format.
    #[must_use]
    pub fn new(dossier: Dossier, notice: Option<NoticeContent>) -> Self {
        Self {
            format: Format::V1,
            notice,
            dossier,
        }
    }
}

/// Reads a dossier, bare or in its envelope (an object with the key `format`).
pub fn read_file(bytes: &[u8]) -> Result<DossierFile, FileError> {
    #[derive(Deserialize)]
    struct Peek {
        format: Option<serde::de::IgnoredAny>,
    }
    if bytes.trim_ascii_start().first() != Some(&b'{') {
        return Err(FileError {
            path: ".".to_owned(),
            message: "this is not a JSON object (it should begin with \"{\")".to_owned(),
        });
    }
    let enveloped = serde_json::from_slice::<Peek>(bytes).is_ok_and(|peek| peek.format.is_some());
    if enveloped {
        read_json(bytes)
    } else {
        read_json(bytes).map(|dossier| DossierFile::new(dossier, None))
    }
}

/// Reads JSON and tells where it went wrong.
pub(crate) fn read_json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, FileError> {
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut deserializer).map_err(|error| FileError {
        path: error.path().to_string(),
        message: error.inner().to_string(),
    })?;
    deserializer.end().map_err(|error| FileError {
        path: ".".to_owned(),
        message: error.to_string(),
    })?;
    Ok(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(json: &str) -> String {
        read_file(json.as_bytes()).unwrap_err().to_string()
    }

    #[test]
    fn a_dossier_travels_bare_or_in_its_envelope() {
        let bare = read_file(br#"{"safeguards": "seals"}"#).unwrap();
        let enveloped =
            read_file(br#"{"format": "corridor-dossier/1", "notice": null, "dossier": {"safeguards": "seals"}}"#)
                .unwrap();
        assert_eq!(bare, enveloped);
        let again = serde_json::to_vec(&bare).unwrap();
        assert_eq!(read_file(&again).unwrap(), bare);
    }

    #[test]
    fn mistakes_are_named_with_their_place() {
        assert!(
            refused(r#"{"format": "corridor-dossier/9", "dossier": {}}"#).starts_with("at format: unknown variant")
        );
        assert!(refused(r#"{"goodz": []}"#).contains("unknown field `goodz`"));
        let number =
            r#"{"goods": [{"line": 1, "hs": "100199", "description": "", "quantity": {"amount": 5, "unit": "TNE"}}]}"#;
        assert!(refused(number).starts_with("at goods[0].quantity.amount: invalid type: integer `5`"));
        let instant = r#"{"validity": {"from": "2025-11-07T00:00:00Z", "months": 6}}"#;
        assert!(refused(instant).starts_with("at validity.from: \"2025-11-07T00:00:00Z\" is not a date"));
        assert!(refused(r#"{"payments": null}"#).contains("at payments: invalid type: null"));
    }

    #[test]
    fn what_is_no_json_is_refused_without_panic() {
        for bytes in [
            &b""[..],
            b"{",
            b"[]",
            b"null",
            b"{} {}",
            b"\xff\xfe{}",
            b"{\"safeguards\": \"\xc3\x28\"}",
            &[b'['; 5000],
        ] {
            assert!(read_file(bytes).is_err(), "{bytes:?}");
        }
        assert!(refused(r#"{"safeguards": "a", "safeguards": "b"}"#).contains("duplicate field"));
    }
}

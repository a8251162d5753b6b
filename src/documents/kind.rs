//! The kinds of documents that are accepted.

use super::DocumentError;

/// A kind of document that is accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum MediaKind {
    Pdf,
    Docx,
    Xlsx,
    Odt,
    Csv,
    Text,
    Json,
    Png,
    Jpeg,
    /// A detached or enveloping signature (CMS).
    Signature,
}

/// Kind, file name extensions, media types: the first is the one we answer with.
const KINDS: &[(MediaKind, &[&str], &[&str])] = &[
    (MediaKind::Pdf, &["pdf"], &["application/pdf"]),
    (
        MediaKind::Docx,
        &["docx"],
        &["application/vnd.openxmlformats-officedocument.wordprocessingml.document"],
    ),
    (
        MediaKind::Xlsx,
        &["xlsx"],
        &["application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"],
    ),
    (MediaKind::Odt, &["odt"], &["application/vnd.oasis.opendocument.text"]),
    (
        MediaKind::Csv,
        &["csv"],
        &["text/csv", "text/plain", "application/vnd.ms-excel"],
    ),
    (MediaKind::Text, &["txt"], &["text/plain"]),
    (MediaKind::Json, &["json"], &["application/json"]),
    (MediaKind::Png, &["png"], &["image/png"]),
    (MediaKind::Jpeg, &["jpg", "jpeg"], &["image/jpeg"]),
    (
        MediaKind::Signature,
        &["p7s"],
        &["application/pkcs7-signature", "application/x-pkcs7-signature"],
    ),
];

impl MediaKind {
    /// The media type under which a document of this kind is handed out.
    #[must_use]
    pub fn media_type(self) -> &'static str {
        let row = KINDS.iter().find(|(kind, ..)| *kind == self);
        row.and_then(|(.., types)| types.first())
            .copied()
            .unwrap_or("application/octet-stream")
    }

    /// What the name's extension and the declared media type announce together.
    ///
    /// # Errors
    /// `media_type_not_accepted` for other extensions, `media_type_mismatch` when the two disagree.
    pub fn announced(name: &str, declared: Option<&str>) -> Result<Self, DocumentError> {
        let extension = name
            .rsplit_once('.')
            .map(|(_, extension)| extension.to_ascii_lowercase());
        let row = extension.and_then(|extension| {
            KINDS
                .iter()
                .find(|(_, extensions, _)| extensions.contains(&extension.as_str()))
        });
        let (kind, _, types) = row.ok_or_else(|| {
            let all: Vec<&str> = KINDS
                .iter()
                .flat_map(|(_, extensions, _)| *extensions)
                .copied()
                .collect();
            let sentence = format!("Accepted are files whose names end in {}.", all.join(", "));
            DocumentError::refused("media_type_not_accepted", sentence)
        })?;
        let essence = declared.map(|text| text.split(';').next().unwrap_or(text).trim().to_ascii_lowercase());
        match essence.as_deref() {
            None | Some("" | "application/octet-stream") => Ok(*kind),
            Some(declared) if types.contains(&declared) => Ok(*kind),
            Some(_) => Err(DocumentError::refused(
                "media_type_mismatch",
                format!(
                    "The declared media type does not fit the name; {} would.",
                    kind.media_type()
                ),
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(name: &str, declared: Option<&str>) -> &'static str {
        match MediaKind::announced(name, declared) {
            Ok(_) => "accepted",
            Err(DocumentError::Refused { code, .. }) => code,
            Err(_) => "other",
        }
    }

    #[test]
    fn name_and_declared_type_must_agree() {
        assert_eq!(
            MediaKind::announced("Письмо.PDF", Some("application/pdf; x=y")).unwrap(),
            MediaKind::Pdf
        );
        assert_eq!(code("a.jpeg", Some("image/jpeg")), "accepted");
        assert_eq!(code("a.csv", Some("application/vnd.ms-excel")), "accepted");
        assert_eq!(code("a.pdf", None), "accepted");
        assert_eq!(code("a.pdf", Some("application/octet-stream")), "accepted");
        assert_eq!(code("a.pdf", Some("text/html")), "media_type_mismatch");
        for name in ["a.pdf.exe", "a.docm", "a.svg", "a.html", "a", "", ".", "pdf", "a.pdf "] {
            assert_eq!(code(name, None), "media_type_not_accepted", "{name}");
        }
    }
}

//! Does the content of a document agree with what was announced? Judged while the bytes pass, in constant memory.

use super::{
    DocumentError, MediaKind,
    archive::{self, TAIL},
    pdf::NameScan,
};

/// Bytes kept of the beginning.
const HEAD: usize = 4096;

/// Looks at a document while its bytes pass.
#[derive(Debug)]
pub struct Inspector {
    kind: MediaKind,
    length: u64,
    head: Vec<u8>,
    tail: Vec<u8>,
    names: NameScan,
    text: TextScan,
}

impl Inspector {
    /// For a document announced as this kind.
    #[must_use]
    pub fn new(kind: MediaKind) -> Self {
        Self {
            kind,
            length: 0,
            head: Vec::new(),
            tail: Vec::new(),
            names: NameScan::default(),
            text: TextScan::default(),
        }
    }

    /// The next bytes. An error may come before the last of them.
    ///
    /// # Errors
    /// [`DocumentError::Refused`].
    pub fn pass(&mut self, bytes: &[u8]) -> Result<(), DocumentError> {
        let room = HEAD.saturating_sub(self.head.len()).min(bytes.len());
        self.head.extend_from_slice(bytes.get(..room).unwrap_or_default());
        self.length += bytes.len() as u64;
        match self.kind {
            MediaKind::Pdf => {
                self.names.pass(bytes);
                self.keep_tail(bytes, 2048);
            }
            MediaKind::Docx | MediaKind::Xlsx | MediaKind::Odt => self.keep_tail(bytes, TAIL),
            MediaKind::Csv | MediaKind::Text | MediaKind::Json => self.text.pass(bytes)?,
            MediaKind::Png | MediaKind::Jpeg | MediaKind::Signature => {}
        }
        // Whoever sends a program as a PDF need not send all of it.
        if self.head.len() == HEAD {
            self.begins_rightly()
        } else {
            Ok(())
        }
    }

    fn keep_tail(&mut self, bytes: &[u8], most: usize) {
        self.tail.extend_from_slice(bytes);
        if self.tail.len() > 2 * most {
            self.tail.drain(..self.tail.len() - most);
        }
    }

    /// After the last byte.
    ///
    /// # Errors
    /// [`DocumentError::Refused`].
    pub fn finish(mut self) -> Result<(), DocumentError> {
        if self.length == 0 {
            return Err(DocumentError::refused("empty_document", "The document has no content."));
        }
        self.begins_rightly()?;
        match self.kind {
            MediaKind::Pdf => self.finish_pdf(),
            MediaKind::Docx | MediaKind::Xlsx | MediaKind::Odt => {
                let start = self.tail.len().saturating_sub(TAIL);
                archive::examine(self.tail.get(start..).unwrap_or_default(), self.length, self.kind)
            }
            MediaKind::Csv | MediaKind::Text | MediaKind::Json => self.text.finish(),
            MediaKind::Png | MediaKind::Jpeg | MediaKind::Signature => Ok(()),
        }
    }

    fn finish_pdf(&mut self) -> Result<(), DocumentError> {
        if let Some(found) = self.names.finish() {
            return Err(DocumentError::refused("unsafe_content", found));
        }
        if self.tail.windows(5).any(|window| window == b"%%EOF") {
            Ok(())
        } else {
            Err(mismatch())
        }
    }

    fn begins_rightly(&self) -> Result<(), DocumentError> {
        let head = self.head.as_slice();
        let magic = infer::get(head).map_or("", |found| found.mime_type());
        let fits = match self.kind {
            MediaKind::Pdf | MediaKind::Png | MediaKind::Jpeg => magic == self.kind.media_type(),
            MediaKind::Docx | MediaKind::Xlsx => head.starts_with(b"PK\x03\x04"),
            MediaKind::Odt => is_opendocument_text(head),
            MediaKind::Signature => is_cms(head),
            MediaKind::Json => first_sign(head).is_none_or(|sign| matches!(sign, b'{' | b'[')),
            MediaKind::Csv | MediaKind::Text => !is_markup(head),
        };
        if fits { Ok(()) } else { Err(mismatch()) }
    }
}

fn mismatch() -> DocumentError {
    DocumentError::refused(
        "media_type_mismatch",
        "The content is not the kind of document that the name says.",
    )
}

/// The first part of an OpenDocument archive is its media type, stored as it is.
fn is_opendocument_text(head: &[u8]) -> bool {
    let type_and_next = [MediaKind::Odt.media_type().as_bytes(), b"PK"].concat();
    head.starts_with(b"PK\x03\x04")
        && head.get(30..38) == Some(b"mimetype")
        && head.get(38..38 + type_and_next.len()) == Some(type_and_next.as_slice())
}

/// Signed data (OID 1.2.840.113549.1.7.2), in DER or in PEM.
fn is_cms(head: &[u8]) -> bool {
    const SIGNED_DATA: [u8; 11] = [0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x02];
    let early = head.get(..32.min(head.len())).unwrap_or_default();
    let der = head.starts_with(&[0x30]) && early.windows(SIGNED_DATA.len()).any(|window| window == SIGNED_DATA);
    der || head.starts_with(b"-----BEGIN PKCS7-----") || head.starts_with(b"-----BEGIN CMS-----")
}

fn without_mark(head: &[u8]) -> &[u8] {
    head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head)
}

fn first_sign(head: &[u8]) -> Option<u8> {
    without_mark(head)
        .iter()
        .copied()
        .find(|byte| !byte.is_ascii_whitespace())
}

fn is_markup(head: &[u8]) -> bool {
    let text: Vec<u8> = without_mark(head)
        .trim_ascii_start()
        .iter()
        .take(16)
        .map(u8::to_ascii_lowercase)
        .collect();
    [
        &b"<!"[..],
        b"<html",
        b"<head",
        b"<body",
        b"<script",
        b"<svg",
        b"<?",
        b"<iframe",
        b"%pdf",
        b"{\\rtf",
    ]
    .iter()
    .any(|start| text.starts_with(start))
}

/// Plain text: UTF-8 without control characters.
#[derive(Debug, Default)]
struct TextScan {
    /// The beginning of a character whose end has not come yet.
    carry: Vec<u8>,
}

impl TextScan {
    fn pass(&mut self, bytes: &[u8]) -> Result<(), DocumentError> {
        let controls = |byte: &u8| *byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r' | 0x0c);
        if bytes.iter().any(controls) {
            return Err(mismatch());
        }
        self.carry.extend_from_slice(bytes);
        match std::str::from_utf8(&self.carry) {
            Ok(_) => self.carry.clear(),
            Err(error) if error.error_len().is_none() => drop(self.carry.drain(..error.valid_up_to())),
            Err(_) => return Err(Self::not_text()),
        }
        Ok(())
    }

    fn finish(&self) -> Result<(), DocumentError> {
        if self.carry.is_empty() {
            Ok(())
        } else {
            Err(Self::not_text())
        }
    }

    fn not_text() -> DocumentError {
        DocumentError::refused(
            "media_type_mismatch",
            "Text documents are accepted in UTF-8; save the file as UTF-8.",
        )
    }
}

#[cfg(test)]
mod tests {
    use super::{super::archive::tests as archives, *};

    const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01";
    const PDF: &[u8] = b"%PDF-1.7\n1 0 obj << /Type /Catalog >> endobj\ntrailer <<>>\n%%EOF\n";
    const CMS: &[u8] = &[
        0x30, 0x82, 1, 0, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x02, 0xa0,
    ];

    fn verdict(kind: MediaKind, bytes: &[u8]) -> &'static str {
        let outcomes: Vec<_> = [1, 7, 100_000].map(|chunk| by_chunks(kind, bytes, chunk)).into();
        assert!(
            outcomes.windows(2).all(|pair| pair[0] == pair[1]),
            "chunks matter: {outcomes:?}"
        );
        outcomes[0]
    }

    fn by_chunks(kind: MediaKind, bytes: &[u8], chunk: usize) -> &'static str {
        let mut inspector = Inspector::new(kind);
        let passed = bytes.chunks(chunk).try_for_each(|chunk| inspector.pass(chunk));
        match passed.and_then(|()| inspector.finish()) {
            Ok(()) => "accepted",
            Err(DocumentError::Refused { code, .. }) => code,
            Err(_) => "other",
        }
    }

    #[test]
    fn content_that_is_what_it_says_is_accepted() {
        for (kind, bytes) in [
            (MediaKind::Pdf, PDF),
            (MediaKind::Png, PNG),
            (MediaKind::Jpeg, b"\xff\xd8\xff\xe0\0\x10JFIF\0"),
            (MediaKind::Text, "Зерно для Эфиопии\r\n".as_bytes()),
            (MediaKind::Csv, "\u{feff}name;tonnes\nArdent;24000\n".as_bytes()),
            (MediaKind::Json, b" {\"a\": 1}"),
            (MediaKind::Signature, CMS),
            (MediaKind::Signature, b"-----BEGIN PKCS7-----\nMII"),
            (MediaKind::Docx, &archives::zip(&archives::docx())),
        ] {
            assert_eq!(verdict(kind, bytes), "accepted", "{kind:?}");
        }
    }

    #[test]
    fn content_that_is_something_else_is_refused() {
        for (kind, bytes) in [
            (MediaKind::Pdf, &b"<html><script>alert(1)</script></html>"[..]),
            (MediaKind::Pdf, b"MZ\x90\0\x03"),
            (MediaKind::Pdf, b"<!-- %PDF-1.7 -->\n%%EOF"),
            (MediaKind::Pdf, b"%PDF-1.7 without an end"),
            (MediaKind::Png, PDF),
            (MediaKind::Jpeg, PNG),
            (MediaKind::Text, b"  <!DOCTYPE html>"),
            (MediaKind::Text, b"<svg onload=alert(1)>"),
            (MediaKind::Text, b"caf\xe9"),
            (MediaKind::Text, b"half a character \xd0"),
            (MediaKind::Csv, b"a\0b"),
            (MediaKind::Csv, PNG),
            (MediaKind::Json, b"alert(1)"),
            (MediaKind::Signature, PDF),
            (MediaKind::Docx, PDF),
            (MediaKind::Odt, &archives::zip(&archives::docx())),
        ] {
            assert_eq!(
                verdict(kind, bytes),
                "media_type_mismatch",
                "{kind:?} {}",
                String::from_utf8_lossy(bytes)
            );
        }
        for kind in [MediaKind::Pdf, MediaKind::Text, MediaKind::Docx] {
            assert_eq!(verdict(kind, b""), "empty_document");
        }
    }

    #[test]
    fn a_pdf_that_acts_is_refused_wherever_it_does() {
        let filling = vec![b'x'; 20_000];
        let acting = [PDF, &filling, b" /S /JavaScript ", &filling, b"%%EOF"].concat();
        assert_eq!(by_chunks(MediaKind::Pdf, &acting, 4096), "unsafe_content");
    }

    #[test]
    fn a_program_is_refused_before_all_of_it_has_come() {
        let mut inspector = Inspector::new(MediaKind::Pdf);
        assert!(inspector.pass(b"MZ").is_ok());
        assert!(inspector.pass(&[0; HEAD]).is_err());
    }
}

use super::*;

/// An archive's parts: name, bytes unpacked as the directory says, flags, mode.
#[derive(Clone)]
pub struct Part {
    pub name: String,
    pub claims: Option<u32>,
    pub flags: u16,
    pub mode: u32,
}

pub fn part(name: &str) -> Part {
    Part {
        name: name.to_owned(),
        claims: None,
        flags: 0,
        mode: 0o100_644,
    }
}

/// Writes an archive with stored parts of ten bytes each.
pub fn zip(parts: &[Part]) -> Vec<u8> {
    let (mut out, mut directory) = (Vec::new(), Vec::new());
    for part in parts {
        let (name, offset) = (part.name.as_bytes(), out.len() as u32);
        let method = if part.claims.is_some() { 8_u16 } else { 0 };
        let length = (name.len() as u16).to_le_bytes();
        let sizes = [10, part.claims.unwrap_or(10)].map(u32::to_le_bytes).concat();
        let shared = [part.flags.to_le_bytes(), method.to_le_bytes()].concat();
        out.extend(
            [
                &b"PK\x03\x04\x14\0"[..],
                &shared,
                &[0; 8],
                &sizes,
                &length,
                &[0; 2],
                name,
                &[b'x'; 10],
            ]
            .concat(),
        );
        directory.extend(
            [
                &b"PK\x01\x02\x14\x03\x14\0"[..],
                &shared,
                &[0; 8],
                &sizes,
                &length,
                &[0; 8],
            ]
            .concat(),
        );
        directory.extend([&(part.mode << 16).to_le_bytes()[..], &offset.to_le_bytes(), name].concat());
    }
    let count = (parts.len() as u16).to_le_bytes();
    let place = [directory.len() as u32, out.len() as u32]
        .map(u32::to_le_bytes)
        .concat();
    out.extend(directory);
    out.extend([&b"PK\x05\x06\0\0\0\0"[..], &count, &count, &place, &[0; 2]].concat());
    out
}

pub fn docx() -> Vec<Part> {
    ["[Content_Types].xml", "_rels/.rels", "word/document.xml"]
        .map(part)
        .to_vec()
}

fn verdict(parts: &[Part], kind: MediaKind) -> &'static str {
    of_bytes(&zip(parts), kind)
}

fn of_bytes(bytes: &[u8], kind: MediaKind) -> &'static str {
    let tail = &bytes[bytes.len().saturating_sub(TAIL)..];
    match examine(tail, bytes.len() as u64, kind) {
        Ok(()) => "accepted",
        Err(DocumentError::Refused { code, .. }) => code,
        Err(_) => "other",
    }
}

fn docx_with(extra: Part) -> &'static str {
    verdict(&[docx(), vec![extra]].concat(), MediaKind::Docx)
}

#[test]
fn honest_documents_are_accepted_as_what_they_are() {
    assert_eq!(verdict(&docx(), MediaKind::Docx), "accepted");
    assert_eq!(verdict(&docx(), MediaKind::Xlsx), "media_type_mismatch");
    let xlsx = ["[Content_Types].xml", "xl/workbook.xml"].map(part);
    assert_eq!(verdict(&xlsx, MediaKind::Xlsx), "accepted");
    let odt = ["mimetype", "content.xml", "META-INF/manifest.xml"].map(part);
    assert_eq!(verdict(&odt, MediaKind::Odt), "accepted");
    assert_eq!(verdict(&[part("a.txt")], MediaKind::Docx), "media_type_mismatch");
}

#[test]
fn macros_objects_and_encryption_are_refused() {
    for name in [
        "word/vbaProject.bin",
        "word/activeX/activeX1.xml",
        "word/embeddings/oleObject1.bin",
        "Basic/Standard/x.xml",
    ] {
        assert_eq!(docx_with(part(name)), "unsafe_content", "{name}");
    }
    assert_eq!(
        docx_with(Part {
            flags: 1,
            ..part("word/a.xml")
        }),
        "unsafe_content"
    );
}

#[test]
fn parts_that_lead_elsewhere_or_are_archives_are_refused() {
    for name in [
        "../../x",
        "/etc/passwd",
        "a/../../b",
        "c:\\x",
        "word\\x",
        "a.zip",
        "word/embeddings/a.xlsx",
        "x.EXE",
    ] {
        assert_eq!(docx_with(part(name)), "archive_refused", "{name}");
    }
    assert_eq!(
        docx_with(Part {
            mode: 0o120_777,
            ..part("word/link.xml")
        }),
        "archive_refused"
    );
    assert_eq!(docx_with(part("word/document.xml")), "archive_refused", "named twice");
}

#[test]
fn bombs_are_refused() {
    let claims = |bytes| Part {
        claims: Some(bytes),
        ..part("word/media.xml")
    };
    assert_eq!(docx_with(claims(300 * 1024 * 1024)), "archive_refused");
    assert_eq!(
        docx_with(claims(2 * 1024 * 1024)),
        "archive_refused",
        "ratio of one part"
    );
    assert_eq!(docx_with(claims(1024 * 1024)), "archive_refused", "ratio of the whole");
    assert_eq!(docx_with(claims(20_000)), "accepted");
    let many: Vec<Part> = (0..1_001).map(|n| part(&format!("word/{n}.xml"))).collect();
    assert_eq!(verdict(&many, MediaKind::Docx), "archive_refused");
}

#[test]
fn a_damaged_prefixed_or_continued_archive_is_refused() {
    let good = zip(&docx());
    for cut in 0..good.len() {
        assert_ne!(of_bytes(&good[..cut], MediaKind::Docx), "accepted", "{cut}");
    }
    assert_ne!(
        of_bytes(&[b"%PDF-1.7", &good[..]].concat(), MediaKind::Docx),
        "accepted"
    );
    assert_ne!(
        of_bytes(&[&good[..], b"<script>"].concat(), MediaKind::Docx),
        "accepted"
    );
    for index in 0..good.len() {
        let mut bad = good.clone();
        bad[index] ^= 0xff;
        let _ = of_bytes(&bad, MediaKind::Docx);
    }
}

//! Example papers: small, true PDF files of one page each.

use std::fmt::Write as _;

/// A one-page PDF 1.4 with these lines of text. Letters outside ASCII become `?`, for the built-in font has no others.
#[must_use]
pub fn page(lines: &[&str]) -> Vec<u8> {
    let content = content(lines);
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>"
            .to_owned(),
        format!("<< /Length {} >>\nstream\n{content}\nendstream", content.len()),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_owned(),
    ];
    let mut file = String::from("%PDF-1.4\n");
    let mut offsets = Vec::with_capacity(objects.len());
    for (number, object) in (1..).zip(&objects) {
        offsets.push(file.len());
        let _ = write!(file, "{number} 0 obj\n{object}\nendobj\n");
    }
    let table = file.len();
    let _ = write!(file, "xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1);
    for offset in offsets {
        let _ = writeln!(file, "{offset:010} 00000 n ");
    }
    let _ = write!(
        file,
        "trailer\n<< /Size {} /Root 1 0 R >>\nstartxref\n{table}\n%%EOF\n",
        objects.len() + 1
    );
    file.into_bytes()
}

fn content(lines: &[&str]) -> String {
    let mut content = String::from("BT /F1 12 Tf 16 TL 56 780 Td");
    for line in lines {
        let plain = line
            .chars()
            .map(|c| if c.is_ascii_graphic() || c == ' ' { c } else { '?' });
        let escaped: String = plain
            .flat_map(|c| matches!(c, '(' | ')' | '\\').then_some('\\').into_iter().chain([c]))
            .collect();
        let _ = write!(content, " ({escaped}) Tj T*");
    }
    content.push_str(" ET");
    content
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::documents::{inspect::Inspector, kind::MediaKind};

    #[test]
    fn a_paper_passes_the_checks_of_an_upload() {
        let file = page(&["SUPPLY_CONTRACT", "P-01 (example data) \\ зерно"]);
        let kind = MediaKind::announced("supply_contract.pdf", Some("application/pdf")).unwrap();
        let mut inspector = Inspector::new(kind);
        inspector.pass(&file).unwrap();
        inspector.finish().unwrap();
    }

    #[test]
    fn every_object_stands_where_the_table_says() {
        let file = String::from_utf8(page(&["one", "two"])).unwrap();
        let table: usize = file
            .split("startxref\n")
            .nth(1)
            .unwrap()
            .lines()
            .next()
            .unwrap()
            .parse()
            .unwrap();
        assert!(file[table..].starts_with("xref\n0 6\n"));
        let entries = file[table..].lines().skip(3).take(5);
        for (number, entry) in (1..).zip(entries) {
            let offset: usize = entry[..10].parse().unwrap();
            assert!(file[offset..].starts_with(&format!("{number} 0 obj\n")), "{entry}");
        }
    }
}

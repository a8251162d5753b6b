//! File names for display. They are never used as paths.

use unicode_normalization::UnicodeNormalization as _;

/// Longest name shown, in characters.
const LONGEST: usize = 150;

/// A sender's file name, fit to be shown and sent: the last part of a path, composed characters, nothing that is
/// invisible, reorders the line or controls a terminal; at most 150 characters, the extension kept.
#[must_use]
pub fn display_name(sent: &str) -> String {
    let last = sent.rsplit(['/', '\\']).next().unwrap_or(sent);
    let visible: String = last.nfc().filter(|c| !c.is_control() && !is_invisible(*c)).collect();
    let words: Vec<&str> = visible.split_whitespace().collect();
    let name = words.join(" ");
    let name = name.trim_matches(['.', ' ']);
    if name.is_empty() {
        return "document".to_owned();
    }
    shortened(name)
}

fn shortened(name: &str) -> String {
    if name.chars().count() <= LONGEST {
        return name.to_owned();
    }
    let (stem, extension) = match name.rsplit_once('.') {
        Some((stem, extension)) if extension.chars().count() <= 10 => (stem, format!(".{extension}")),
        _ => (name, String::new()),
    };
    let room = LONGEST - extension.chars().count();
    stem.chars().take(room).chain(extension.chars()).collect()
}

/// Zero-width characters, marks that turn the direction of the line, tags, private marks of byte order.
fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_are_shown_without_paths_tricks_and_controls() {
        for (sent, shown) in [
            ("../../etc/passwd.txt", "passwd.txt"),
            ("C:\\Users\\a\\Договор.pdf", "Договор.pdf"),
            ("invoice\u{202e}fdp.exe", "invoicefdp.exe"),
            ("a\r\nSet-Cookie: b.pdf", "aSet-Cookie: b.pdf"),
            ("  a   b .pdf ", "a b .pdf"),
            ("и\u{306}.pdf", "й.pdf"),
            ("..", "document"),
            ("", "document"),
        ] {
            assert_eq!(display_name(sent), shown, "{sent:?}");
        }
        let long = display_name(&format!("{}.pdf", "ж".repeat(500)));
        assert_eq!(long.chars().count(), 150);
        assert!(long.ends_with("ж.pdf"));
    }

    proptest! {
        #[test]
        fn every_name_becomes_a_short_single_line(sent in any::<String>()) {
            let shown = display_name(&sent);
            prop_assert!(!shown.is_empty() && shown.chars().count() <= LONGEST);
            prop_assert!(!shown.contains(['/', '\\']) && !shown.chars().any(char::is_control));
        }
    }
}

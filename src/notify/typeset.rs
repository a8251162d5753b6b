//! Plain text as it is laid out in a letter, and words made fit to stand in one.

/// The width of a line of plain text, in characters.
const WIDTH: usize = 76;

/// One line of harmless characters: no line breaks, no control or direction-changing characters.
pub fn one_line(text: &str) -> String {
    let harmless = |c: char| if c.is_control() || redirects(c) { ' ' } else { c };
    let line: String = text.chars().map(harmless).collect();
    line.split(' ')
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// Characters that break lines or change the direction of text.
fn redirects(c: char) -> bool {
    matches!(c, '\u{2028}' | '\u{2029}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Lays out plain text: paragraphs filled to the width, one empty line between them. A line that begins with two
/// blanks or with `- ` stands by itself.
pub fn paragraphs(text: &str) -> String {
    let mut laid_out = String::new();
    let mut filling = Vec::new();
    let mut gap = false;
    for line in text.lines() {
        let stands_alone = line.starts_with("  ") || line.starts_with("- ");
        if line.trim().is_empty() || stands_alone {
            flush(&mut laid_out, &mut filling, &mut gap);
        }
        if line.trim().is_empty() {
            gap = true;
        } else if stands_alone {
            filling.push(line.trim_end());
            flush(&mut laid_out, &mut filling, &mut gap);
        } else {
            filling.push(line.trim());
        }
    }
    flush(&mut laid_out, &mut filling, &mut gap);
    laid_out
}

fn flush(laid_out: &mut String, filling: &mut Vec<&str>, gap: &mut bool) {
    let Some(first) = filling.first() else { return };
    if *gap && !laid_out.is_empty() {
        laid_out.push('\n');
    }
    *gap = false;
    let indent = if first.starts_with("  ") { "  " } else { "" };
    let hanging = if first.starts_with("- ") { "  " } else { indent };
    let text = filling.join(" ");
    let (mut line, mut width) = (indent.to_owned(), indent.len());
    let mut begun = false;
    for word in text.split([' ', '\t']).filter(|word| !word.is_empty()) {
        let length = word.chars().count();
        if begun && width + 1 + length > WIDTH {
            laid_out.push_str(&line);
            laid_out.push('\n');
            (line, width) = (hanging.to_owned(), hanging.len());
        } else if begun {
            line.push(' ');
            width += 1;
        }
        line.push_str(word);
        width += length;
        begun = true;
    }
    laid_out.push_str(&line);
    laid_out.push('\n');
    filling.clear();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_can_begin_a_second_line() {
        assert_eq!(one_line("a\r\nBcc: b@c\u{2028}\u{202e}d\0"), "a Bcc: b@c d");
    }

    #[test]
    fn paragraphs_are_filled_and_long_words_stay_whole() {
        let address = format!("https://example.org/{}", "x".repeat(90));
        let text = format!(
            "One two\nthree.\n\n\n\n  {address}\n- first\n- {}\n",
            "word ".repeat(20)
        );
        let laid_out = paragraphs(&text);
        let lines: Vec<_> = laid_out.lines().collect();
        assert_eq!(lines[0], "One two three.");
        assert_eq!(lines[1], "");
        assert_eq!(lines[2], format!("  {address}"));
        assert_eq!(lines[3], "- first");
        assert!(lines[4].starts_with("- word") && lines[4].chars().count() <= WIDTH);
        assert!(lines[5].starts_with("  word"));
        assert_eq!(lines.len(), 6);
    }

    #[test]
    fn a_number_with_a_no_break_space_stays_on_one_line() {
        let text = format!("{} 240\u{a0}000 tonnes", "x".repeat(70));
        assert!(paragraphs(&text).contains("\n240\u{a0}000 tonnes"));
    }
}

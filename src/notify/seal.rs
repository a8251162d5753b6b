//! The foot of every letter: where in the log its event stands. Whoever keeps the letter is a witness of the log.

use super::render::{Attachment, Rendered};
use crate::domain::text::Language;

/// Puts the checkpoint (a signed note) under the letter: a line at its foot, and the note itself as a file.
#[must_use]
pub fn sealed(mut letter: Rendered, note: &str, language: Language) -> Rendered {
    let mut lines = note.lines();
    let (origin, size, root) = (
        lines.next().unwrap_or_default(),
        lines.next().unwrap_or_default(),
        lines.next().unwrap_or_default(),
    );
    let words = match language {
        Language::En => format!(
            "This event stands in the log {origin}, which had {size} entries and the root {root}. Keep this letter and the \
             attached checkpoint.txt: with them anybody can prove later that the history was not changed."
        ),
        Language::Ru => format!(
            "Это событие записано в журнал {origin}; в нём было {size} записей, его корень {root}. Сохраните это письмо и \
             вложенный файл checkpoint.txt: с их помощью каждый сможет доказать, что история не изменена."
        ),
    };
    letter.text.push('\n');
    letter.text.push_str(&super::typeset::paragraphs(&words));
    let foot = format!("<p class=\"exact\">{}</p>\n</footer>", escaped(&words));
    if let Some(at) = letter.html.rfind("</footer>") {
        letter.html.replace_range(at..at + "</footer>".len(), &foot);
    }
    letter.attachments.push(Attachment {
        name: "checkpoint.txt".to_owned(),
        media_type: "text/plain; charset=utf-8".to_owned(),
        content: note.as_bytes().to_vec(),
    });
    letter
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

//! The printed law: what is read is what is enforced.

use corridor::workflow::print;
use std::path::Path;

/// Compares a document of the repository with what the code prints; `UPDATE=1` writes it anew.
pub fn golden(path: &str, printed: &str) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&file, printed).expect("the document can be written");
        return;
    }
    let kept = std::fs::read_to_string(&file).unwrap_or_default();
    if let Some((number, (old, new))) = (1..)
        .zip(lines(&kept).zip(lines(printed)))
        .find(|(_, (old, new))| old != new)
    {
        panic!(
            "{path} is stale at line {number}.\n  kept:    {}\n  printed: {}\n\
             If the change of the law is meant, run `UPDATE=1 cargo test --test procedure`, read the difference and commit it.",
            old.unwrap_or("(the end)"),
            new.unwrap_or("(the end)")
        );
    }
}

/// Every line and then, once, the end.
fn lines(text: &str) -> impl Iterator<Item = Option<&str>> {
    text.split('\n').map(Some).chain([None])
}

#[test]
fn the_printed_procedure_is_the_law_in_force() {
    golden("docs/procedure.md", &print::procedure());
}

#[test]
fn the_printed_permissions_are_the_law_in_force() {
    golden("docs/authorisation.txt", &print::authorisation());
}

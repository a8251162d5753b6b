//! Each of the thirty attacks and faults that the log was designed against has a test, and docs/attacks.md says which.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

fn rust_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            rust_files(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
}

/// A row of the table: number, tests, verdict.
fn rows(text: &str) -> Vec<(u32, Vec<String>, String)> {
    let rows = text.lines().filter_map(|line| {
        let cells: Vec<&str> = line
            .strip_prefix('|')?
            .strip_suffix('|')?
            .split('|')
            .map(str::trim)
            .collect();
        let [number, _, tests, verdict] = cells.as_slice() else {
            return None;
        };
        let number = number.parse().ok()?;
        let tests = tests.split('`').skip(1).step_by(2).map(str::to_owned).collect();
        Some((number, tests, (*verdict).to_owned()))
    });
    rows.collect()
}

#[test]
fn every_attack_has_its_tests_and_its_verdict() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let text = fs::read_to_string(root.join("docs/attacks.md")).unwrap();
    let rows = rows(&text);
    let numbers: BTreeSet<u32> = rows.iter().map(|(number, ..)| *number).collect();
    assert_eq!(numbers, (1..=30).collect(), "docs/attacks.md");
    let mut files = Vec::new();
    rust_files(&root.join("tests"), &mut files);
    rust_files(&root.join("src"), &mut files);
    for (number, tests, verdict) in rows {
        assert!(
            !tests.is_empty() && !verdict.is_empty(),
            "{number} has no test or no verdict"
        );
        for test in tests {
            // `path/of/file.rs::name`
            let (file, name) = test.split_once("::").unwrap_or_else(|| panic!("{number}: {test}"));
            let found = files.iter().find(|path| path.ends_with(file));
            let found = found.unwrap_or_else(|| panic!("{number}: there is no {file}"));
            let source = fs::read_to_string(found).unwrap();
            let at = source.find(&format!("fn {name}("));
            let at = at.unwrap_or_else(|| panic!("{number}: {file} has no {name}"));
            // What stands before it makes it one: an attribute, or the macro for both databases.
            let before = &source[..at];
            let near = before.lines().rev().take(12).any(|line| line.trim().starts_with("#[t"));
            assert!(
                near || before.contains("both_databases! {"),
                "{number}: {name} is no test"
            );
        }
    }
}

//! The shape of the house, read from its text: who may use whom, what may not occur where, how long a file may be.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test ends when something is not as it must be"
)]

use regex_lite::Regex;
use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
};

/// Lines that a file may have, and a file of tests.
const LONGEST: usize = 400;
const LONGEST_TESTS: usize = 600;

/// Files that are too long. This list may only shrink.
const TOO_LONG: &[&str] = &[
    "src/web/api/cases.rs",
    "src/web/api/views.rs",
    "src/workflow/case.rs",
    "src/workflow/dossier.rs",
    "src/workflow/inspection.rs",
    "src/workflow/notice.rs",
    "src/workflow/waiver.rs",
];

/// Modules that know nothing of the machine they run on.
const PURE: &[&str] = &["domain", "clockwork", "workflow", "paper", "screening"];

/// What may not occur in them.
const IMPURE: &[&str] = &[
    r"\basync\b",
    r"\bsea_orm\b",
    r"\bactix_web\b",
    r"\btokio\b",
    r"\blettre\b",
    r"\breqwest\b",
    r"\bstd::fs\b",
    r"\bstd::env\b",
    r"\bstd::net\b",
    r"\buse std::\{[^;]*\b(fs|env|net)\b[^;]*;",
    r"\b(Timestamp|Instant|SystemTime|Zoned)::now\b",
];

struct Source {
    /// Path from the root of the repository.
    path: String,
    lines: usize,
    /// Without comments; of a file that is not all tests, without its tests.
    code: String,
    /// Whether all of it is tests.
    tests: bool,
}

impl Source {
    /// `web` for `src/web/problem.rs` and `src/web.rs`; empty for the crate's roots.
    fn module(&self) -> &str {
        let rest = self.path.trim_start_matches("src/");
        let first = rest.split('/').next().unwrap_or_default().trim_end_matches(".rs");
        if matches!(first, "lib" | "main") { "" } else { first }
    }
}

fn root() -> PathBuf {
    PathBuf::from(std::env::var("CARGO_MANIFEST_DIR").unwrap())
}

fn text_of(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn paths_below(folder: &str, into: &mut Vec<String>) {
    let mut entries: Vec<_> = std::fs::read_dir(root().join(folder)).unwrap().flatten().collect();
    entries.sort_by_key(std::fs::DirEntry::file_name);
    for entry in entries {
        let path = format!("{folder}/{}", entry.file_name().to_string_lossy());
        if entry.path().is_dir() {
            paths_below(&path, into);
        } else if path.ends_with(".rs") {
            into.push(path);
        }
    }
}

fn without_comments(text: &str) -> String {
    let lines = text.lines().map(|line| match line.find("//") {
        // A comment, unless the slashes belong to an address in a text.
        Some(at) if !line[..at].ends_with(':') => &line[..at],
        _ => line,
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// Files that a `#[cfg(test)] mod …;` declares.
fn test_files(sources: &[(String, String)]) -> BTreeSet<String> {
    let declared =
        Regex::new(r#"#\[cfg\(test\)\]\s*(?:#\[path = "([^"]+)"\]\s*)?(?:pub(?:\([a-z]+\))? )?mod ([a-z_]+);"#)
            .unwrap();
    let mut found = BTreeSet::new();
    for (path, text) in sources {
        let folder = path.rsplit_once('/').unwrap().0;
        let own = if path.ends_with("/mod.rs") || path.ends_with("/lib.rs") {
            folder.to_owned()
        } else {
            path.trim_end_matches(".rs").to_owned()
        };
        for captures in declared.captures_iter(text) {
            match captures.get(1) {
                Some(file) => drop(found.insert(format!("{folder}/{}", file.as_str()))),
                None => {
                    found.insert(format!("{own}/{}.rs", &captures[2]));
                    found.insert(format!("{own}/{}/", &captures[2]));
                }
            }
        }
    }
    found
}

fn sources() -> Vec<Source> {
    let mut paths = Vec::new();
    paths_below("src", &mut paths);
    let texts: Vec<(String, String)> = paths.into_iter().map(|path| (path.clone(), text_of(&path))).collect();
    let tests = test_files(&texts);
    let inner_tests = Regex::new(r"#\[cfg\(test\)\]\s*(pub(\([a-z]+\))? )?mod [a-z_]+ \{").unwrap();
    let source = |(path, text): (String, String)| {
        let is_tests = tests
            .iter()
            .any(|test| path == *test || (test.ends_with('/') && path.starts_with(test)));
        let code = without_comments(&text);
        let end = inner_tests.find(&code).map_or(code.len(), |found| found.start());
        Source {
            lines: text.lines().count(),
            code: code[..end].to_owned(),
            tests: is_tests,
            path,
        }
    };
    texts.into_iter().map(source).collect()
}

/// The paths `a::b` that follow every `crate::` in the code, groups in braces taken apart.
fn imports(code: &str, root: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (at, _) in code.match_indices(root) {
        expand("", &code[at + root.len()..], &mut found);
    }
    found
}

fn expand(prefix: &str, rest: &str, found: &mut Vec<String>) {
    if let Some(group) = rest.strip_prefix('{') {
        let (mut depth, mut begin) = (0, 0);
        for (at, c) in group.char_indices() {
            match c {
                '{' => depth += 1,
                '}' if depth > 0 => depth -= 1,
                ',' | '}' if depth == 0 => {
                    expand(prefix, group[begin..at].trim(), found);
                    begin = at + 1;
                    if c == '}' {
                        return;
                    }
                }
                _ => {}
            }
        }
        return;
    }
    let word: String = rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
    if word.is_empty() {
        return;
    }
    let path = if prefix.is_empty() {
        word.clone()
    } else {
        format!("{prefix}::{word}")
    };
    match rest[word.len()..].strip_prefix("::") {
        Some(rest) if path.matches("::").count() < 2 => {
            found.push(path.clone());
            expand(&path, rest, found);
        }
        _ => found.push(path),
    }
}

/// One row of the law: the modules that may be used, and paths that may not.
#[derive(Clone, Default)]
struct May {
    modules: BTreeSet<String>,
    never: BTreeSet<String>,
}

/// The table in the documentation of `src/lib.rs`.
fn import_law() -> BTreeMap<String, May> {
    let words = |cell: &str| -> BTreeSet<String> { cell.split('`').skip(1).step_by(2).map(str::to_owned).collect() };
    let mut law: BTreeMap<String, May> = BTreeMap::new();
    for line in text_of("src/lib.rs")
        .lines()
        .filter_map(|line| line.strip_prefix("//! | `"))
    {
        let (modules, may) = line.split_once(" | ").unwrap();
        let may = match may.trim_end_matches(" |").split_once("everything above") {
            Some((_, except)) => May {
                modules: law.keys().cloned().collect(),
                never: words(except),
            },
            None if may.starts_with("nothing of ours") => May::default(),
            None => May {
                modules: words(may),
                never: BTreeSet::new(),
            },
        };
        for module in words(&format!("`{modules}")) {
            assert!(
                law.insert(module.clone(), may.clone()).is_none(),
                "{module} has two rows"
            );
        }
    }
    law
}

#[test]
fn the_import_law_names_every_module() {
    let modules: BTreeSet<String> = sources().iter().map(|source| source.module().to_owned()).collect();
    let law = import_law();
    let named: BTreeSet<String> = law.keys().cloned().chain([String::new()]).collect();
    assert_eq!(modules, named, "the table in src/lib.rs and the folders of src differ");
    for may in law.values() {
        assert!(may.modules.iter().all(|module| law.contains_key(module)));
    }
}

#[test]
fn modules_use_only_what_the_law_allows() {
    let law = import_law();
    let mut breaches = Vec::new();
    for source in sources()
        .iter()
        .filter(|source| !source.tests && !source.module().is_empty())
    {
        let may = &law[source.module()];
        let mut used = imports(&source.code, "crate::");
        if source.path.matches('/').count() == 1
            || source.path.ends_with("/mod.rs") && source.path.matches('/').count() == 2
        {
            used.extend(imports(&source.code, "super::"));
        }
        for path in used {
            let module = path.split("::").next().unwrap();
            let ours = law.contains_key(module);
            let allowed = module == source.module() || may.modules.contains(module);
            if ours && (!allowed || may.never.contains(&path)) {
                breaches.push(format!("{} uses {path}", source.path));
            }
        }
    }
    assert!(breaches.is_empty(), "{}", breaches.join("\n"));
}

#[test]
fn pure_modules_know_nothing_of_the_machine() {
    let impure: Vec<Regex> = IMPURE.iter().map(|pattern| Regex::new(pattern).unwrap()).collect();
    let mut breaches = Vec::new();
    for source in sources()
        .iter()
        .filter(|source| !source.tests && PURE.contains(&source.module()))
    {
        let found = impure.iter().filter_map(|pattern| pattern.find(&source.code));
        breaches.extend(found.map(|found| format!("{}: {}", source.path, found.as_str())));
    }
    assert!(breaches.is_empty(), "{}", breaches.join("\n"));
}

#[test]
fn only_the_one_door_asks_the_law_to_decide() {
    let asks = Regex::new(r"workflow::decide\b|(^|[^.A-Za-z0-9_])decide\(").unwrap();
    let mut breaches = Vec::new();
    for source in sources()
        .iter()
        .filter(|source| !source.tests && !["workflow", "process"].contains(&source.module()))
    {
        breaches.extend(
            asks.find(&source.code)
                .map(|found| format!("{}: {}", source.path, found.as_str())),
        );
    }
    assert!(breaches.is_empty(), "{}", breaches.join("\n"));
}

#[test]
fn files_are_short() {
    for source in sources() {
        let most = if source.tests { LONGEST_TESTS } else { LONGEST };
        let (path, lines) = (source.path.as_str(), source.lines);
        assert!(lines <= LONGEST_TESTS, "{path} has {lines} lines");
        let listed = TOO_LONG.contains(&path);
        assert!(lines <= most || listed, "{path} has {lines} lines; {most} are allowed");
        assert!(lines > most || !listed, "{path} is short now: take it off the list");
    }
    let mut tests = Vec::new();
    paths_below("tests", &mut tests);
    paths_below("migration/src", &mut tests);
    for path in tests {
        let lines = text_of(&path).lines().count();
        assert!(lines <= LONGEST_TESTS, "{path} has {lines} lines");
    }
}

#[test]
fn the_scan_sees_what_it_should() {
    let code = "use crate::{store::{log::Log, entity}, domain};\nlet x = crate::web::problem::Problem::of();";
    let found = imports(code, "crate::");
    for path in [
        "store",
        "store::log",
        "store::log::Log",
        "store::entity",
        "domain",
        "web",
        "web::problem",
    ] {
        assert!(found.iter().any(|found| found == path), "{path} not in {found:?}");
    }
    let law = import_law();
    assert!(law["domain"].modules.is_empty());
    assert!(law["web"].modules.contains("process") && !law["web"].modules.contains("cli"));
    assert!(law["web"].never.contains("store::log"));
    let comment = without_comments("a // async\nlet b = \"http://x\";");
    assert!(!comment.contains("async") && comment.contains("http://x"));
    let tests = test_files(&[(
        "src/a/b.rs".into(),
        "#[cfg(test)]\nmod tests;\n#[cfg(test)]\n#[path = \"c.rs\"]\nmod d;".into(),
    )]);
    assert!(tests.contains("src/a/b/tests.rs") && tests.contains("src/a/c.rs"));
}

#[test]
fn what_the_readme_leads_to_is_there_and_says_something() {
    let link = Regex::new(r"\]\(([A-Za-z][^)#:]*)").unwrap();
    let readme = text_of("README.md");
    let places: Vec<&str> = link
        .captures_iter(&readme)
        .map(|found| found.get(1).unwrap().as_str())
        .collect();
    assert!(places.len() > 5, "the scan sees the links: {places:?}");
    for place in places {
        let path = root().join(place);
        let says = path.is_dir() || std::fs::metadata(&path).is_ok_and(|file| file.len() > 0);
        assert!(says, "README.md leads to {place}, which is missing or empty");
    }
}

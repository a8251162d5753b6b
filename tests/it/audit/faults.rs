//! The program killed, its disk broken or full, at the calls of commit, sequence, sign and export: what was said to be
//! done is done, what is half done is nothing, and the next start goes on from there.
//!
//! Some calls of each kind are tried; `CORRIDOR_FAULTS=all` tries every one.

use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

/// Calls of each kind of fault that are tried, evenly spread.
const TRIED: usize = 8;

struct Bench {
    folder: tempfile::TempDir,
    shim: PathBuf,
}

/// What a run is told about its fault.
#[derive(Clone, Copy)]
struct Fault<'a> {
    kind: &'a str,
    at: usize,
}

fn copied(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().flatten() {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copied(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

impl Bench {
    /// None if there is no C compiler.
    fn new() -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let shim = folder.path().join("faults.so");
        let source = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/audit/faults.c");
        let made = Command::new("cc")
            .args(["-shared", "-fPIC", "-O1", "-o"])
            .arg(&shim)
            .arg(source)
            .arg("-ldl")
            .output();
        match made {
            Ok(done) => assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr)),
            Err(_) => {
                assert!(
                    std::env::var_os("CORRIDOR_REQUIRE_ALL").is_none(),
                    "there is no C compiler"
                );
                println!("skipped: no C compiler");
                return None;
            }
        }
        Some(Self { folder, shim })
    }

    fn command(&self, data: &Path, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_corridor"));
        command
            .args(arguments)
            .current_dir(self.folder.path())
            .env("CORRIDOR__DATA__FOLDER", data)
            .env("CORRIDOR__PASSWORDS__MEMORY_KIB", "8")
            .env("CORRIDOR__PASSWORDS__ITERATIONS", "1")
            .env("CORRIDOR__SCREENING__ENGINE", "none")
            .env("CORRIDOR__LOG__LEVEL", "error")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    fn run(&self, data: &Path, arguments: &[&str], fault: Option<Fault<'_>>) -> Output {
        let mut command = self.command(data, arguments);
        command
            .env("LD_PRELOAD", &self.shim)
            .env("FAULT_LOG", self.folder.path().join("count"));
        if let Some(fault) = fault {
            command
                .env("FAULT_KIND", fault.kind)
                .env("FAULT_AT", fault.at.to_string());
        }
        let mut child = command.spawn().unwrap();
        // It may be gone before it reads.
        let _ = child
            .stdin
            .take()
            .unwrap()
            .write_all(b"seven grey herons by the river\n");
        child.wait_with_output().unwrap()
    }

    fn must(&self, data: &Path, arguments: &[&str]) -> String {
        let done = self.run(data, arguments, None);
        let said = format!(
            "{}{}",
            String::from_utf8_lossy(&done.stdout),
            String::from_utf8_lossy(&done.stderr)
        );
        assert!(done.status.success(), "{arguments:?}: {said}");
        said
    }

    fn calls(&self) -> usize {
        fs::read_to_string(self.folder.path().join("count"))
            .unwrap()
            .trim()
            .parse()
            .unwrap()
    }

    /// A data folder with a person and a signed log.
    fn base(&self) -> PathBuf {
        let base = self.folder.path().join("base");
        self.must(&base, &create("first"));
        let bundle = self.folder.path().join("base.zip");
        self.must(
            &base,
            &["export", "--all", "--bundle", "--output", bundle.to_str().unwrap()],
        );
        base
    }

    fn fresh(&self, base: &Path) -> PathBuf {
        let data = self.folder.path().join("data");
        let _ = fs::remove_dir_all(&data);
        copied(base, &data);
        data
    }

    /// Everything agrees, a new bundle can be made, and it holds.
    fn sound(&self, data: &Path, what: &str) {
        let doctor = self.run(data, &["doctor"], None);
        assert!(
            doctor.status.success(),
            "{what}: {}",
            String::from_utf8_lossy(&doctor.stdout)
        );
        let bundle = self.folder.path().join("after.zip");
        let said = self.must(
            data,
            &["export", "--all", "--bundle", "--output", bundle.to_str().unwrap()],
        );
        assert_eq!(self.verdict(data, &bundle, &key(&said)), 3, "{what}");
    }

    fn verdict(&self, data: &Path, bundle: &Path, key: &str) -> i32 {
        let verdict = self.run(data, &["verify", bundle.to_str().unwrap(), "--key", key], None);
        verdict.status.code().unwrap()
    }
}

fn create(name: &str) -> [&str; 10] {
    let email: &'static str = match name {
        "first" => "first@agency.example",
        _ => "second@agency.example",
    };
    [
        "person",
        "create",
        "--name",
        name,
        "--email",
        email,
        "--new-organisation",
        "Agency",
        "--role",
        "administrator",
    ]
}

/// The public key, as the export says it.
fn key(said: &str) -> String {
    let line = said
        .lines()
        .find_map(|line| line.strip_prefix("the public key of the log is "));
    line.unwrap_or_else(|| panic!("{said}")).to_owned()
}

fn tried(calls: usize) -> Vec<usize> {
    if std::env::var("CORRIDOR_FAULTS").as_deref() == Ok("all") {
        return (1..=calls).collect();
    }
    (0..TRIED).map(|n| 1 + n * calls / TRIED).collect()
}

fn every_fault(calls: usize, mut test: impl FnMut(Fault<'_>)) {
    for kind in ["kill", "eio", "enospc"] {
        for at in tried(calls) {
            test(Fault { kind, at });
        }
    }
}

#[test]
fn what_a_commit_acknowledged_is_there_whatever_happens_to_the_machine() {
    let Some(bench) = Bench::new() else { return };
    let base = bench.base();
    bench.must(&bench.fresh(&base), &create("second"));
    let (calls, mut struck) = (bench.calls(), 0);
    assert!(calls > 10, "{calls}: the shim sees nothing");
    every_fault(calls, |fault| {
        let data = bench.fresh(&base);
        let what = format!("{} at {}", fault.kind, fault.at);
        let done = bench.run(&data, &create("second"), Some(fault));
        struck += usize::from(!done.status.success());
        let people = bench.must(&data, &["person", "list"]);
        assert!(people.contains("first@agency.example"), "{what}: {people}");
        if done.status.success() {
            assert!(
                people.contains("second@agency.example"),
                "{what}: acknowledged and lost"
            );
        }
        bench.sound(&data, &what);
    });
    assert!(struck > 0, "no fault had any effect");
}

#[test]
fn a_log_and_a_bundle_are_whole_or_not_there_whatever_happens_to_the_machine() {
    let Some(bench) = Bench::new() else { return };
    let base = bench.base();
    let bundle = bench.folder.path().join("made.zip");
    let export = ["export", "--all", "--bundle", "--output", bundle.to_str().unwrap()];
    let public = key(&bench.must(&bench.fresh(&base), &export));
    let (calls, mut struck) = (bench.calls(), 0);
    every_fault(calls, |fault| {
        let data = bench.fresh(&base);
        let _ = fs::remove_file(&bundle);
        let what = format!("{} at {}", fault.kind, fault.at);
        let done = bench.run(&data, &export, Some(fault));
        struck += usize::from(!done.status.success());
        assert!(bundle.exists() || !done.status.success(), "{what}: said to be there");
        if bundle.exists() {
            assert_eq!(bench.verdict(&data, &bundle, &public), 3, "{what}: half a bundle");
        }
        bench.sound(&data, &what);
    });
    assert!(struck > 0, "no fault had any effect");
}

/// The negative controls: an acknowledged commit that is lost, and a bundle that is torn, are found.
#[test]
fn what_is_lost_or_torn_is_found() {
    let Some(bench) = Bench::new() else { return };
    let base = bench.base();
    let (data, bundle) = (bench.fresh(&base), bench.folder.path().join("made.zip"));
    let said = bench.must(
        &data,
        &["export", "--all", "--bundle", "--output", bundle.to_str().unwrap()],
    );
    for file in ["corridor.sqlite", "corridor.sqlite-wal", "corridor.sqlite-shm"] {
        let _ = fs::remove_file(data.join(file));
        if base.join(file).exists() {
            fs::copy(base.join(file), data.join(file)).unwrap();
        }
    }
    let doctor = bench.run(&data, &["doctor"], None);
    assert!(
        !doctor.status.success(),
        "a database from before what was signed is taken for whole"
    );
    let bytes = fs::read(&bundle).unwrap();
    fs::write(&bundle, &bytes[..bytes.len() - 100]).unwrap();
    assert!([1, 2].contains(&bench.verdict(&bench.fresh(&base), &bundle, &key(&said))));
}

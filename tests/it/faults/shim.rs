//! The library that is put before the C library of the service; see shim.c.

use std::{
    path::{Path, PathBuf},
    process::Command,
    sync::OnceLock,
};

/// The library, made once; none where it cannot be.
pub fn library() -> Option<&'static Path> {
    static MADE: OnceLock<Option<(tempfile::TempDir, PathBuf)>> = OnceLock::new();
    let made = MADE.get_or_init(|| {
        if !cfg!(target_os = "linux") {
            println!("skipped: faults of files are put in on Linux only");
            return None;
        }
        let folder = tempfile::tempdir().unwrap();
        let (source, library) = (folder.path().join("shim.c"), folder.path().join("shim.so"));
        std::fs::write(&source, include_str!("shim.c")).unwrap();
        let cc = Command::new("cc")
            .args(["-shared", "-fPIC", "-O1", "-o"])
            .arg(&library)
            .arg(&source)
            .args(["-ldl", "-lpthread"])
            .output();
        let Ok(cc) = cc else {
            assert!(
                std::env::var("CORRIDOR_REQUIRE_ALL").as_deref() != Ok("1"),
                "CORRIDOR_REQUIRE_ALL=1, but cc is not installed"
            );
            println!("skipped: cc not installed");
            return None;
        };
        assert!(cc.status.success(), "{}", String::from_utf8_lossy(&cc.stderr));
        Some((folder, library))
    });
    made.as_ref().map(|(_, library)| library.as_path())
}

/// One call that changed a file, as the library wrote it down.
#[derive(Clone, Debug)]
pub struct Call {
    pub kind: Kind,
    pub path: PathBuf,
    /// The second name of `Rename` and `Link`.
    pub other: PathBuf,
    /// Where it was written, how long the file is now, or (of `Open`) whether it was emptied.
    pub offset: u64,
    pub bytes: Vec<u8>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Open,
    Write,
    Sync,
    Truncate,
    Rename,
    Unlink,
    Link,
    Mkdir,
}

/// Everything in a trace, and after how many bytes of it each call was written down.
pub fn read_trace(trace: &[u8]) -> Vec<(usize, Call)> {
    let (mut calls, mut at) = (Vec::new(), 0);
    let word = |at: usize| u64::from_ne_bytes(trace[at..at + 8].try_into().unwrap());
    while at + 40 <= trace.len() {
        let [kind, path, other, offset, length] = [0, 8, 16, 24, 32].map(|of| word(at + of));
        let kind = [
            Kind::Open,
            Kind::Write,
            Kind::Sync,
            Kind::Truncate,
            Kind::Rename,
            Kind::Unlink,
            Kind::Link,
            Kind::Mkdir,
        ][kind as usize - 1];
        at += 40;
        let mut part = |length: u64| {
            let part = &trace[at..at + length as usize];
            at += length as usize;
            part.to_vec()
        };
        let name = |bytes: Vec<u8>| PathBuf::from(String::from_utf8(bytes).unwrap());
        let (path, other) = (name(part(path)), name(part(other)));
        let bytes = part(if kind == Kind::Write { length } else { 0 });
        calls.push((
            at,
            Call {
                kind,
                path,
                other,
                offset,
                bytes,
            },
        ));
    }
    calls
}

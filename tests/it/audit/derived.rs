//! The history in the formats of other trades: tools of those trades read it, and the history fits the procedure.

use super::bundles::{bundle, check, trust};
use crate::{
    api::course,
    house::{Engine, House, run},
};
use corridor::{
    audit::{bundle::BundleManifest, derived::Format, inspect::Inspection},
    workflow::print::net,
};
use sha2::{Digest as _, Sha256};
use std::{
    collections::BTreeSet,
    io::{Cursor, Read as _, Write as _},
    path::Path,
    process::{Command, Output},
};

/// A case that went all the way, and the bundle of the whole log.
async fn closed(house: &House) -> (String, Vec<u8>) {
    let case = course::approved(house).await;
    course::close_out(house, &case).await;
    house.inside.log_now().await.unwrap();
    (case, bundle(house, None, true).await)
}

/// With `CORRIDOR_REQUIRE_ALL=1` nothing stands aside.
fn skipped(what: &str) {
    assert_ne!(
        std::env::var("CORRIDOR_REQUIRE_ALL").as_deref(),
        Ok("1"),
        "CORRIDOR_REQUIRE_ALL=1, but {what} not installed"
    );
    println!("skipped: {what} not installed");
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn process_mining_reads_it_and_the_case_fits_the_procedure() {
    run(Engine::Sqlite, async |house| {
        let (case, bytes) = closed(house).await;
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("bundle.zip");
        std::fs::write(&file, &bytes).unwrap();
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/audit/mining.py");
        let python = std::env::var("CORRIDOR_TEST_PYTHON").unwrap_or_else(|_| "python3".to_owned());
        let Ok(output) = Command::new(python).arg(script).arg(&file).arg(&case).output() else {
            return skipped("Python 3");
        };
        match output.status.code() {
            Some(0) => println!("{}", said(&output)),
            Some(77) => skipped("pm4py"),
            _ => panic!("{}", said(&output)),
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn zip_and_xml_tools_accept_the_files() {
    run(Engine::Sqlite, async |house| {
        let (_, bytes) = closed(house).await;
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("bundle.zip");
        std::fs::write(&file, &bytes).unwrap();
        let program = "import sys, zipfile; z = zipfile.ZipFile(sys.argv[1]); assert z.testzip() is None; z.extractall(sys.argv[2])";
        let python = Command::new("python3").arg("-c").arg(program).arg(&file).arg(folder.path()).output();
        match python {
            Ok(output) => assert!(output.status.success(), "{}", said(&output)),
            Err(_) => return skipped("Python 3"),
        }
        let files = ["log.xes", "workflow.pnml"].map(|name| folder.path().join("derived").join(name));
        match Command::new("xmllint").arg("--noout").args(&files).output() {
            Ok(output) => assert!(output.status.success(), "{}", said(&output)),
            Err(_) => skipped("xmllint"),
        }
    })
    .await;
}

/// The bundle with other bytes in one entry, and a manifest that says so: only the checkpoint is signed.
fn forged(bytes: &[u8], name: &str, change: impl Fn(Vec<u8>) -> Vec<u8>) -> Vec<u8> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut out = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let mut changed = None;
    for at in 0..archive.len() {
        let mut entry = archive.by_index(at).unwrap();
        let mut content = Vec::new();
        entry.read_to_end(&mut content).unwrap();
        if entry.name().unwrap() == name {
            content = change(content);
            changed = Some((content.len(), hex::encode(Sha256::digest(&content))));
        }
        if let (Ok("manifest.json"), Some((bytes, sha256))) = (entry.name().as_deref(), &changed) {
            let mut manifest: BundleManifest = serde_json::from_slice(&content).unwrap();
            let listed = manifest.files.get_mut(name).unwrap();
            (listed.bytes, listed.sha256) = (*bytes as u64, sha256.clone());
            content = serde_json::to_vec(&serde_json::to_value(&manifest).unwrap()).unwrap();
        }
        let options = zip::write::SimpleFileOptions::default();
        out.start_file(entry.name().unwrap(), options).unwrap();
        out.write_all(&content).unwrap();
    }
    out.finish().unwrap().into_inner()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_derived_file_that_says_something_else_is_found_out() {
    run(Engine::Sqlite, async |house| {
        let (_, bytes) = closed(house).await;
        let trust = trust(house, &[]).await;
        let good = check(&bytes, &trust).unwrap();
        assert_eq!(good.derived, 3);
        assert_eq!(good.workflow, Some(hex::encode(Sha256::digest(net::pnml().unwrap()))));
        assert_eq!(
            check(&forged(&bytes, "README.txt", |content| content), &trust).unwrap(),
            good
        );
        for format in Format::ALL {
            let lie = |content: Vec<u8>| {
                let text = String::from_utf8(content).unwrap();
                assert!(text.contains("D-07"), "{text:.300}");
                text.replace("D-07", "D-08").into_bytes()
            };
            let verdict = check(&forged(&bytes, format.entry(), lie), &trust);
            assert!(
                matches!(&verdict, Err(Inspection::Wrong(wrong)) if wrong.code == "derived"),
                "{format:?}: {verdict:?}"
            );
        }
    })
    .await;
}

#[test]
fn the_net_is_a_workflow_net_with_no_dead_ends() {
    let arcs = net::arcs();
    let grown = |from: &str, forward: bool| {
        let mut seen = BTreeSet::from([from.to_owned()]);
        loop {
            let before = seen.len();
            for (a, _, b) in &arcs {
                let (a, b) = if forward { (a, b) } else { (b, a) };
                if seen.contains(a) {
                    seen.insert(b.clone());
                }
            }
            if seen.len() == before {
                return seen;
            }
        }
    };
    let places: BTreeSet<String> = arcs.iter().flat_map(|(a, _, b)| [a.clone(), b.clone()]).collect();
    assert_eq!(grown("start", true), places);
    assert_eq!(grown("end", false), places);
    assert!(arcs.iter().all(|(a, _, b)| b != "start" && a != "end"));
}

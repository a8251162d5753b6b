//! A forger's tools: takes a bundle apart, changes what is in it, and mends every hash that he can.

use corridor::audit::{
    canonical::canonical_line,
    checkpoint::{Checkpoint, KeyKind, Signer},
    leaf::leaf_hash,
    tree::root_of,
};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use std::io::{Cursor, Read as _, Write as _};
use zip::{ZipArchive, ZipWriter, write::SimpleFileOptions};

/// A bundle, taken apart.
#[derive(Clone)]
pub struct Forged {
    pub entries: Vec<(String, Vec<u8>)>,
}

impl Forged {
    pub fn of(bundle: &[u8]) -> Self {
        let mut archive = ZipArchive::new(Cursor::new(bundle)).unwrap();
        let entry = |at| {
            let mut file = archive.by_index(at).unwrap();
            let mut bytes = Vec::new();
            file.read_to_end(&mut bytes).unwrap();
            (file.name().unwrap().into_owned(), bytes)
        };
        Self {
            entries: (0..ZipArchive::new(Cursor::new(bundle)).unwrap().len())
                .map(entry)
                .collect(),
        }
    }

    pub fn get(&self, name: &str) -> &[u8] {
        &self.entries.iter().find(|(own, _)| own == name).unwrap().1
    }

    pub fn set(&mut self, name: &str, bytes: impl Into<Vec<u8>>) {
        self.entries.iter_mut().find(|(own, _)| own == name).unwrap().1 = bytes.into();
    }

    pub fn without(&mut self, name: &str) {
        self.entries.retain(|(own, _)| own != name);
    }

    pub fn manifest(&self) -> Value {
        serde_json::from_slice(self.get("manifest.json")).unwrap()
    }

    /// The leaves.
    pub fn lines(&self) -> Vec<Vec<u8>> {
        let text = self.get("events.ndjson").strip_suffix(b"\n").unwrap_or_default();
        text.split(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect()
    }

    /// Other leaves; the formats made from the old ones go, as they may.
    pub fn set_lines(&mut self, lines: &[Vec<u8>]) {
        let mut text = lines.join(&b'\n');
        text.push(b'\n');
        self.set("events.ndjson", text);
        for name in [
            "derived/log.xes",
            "derived/ocel.json",
            "derived/events.csv",
            "history.html",
        ] {
            self.without(name);
        }
        // What the log was like before would tell.
        self.entries.retain(|(name, _)| !name.starts_with("anchors/"));
    }

    /// The archive, with a manifest that fits what is in it.
    pub fn mended(&self) -> Vec<u8> {
        let mut manifest = self.manifest();
        let count = |text: &[u8]| text.iter().filter(|byte| **byte == b'\n').count();
        manifest["events"] = json!(count(self.get("events.ndjson")));
        manifest["opened"] = json!(count(self.get("openings.ndjson")));
        if self.get("openings.ndjson").is_empty() {
            // As if they had been left out on purpose.
            manifest["withhold"] = json!(true);
        }
        let others = self.entries.iter().filter(|(name, _)| name != "manifest.json");
        let listed = others.map(|(name, bytes)| {
            let sha256 = hex::encode(Sha256::digest(bytes));
            (name.clone(), json!({ "bytes": bytes.len(), "sha256": sha256 }))
        });
        manifest["files"] = Value::Object(listed.collect());
        if let Some(size) = std::str::from_utf8(self.get("checkpoint"))
            .ok()
            .and_then(|note| note.lines().nth(1))
        {
            manifest["size"] = json!(size.parse::<u64>().unwrap_or(0));
        }
        let mut forged = self.clone();
        forged.set("manifest.json", canonical_line(&manifest).unwrap());
        forged.zipped()
    }

    /// The archive as it is.
    pub fn zipped(&self) -> Vec<u8> {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, bytes) in &self.entries {
            let mut options = SimpleFileOptions::default();
            if bytes.len() < 1 << 20 {
                options = options.compression_method(zip::CompressionMethod::Stored);
            }
            zip.start_file(name.as_str(), options).unwrap();
            zip.write_all(bytes).unwrap();
        }
        zip.finish().unwrap().into_inner()
    }

    /// Signs for exactly what is in it, with the stolen key.
    pub fn signed_with(&mut self, key: &Signer) {
        let lines = self.lines();
        let checkpoint = Checkpoint {
            origin: key.verifier().name.clone(),
            size: lines.len() as u64,
            root: root_of(lines.iter().map(|line| leaf_hash(line))),
        };
        self.set("checkpoint", checkpoint.signed(key));
    }
}

/// The key of a house's log, stolen.
pub async fn stolen(house: &crate::house::House) -> Signer {
    let text = std::fs::read_to_string(house.inside.settings.log_key_file()).unwrap();
    let secret: [u8; 32] = hex::decode(text.trim()).unwrap().try_into().unwrap();
    let origin = house.inside.store.log_head().await.unwrap().unwrap().origin;
    Signer::new(&origin, KeyKind::Log, &secret).unwrap()
}

/// Changes a leaf and mends the chain of its stream after it.
pub fn rewritten(lines: &[Vec<u8>], at: usize, change: impl Fn(&mut Value)) -> Vec<Vec<u8>> {
    let mut lines = lines.to_vec();
    let read = |line: &[u8]| -> Value { serde_json::from_slice(line).unwrap() };
    let mut event = read(&lines[at]);
    change(&mut event);
    let stream = event["stream"].clone();
    lines[at] = canonical_line(&event).unwrap();
    let mut prev = hex::encode(leaf_hash(&lines[at]));
    for line in &mut lines[at + 1..] {
        let mut event = read(line);
        if event["stream"] == stream {
            event["prev"] = json!(prev);
            *line = canonical_line(&event).unwrap();
            prev = hex::encode(leaf_hash(line));
        }
    }
    lines
}

//! A large bundle made without a database, and what is in one.

use super::{HISTORY, event};
use crate::{
    audit::{
        bundle::{BundleKind, BundleManifest, BundleWriter, FORMAT, README, VERIFY_PY},
        checkpoint::{Checkpoint, KeyKind, Signer},
        leaf::{NO_PREDECESSOR, Place, leaf_hash, seal},
        tree::{Frontier, Hash},
    },
    clock::Clock,
    domain::id::EventId,
};
use anyhow::Context as _;
use sha2::{Digest as _, Sha256};
use std::{
    fs::File,
    io::{BufReader, BufWriter, Read as _, Write as _},
    path::Path,
    time::Instant,
};
use uuid::Uuid;

const ORIGIN: &str = "bench.example/log/1";
/// How many histories are under way at the same time.
const OPEN: u64 = 1000;

/// Events of a bundle and their usual length, as its manifest has them.
pub(super) fn contents(bundle: &Path) -> anyhow::Result<(f64, usize)> {
    let mut archive = zip::ZipArchive::new(BufReader::new(File::open(bundle)?))?;
    let mut text = String::new();
    archive.by_name("manifest.json")?.read_to_string(&mut text)?;
    let manifest: BundleManifest = serde_json::from_str(&text)?;
    let bytes = manifest.files.get("events.ndjson").context("no events")?.bytes;
    Ok((manifest.events as f64, (bytes / manifest.events.max(1)) as usize))
}

/// Unpacks the events of a bundle and hashes them as the manifest has it, which every reader of the format must do; then
/// also every leaf and the tree, if asked: how many events a second, on one core.
pub(super) fn unpacked(bundle: &Path, leaves: bool) -> anyhow::Result<f64> {
    let begun = Instant::now();
    let mut archive = zip::ZipArchive::new(BufReader::new(File::open(bundle)?))?;
    let mut file = archive.by_name("events.ndjson")?;
    let (mut sum, mut tree, mut events, mut bytes) = (Sha256::new(), Frontier::default(), 0, Vec::new());
    loop {
        let kept = bytes.len();
        if (&mut file).take(128 << 10).read_to_end(&mut bytes)? == 0 {
            break;
        }
        sum.update(bytes.get(kept..).unwrap_or_default());
        let mut begins = 0;
        for end in memchr::memchr_iter(b'\n', &bytes) {
            if leaves {
                tree.push(leaf_hash(bytes.get(begins..end).unwrap_or_default()));
            }
            events += 1;
            begins = end + 1;
        }
        bytes.drain(..begins);
    }
    std::hint::black_box((sum.finalize(), tree.root()));
    Ok(f64::from(events) / begun.elapsed().as_secs_f64())
}

/// Writes a bundle of a whole log with so many events; the public key that it is signed with.
pub(super) fn large(bundle: &Path, events: u64) -> anyhow::Result<String> {
    let mut out = BundleWriter::new(BufWriter::new(File::create(bundle)?));
    let mut tree = Frontier::default();
    let signer = Signer::new(ORIGIN, KeyKind::Log, &[7; 32]).context("no key")?;
    out.begin("README.txt")?;
    out.write(README.as_bytes())?;
    out.begin("events.ndjson")?;
    let now = Clock::Wall.now();
    let mut open: Vec<(Uuid, u32, Hash)> = Vec::new();
    for number in 0..events {
        let place = (number % OPEN) as usize;
        if open.get(place).is_none_or(|(_, seq, _)| u64::from(*seq) == HISTORY) {
            let begun = (EventId::fresh().0, 0, NO_PREDECESSOR);
            match open.get_mut(place) {
                Some(over) => *over = begun,
                None => open.push(begun),
            }
        }
        let (stream, seq, prev) = open.get_mut(place).context("no history")?;
        *seq += 1;
        let at = Place {
            kind: "office",
            stream: *stream,
            prev: *prev,
        };
        // One salt for all: what is measured here opens nothing.
        let leaf = seal(&event(*seq, Uuid::from_u128(7), now), &at, &mut || Ok([3; 32]))?;
        *prev = leaf.hash;
        tree.push(leaf.hash);
        out.write(&leaf.body)?;
        out.write(b"\n")?;
    }
    let checkpoint = Checkpoint {
        origin: ORIGIN.to_owned(),
        size: tree.size(),
        root: tree.root(),
    };
    for (name, content) in [
        ("checkpoint", checkpoint.signed(&signer)),
        ("openings.ndjson", String::new()),
        ("verify.py", VERIFY_PY.to_owned()),
    ] {
        out.begin(name)?;
        out.write(content.as_bytes())?;
    }
    let manifest = BundleManifest {
        events,
        files: Default::default(),
        filter: serde_json::json!({}),
        format: FORMAT.to_owned(),
        kind: BundleKind::Full,
        opened: 0,
        origin: ORIGIN.to_owned(),
        size: events,
        withhold: true,
    };
    let (mut file, _) = out.finish(manifest)?;
    file.flush()?;
    Ok(signer.verifier().vkey())
}

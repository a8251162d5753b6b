//! Earlier checkpoints of the log that come inside a bundle (`anchors/`). They prove nothing by themselves, for they come
//! from whoever made the bundle; but the log must agree with each, and through them an anchor from elsewhere can be
//! compared with a part of the log, and a changed key be followed.

use super::{
    bundle::{BundleKind, BundleManifest, anchor_entries, anchor_size},
    checkpoint::{Checkpoint, LONGEST_NOTE, Note, read_hash},
    entries::{Archive, Inspection, whole, wrong},
    tree::{Hash, is_consistent},
};
use std::{
    collections::BTreeMap,
    io::{Read, Seek},
};

/// No proof is longer.
const MOST_HASHES: usize = 64;

/// By size.
pub(super) type Earlier = BTreeMap<u64, (Note, Hash)>;

/// Reads them; in a part of a log each must come with the proof that the log continues it.
pub(super) fn read<R: Read + Seek>(
    archive: &mut Archive<R>,
    manifest: &BundleManifest,
    signed: &Checkpoint,
) -> Result<Earlier, Inspection> {
    let mut found = Earlier::new();
    for name in manifest.files.keys() {
        let Some(size) = anchor_size(name) else { continue };
        let (note_entry, proof_entry) = anchor_entries(size);
        let malformed = || wrong("anchors", format!("{name} is malformed"));
        if *name != note_entry {
            if manifest.kind == BundleKind::Full || !manifest.files.contains_key(&note_entry) {
                return Err(malformed());
            }
            continue;
        }
        let text = whole(archive, manifest, name)?;
        let text = std::str::from_utf8(&text).map_err(|_| malformed())?;
        let note = Note::parse(text).ok().filter(|_| text.len() <= LONGEST_NOTE);
        let note = note.ok_or_else(malformed)?;
        let checkpoint = Checkpoint::parse(&note.text).map_err(|_| malformed())?;
        if checkpoint.size != size || size >= signed.size || checkpoint.origin != signed.origin {
            return Err(malformed());
        }
        if manifest.kind != BundleKind::Full {
            let proof = whole(archive, manifest, &proof_entry)?;
            let proof = read_proof(&proof).ok_or_else(malformed)?;
            if !is_consistent((size, &checkpoint.root), (signed.size, &signed.root), &proof) {
                return Err(another_root(size));
            }
        }
        found.insert(size, (note, checkpoint.root));
    }
    Ok(found)
}

fn read_proof(bytes: &[u8]) -> Option<Vec<Hash>> {
    let text = std::str::from_utf8(bytes).ok()?;
    if text.is_empty() {
        return Some(Vec::new());
    }
    let hashes: Option<Vec<Hash>> = text.strip_suffix('\n')?.split('\n').map(read_hash).collect();
    hashes.filter(|hashes| hashes.len() <= MOST_HASHES)
}

pub(super) fn another_root(size: u64) -> Inspection {
    let says = format!("FORKED: a checkpoint in the bundle itself has another root at size {size}");
    wrong("forked", says)
}

//! What an auditor trusts, and what follows for a bundle's checkpoint. Trust never comes from inside the bundle.

use super::{
    bundle::BundleManifest,
    checkpoint::{Checkpoint, LONGEST_NOTE, Note, Verifier},
    entries::{Archive, Inspection, whole, wrong},
    policy::Policy,
    tree::Hash,
};
use std::{
    collections::BTreeMap,
    io::{Read, Seek},
};

/// What the auditor brings.
#[derive(Clone, Debug)]
pub struct Trust {
    pub log: Verifier,
    /// Keys of the logs whose place this one took, for checkpoints of theirs.
    pub earlier: Vec<Verifier>,
    /// Who must vouch for the log, if anybody.
    pub policy: Option<Policy>,
    /// Checkpoints from elsewhere, as signed notes.
    pub anchors: Vec<String>,
}

/// Which witnesses vouch for the checkpoint, by the auditor's policy.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Vouched {
    pub(super) by: Vec<String>,
    pub(super) enough: bool,
}

/// The checkpoint of the bundle, signed by the log that is trusted.
pub(super) fn checkpoint<R: Read + Seek>(
    archive: &mut Archive<R>,
    manifest: &BundleManifest,
    trust: &Trust,
) -> Result<(Checkpoint, Vouched), Inspection> {
    let note = whole(archive, manifest, "checkpoint")?;
    let note = std::str::from_utf8(&note)
        .ok()
        .filter(|note| note.len() <= LONGEST_NOTE);
    let signed = note.map(|note| Checkpoint::signed_by(note, &trust.log));
    let signed = match signed {
        Some(Ok(Some(signed))) => signed,
        Some(Ok(None)) => return Err(wrong("signature", "the checkpoint is not signed by this log")),
        _ => return Err(wrong("checkpoint", "the checkpoint is malformed")),
    };
    let read = note.and_then(|note| Note::parse(note).ok());
    let vouched = match (&trust.policy, &read) {
        (Some(policy), Some(note)) => Vouched {
            by: policy.witnesses_of(note),
            enough: policy.is_witnessed(note),
        },
        _ => Vouched::default(),
    };
    if (signed.size, &signed.origin) != (manifest.size, &manifest.origin) {
        return Err(wrong("manifest", "the manifest speaks of another checkpoint"));
    }
    Ok((signed, vouched))
}

/// The roots that the log must have had at certain sizes.
pub(super) fn anchors(
    trust: &Trust,
    signed: &Checkpoint,
) -> Result<(BTreeMap<u64, Hash>, Vec<Checkpoint>), Inspection> {
    let (mut wanted, mut earlier) = (BTreeMap::new(), Vec::new());
    for note in &trust.anchors {
        let anchor = match Checkpoint::signed_by(note, &trust.log) {
            Ok(Some(anchor)) => anchor,
            _ => {
                let says = "an anchor is not a checkpoint signed by this log";
                earlier.push(of_earlier(trust, note).ok_or_else(|| Inspection::Unusable(says.to_owned()))?);
                continue;
            }
        };
        if anchor.size > signed.size {
            let says = format!(
                "TRUNCATED or ROLLED BACK: an anchor has {} events, the log of the bundle {}",
                anchor.size, signed.size
            );
            return Err(wrong("rolled_back", says));
        }
        if wanted
            .insert(anchor.size, anchor.root)
            .is_some_and(|root| root != anchor.root)
        {
            return Err(wrong(
                "forked",
                format!("FORKED: two anchors have two roots at size {}", anchor.size),
            ));
        }
    }
    Ok((wanted, earlier))
}

/// A checkpoint of a log whose place this one took.
fn of_earlier(trust: &Trust, note: &str) -> Option<Checkpoint> {
    let signed = |log| Checkpoint::signed_by(note, log).ok().flatten();
    trust.earlier.iter().find_map(signed)
}

//! What an auditor trusts, and what follows for a bundle's checkpoint. Trust never comes from inside the bundle.

use super::{
    bundle::{BundleKind, BundleManifest, anchor_size},
    checkpoint::{Checkpoint, KeyKind, LONGEST_NOTE, Note, Verifier},
    entries::{Archive, Inspection, whole, wrong},
    keys::{not_signed, signed, signed_by},
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
    /// Further keys: of this log, when it changed its key; of the logs whose place it took, for checkpoints of theirs.
    pub earlier: Vec<Verifier>,
    /// Who must vouch for the log, if anybody.
    pub policy: Option<Policy>,
    /// Checkpoints from elsewhere, as signed notes.
    pub anchors: Vec<String>,
}

impl Trust {
    /// Every key of this log that is trusted.
    pub(super) fn keys(&self) -> Vec<Verifier> {
        let own = self.earlier.iter().filter(|key| key.name == self.log.name);
        [&self.log].into_iter().chain(own).cloned().collect()
    }

    fn keys_of_others(&self) -> Vec<Verifier> {
        let other = self.earlier.iter().filter(|key| key.name != self.log.name);
        other.cloned().collect()
    }
}

/// Which witnesses vouch for the checkpoint, by the auditor's policy.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Vouched {
    pub(super) by: Vec<String>,
    pub(super) enough: bool,
}

/// The checkpoint of the bundle. In a whole log with earlier checkpoints it may be signed with a key that is not trusted
/// yet, but will be when these are read; in every other bundle a trusted key must have signed it.
pub(super) fn checkpoint<R: Read + Seek>(
    archive: &mut Archive<R>,
    manifest: &BundleManifest,
    trust: &Trust,
) -> Result<(Checkpoint, Note, Vouched), Inspection> {
    let bytes = whole(archive, manifest, "checkpoint")?;
    let malformed = || wrong("checkpoint", "the checkpoint is malformed");
    let text = std::str::from_utf8(&bytes).map_err(|_| malformed())?;
    let note = Note::parse(text).ok().filter(|_| text.len() <= LONGEST_NOTE);
    let note = note.ok_or_else(malformed)?;
    let said = Checkpoint::parse(&note.text).map_err(|_| malformed())?;
    let followed = manifest.kind == BundleKind::Full && manifest.files.keys().any(|name| anchor_size(name).is_some());
    if said.origin != trust.log.name || trust.log.kind != KeyKind::Log || !(followed || signed(&note, &trust.keys())) {
        return Err(not_signed());
    }
    let vouched = trust.policy.as_ref().map_or_else(Vouched::default, |policy| Vouched {
        by: policy.witnesses_of(&note),
        enough: policy.is_witnessed(&note),
    });
    if (said.size, &said.origin) != (manifest.size, &manifest.origin) {
        return Err(wrong("manifest", "the manifest speaks of another checkpoint"));
    }
    Ok((said, note, vouched))
}

/// The roots that the log must have had at certain sizes.
pub(super) fn anchors(
    trust: &Trust,
    signed: &Checkpoint,
) -> Result<(BTreeMap<u64, Hash>, Vec<Checkpoint>), Inspection> {
    let (mut wanted, mut earlier) = (BTreeMap::new(), Vec::new());
    let (keys, others) = (trust.keys(), trust.keys_of_others());
    for note in &trust.anchors {
        let Some(anchor) = signed_by(note, &keys) else {
            let says = "an anchor is not a checkpoint signed by this log";
            earlier.push(signed_by(note, &others).ok_or_else(|| Inspection::Unusable(says.to_owned()))?);
            continue;
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

//! A log that takes the place of another one: what its first leaves say of it, and whether that is true.

use super::{
    checkpoint::Checkpoint,
    entries::{Inspection, wrong},
    leaf::{Opened, read_hash},
    tree::{Frontier, Hash},
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A size of a log and its root, as a leaf has them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct State {
    pub origin: String,
    pub size: u64,
    pub root: String,
}

/// What a log says of the one before it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Renewal {
    /// Why it was given up.
    pub cause: String,
    /// The last that was signed for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signed: Option<State>,
    /// What was taken over.
    pub kept: State,
    #[serde(default)]
    pub at: String,
}

/// A renewal and the tree that what follows it grows into again.
struct Growing {
    renewal: Renewal,
    tree: Frontier,
    /// Roots that checkpoints of the old log have, by size.
    wanted: BTreeMap<u64, Hash>,
}

/// Checks every renewal of a log.
#[derive(Default)]
pub(super) struct Renewals {
    found: Vec<Growing>,
    /// Checkpoints of the logs before.
    anchors: Vec<Checkpoint>,
    pub(super) confirmed: u64,
    pub(super) open: u64,
}

impl Renewals {
    pub(super) fn new(anchors: Vec<Checkpoint>) -> Self {
        Self {
            anchors,
            ..Self::default()
        }
    }

    /// Takes the next leaf, which is at `index`; `full` if every leaf comes. Is it a renewal?
    pub(super) fn leaf(&mut self, opened: &Opened, hash: Hash, index: u64, full: bool) -> Result<bool, Inspection> {
        if full {
            self.grow(hash)?;
        }
        let kind = opened.event.get("type").and_then(|kind| kind.as_str());
        if opened.kind != "log" || kind != Some("log_recovered") {
            return Ok(false);
        }
        if index != self.found.len() as u64 || opened.seq != 1 {
            return Err(wrong("renewal", "a log begins anew where it does not begin"));
        }
        let malformed = || wrong("renewal", "the leaf with which the log begins anew is malformed");
        let data = opened.event.get("data").cloned().unwrap_or_default();
        let mut renewal: Renewal = serde_json::from_value(data).map_err(|_| malformed())?;
        let at = opened.event.get("recorded_at").and_then(|at| at.as_str());
        renewal.at = at.unwrap_or_default().to_owned();
        read_hash(&renewal.kept.root).ok_or_else(malformed)?;
        let wanted = self.claims(&renewal, full)?;
        self.found.push(Growing {
            renewal,
            tree: Frontier::default(),
            wanted,
        });
        Ok(true)
    }

    /// Takes a leaf that is known to be no renewal.
    pub(super) fn other(&mut self, hash: Hash, full: bool) -> Result<(), Inspection> {
        if full { self.grow(hash) } else { Ok(()) }
    }

    fn grow(&mut self, hash: Hash) -> Result<(), Inspection> {
        for Growing { renewal, tree, wanted } in &mut self.found {
            tree.push(hash);
            if tree.size() == renewal.kept.size && hex::encode(tree.root()) != renewal.kept.root {
                return Err(not_kept(renewal));
            }
            match wanted.remove(&tree.size()) {
                Some(root) if root == tree.root() => self.confirmed += 1,
                // That is what was admitted.
                Some(_) if renewal.cause == "forked" => self.open += 1,
                Some(_) => {
                    let (origin, size) = (&renewal.kept.origin, tree.size());
                    let says = format!("FORKED: an anchor of {origin} has another root at size {size}");
                    return Err(wrong("forked", says));
                }
                None => {}
            }
        }
        Ok(())
    }

    /// Which checkpoints from elsewhere speak of the log that this renewal speaks of.
    fn claims(&mut self, renewal: &Renewal, full: bool) -> Result<BTreeMap<u64, Hash>, Inspection> {
        let mut wanted = BTreeMap::new();
        let signed = renewal.signed.as_ref();
        for anchor in std::mem::take(&mut self.anchors) {
            let named = signed.filter(|signed| signed.origin == anchor.origin);
            let most = named
                .map_or(0, |signed| signed.size)
                .max(if renewal.kept.origin == anchor.origin {
                    renewal.kept.size
                } else {
                    0
                });
            if most == 0 {
                self.anchors.push(anchor);
            } else if anchor.size > most {
                let says = format!(
                    "ROLLED BACK: {} had {} events, but the log that took its place speaks of {most}",
                    anchor.origin, anchor.size
                );
                return Err(wrong("rolled_back", says));
            } else if full && renewal.kept.origin == anchor.origin && anchor.size <= renewal.kept.size {
                let root = wanted.insert(anchor.size, anchor.root);
                if root.is_some_and(|root| root != anchor.root) {
                    return Err(wrong("forked", "FORKED: two anchors have two roots for one size"));
                }
            } else {
                self.open += 1;
            }
        }
        Ok(wanted)
    }

    /// After the last leaf: what the log says of those before it.
    pub(super) fn finish(self, full: bool) -> Result<Vec<Renewal>, Inspection> {
        if let Some(anchor) = self.anchors.first() {
            let says = format!(
                "an anchor is of {}, whose place this log does not say it takes",
                anchor.origin
            );
            return Err(wrong("foreign_anchor", says));
        }
        for growing in &self.found {
            if full && growing.tree.size() < growing.renewal.kept.size {
                return Err(not_kept(&growing.renewal));
            }
        }
        Ok(self.found.into_iter().map(|growing| growing.renewal).collect())
    }
}

fn not_kept(renewal: &Renewal) -> Inspection {
    let State { origin, size, .. } = &renewal.kept;
    let says = format!("the {size} events of {origin} that this log says it took over are not what follows");
    wrong("not_kept", says)
}

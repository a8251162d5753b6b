//! Where every history stands while a bundle is read.

use super::{
    entries::{Inspection, wrong},
    leaf::NO_PREDECESSOR,
    seal::{Last, Lasts},
    tree::Hash,
};
use foldhash::fast::RandomState;
use indexmap::{IndexMap, map::Entry};
use uuid::Uuid;

/// A history: the number of its kind, and its id.
pub(super) type History = (u8, Uuid);

/// Private values that are not here.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Lacking {
    /// The last event that lacks one.
    pub(super) last: u32,
    pub(super) values: u64,
}

impl Lacking {
    /// Event `seq`, which is not before those that are counted already, lacks so many values.
    pub(super) fn add(&mut self, seq: u32, values: u32) {
        if values > 0 {
            self.last = self.last.max(seq);
            self.values += u64::from(values);
        }
    }
}

/// The last event of a history, and what the history lacks.
#[derive(Debug)]
pub(super) struct Head {
    pub(super) seq: u32,
    pub(super) hash: Hash,
    pub(super) lacking: Lacking,
}

/// The last event of each history; what kinds there are is remembered once.
///
/// A map that keeps its entries in one list grows without a second copy of itself, so a verifier needs some eighty bytes
/// a history and not the double.
#[derive(Debug, Default)]
pub(super) struct Heads {
    kinds: Vec<Box<str>>,
    heads: IndexMap<History, Head, RandomState>,
}

impl Heads {
    /// The history of this kind and id.
    pub(super) fn history(&mut self, kind: &str, stream: Uuid) -> Result<History, Inspection> {
        let known = self.kinds.iter().position(|known| **known == *kind);
        let place = known.unwrap_or_else(|| {
            self.kinds.push(kind.into());
            self.kinds.len() - 1
        });
        let many = |_| wrong("leaf", "there are more kinds of histories than there can be");
        Ok((u8::try_from(place).map_err(many)?, stream))
    }

    /// For example `case 0190…`.
    pub(super) fn name(&self, (kind, stream): History) -> String {
        let kind = self.kinds.get(usize::from(kind)).map_or("", |kind| kind);
        format!("{kind} {stream}")
    }

    pub(super) fn get(&self, history: History) -> Option<&Head> {
        self.heads.get(&history)
    }

    pub(super) fn count(&self) -> u64 {
        self.heads.len() as u64
    }

    /// What each history lacks, in the order in which they begin.
    pub(super) fn lacking(&self) -> impl Iterator<Item = (History, Lacking)> {
        self.heads.iter().map(|(history, head)| (*history, head.lacking))
    }

    /// Every history's last event, as a seal has them.
    pub(super) fn sealed(&self) -> Lasts {
        let last = |((kind, stream), head): (&History, &Head)| Last {
            kind: self.kinds.get(usize::from(*kind)).map_or("", |kind| kind).to_owned(),
            stream: *stream,
            seq: head.seq,
            hash: head.hash,
        };
        Lasts::new(self.heads.iter().map(last).collect())
    }

    /// Takes the next event of a history; `whole` if it must begin with its first.
    pub(super) fn next(
        &mut self,
        history: History,
        seq: u32,
        prev: &Hash,
        (hash, whole): (Hash, bool),
    ) -> Result<&mut Head, Inspection> {
        let predecessor = |says| Err(wrong("predecessor", says));
        match self.heads.entry(history) {
            Entry::Occupied(entry) => {
                let head = entry.into_mut();
                let expected = head.seq.saturating_add(1);
                if seq != expected {
                    let says = format!("event {expected} of its history is expected here, but this is event {seq}");
                    return Err(wrong("gap", says));
                }
                if head.hash != *prev {
                    return predecessor("it names another predecessor than the one before it");
                }
                (head.seq, head.hash) = (seq, hash);
                Ok(head)
            }
            Entry::Vacant(_) if seq != 1 && whole => {
                Err(wrong("beginning", "its history does not begin with its first event"))
            }
            Entry::Vacant(_) if (seq == 1) != (*prev == NO_PREDECESSOR) => {
                predecessor("only a first event has no predecessor")
            }
            Entry::Vacant(entry) => Ok(entry.insert(Head {
                seq,
                hash,
                lacking: Lacking::default(),
            })),
        }
    }
}

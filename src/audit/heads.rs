//! Where every history stands while a bundle is read.

use super::{
    entries::{Inspection, wrong},
    leaf::NO_PREDECESSOR,
    seal::{Last, Lasts},
    tree::Hash,
};
use std::collections::{HashMap, hash_map::Entry};
use uuid::Uuid;

/// A history: the number of its kind, and its id.
pub(super) type History = (u8, Uuid);

/// The last event of each history; what kinds there are is remembered once.
#[derive(Debug, Default)]
pub(super) struct Heads {
    kinds: Vec<Box<str>>,
    lasts: HashMap<History, (u32, Hash)>,
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

    pub(super) fn last(&self, history: History) -> Option<&(u32, Hash)> {
        self.lasts.get(&history)
    }

    pub(super) fn count(&self) -> u64 {
        self.lasts.len() as u64
    }

    /// Every history's last event, as a seal has them.
    pub(super) fn sealed(&self) -> Lasts {
        let last = |((kind, stream), (seq, hash)): (&History, &(u32, Hash))| Last {
            kind: self.kinds.get(usize::from(*kind)).map_or("", |kind| kind).to_owned(),
            stream: *stream,
            seq: *seq,
            hash: *hash,
        };
        Lasts::new(self.lasts.iter().map(last).collect())
    }

    /// Takes the next event of a history; `whole` if it must begin with its first.
    pub(super) fn next(
        &mut self,
        history: History,
        seq: u32,
        prev: &Hash,
        own: (Hash, bool),
    ) -> Result<(), Inspection> {
        let (hash, whole) = own;
        let entry = self.lasts.entry(history);
        let before = match &entry {
            Entry::Occupied(last) => Some(*last.get()),
            Entry::Vacant(_) => None,
        };
        match before {
            Some((last, _)) if seq != last.saturating_add(1) => {
                let expected = last.saturating_add(1);
                let says = format!("event {expected} of its history is expected here, but this is event {seq}");
                return Err(wrong("gap", says));
            }
            Some((_, before)) if before != *prev => {
                return Err(wrong(
                    "predecessor",
                    "it names another predecessor than the one before it",
                ));
            }
            None if seq != 1 && whole => {
                return Err(wrong("beginning", "its history does not begin with its first event"));
            }
            None if (seq == 1) != (*prev == NO_PREDECESSOR) => {
                return Err(wrong("predecessor", "only a first event has no predecessor"));
            }
            _ => {}
        }
        entry.insert_entry((seq, hash));
        Ok(())
    }
}

//! What may be missing: a private value that was erased or disposed of, as the log itself says, and only such a one.
//!
//! The history of how a record is kept has the leaf: which record, up to which event, and that event's hash. A leaf
//! that erases a record on which a hold lies is itself a fault.

use super::{
    entries::{Inspection, wrong},
    heads::{Heads, History, Lacking},
    leaf::{Opened, read_hash},
};
use serde::Deserialize;
use serde_json::Value;
use std::collections::{BTreeSet, HashMap};
use uuid::Uuid;

/// The kind of history that says how a record is kept.
pub(super) const KEEPING: &str = "keeping";

/// What the leaf of an erasure or a disposal says.
#[derive(Deserialize)]
struct Gone {
    of: String,
    record: Uuid,
    through: u32,
    hash: String,
}

#[derive(Debug, Default)]
pub(super) struct Erasures {
    /// What leaves lack that stand alone, without the rest of their history.
    alone: Vec<(History, Lacking)>,
    /// Up to which event a history's values are gone.
    gone: HashMap<History, u32>,
    /// Holds that were placed and not lifted.
    holds: HashMap<Uuid, BTreeSet<u64>>,
}

impl Erasures {
    /// This event, which stands alone, lacks private values.
    pub(super) fn alone(&mut self, history: History, seq: u32, values: u32) {
        let mut lacking = Lacking::default();
        lacking.add(seq, values);
        self.alone.push((history, lacking));
    }

    /// Takes a leaf of how a record is kept. `whole`: the histories are here from their beginning.
    pub(super) fn leaf(&mut self, opened: &Opened, heads: &mut Heads, whole: bool) -> Result<(), Inspection> {
        let data = opened.event.get("data").unwrap_or(&Value::Null);
        let hold = data.get("hold").and_then(Value::as_u64);
        let holds = self.holds.entry(opened.stream).or_default();
        match (opened.event.get("type").and_then(Value::as_str), hold) {
            (Some("hold_placed"), Some(hold)) => drop(holds.insert(hold)),
            (Some("hold_lifted"), Some(hold)) => drop(holds.remove(&hold)),
            (Some("record_erased" | "record_disposed"), _) if !holds.is_empty() => {
                let says = "a record was erased or disposed of while a hold lay on it";
                return Err(wrong("held", says));
            }
            (Some("record_erased" | "record_disposed"), _) => return self.erased(opened, data, heads, whole),
            _ => {}
        }
        Ok(())
    }

    fn erased(&mut self, opened: &Opened, data: &Value, heads: &mut Heads, whole: bool) -> Result<(), Inspection> {
        let malformed = || wrong("erasure", "the leaf of an erasure is malformed");
        let gone = Gone::deserialize(data).map_err(|_| malformed())?;
        let hash = read_hash(&gone.hash).ok_or_else(malformed)?;
        if gone.record != opened.stream {
            return Err(wrong("erasure", "the leaf of an erasure speaks of another record"));
        }
        let history = heads.history(&gone.of, gone.record)?;
        let true_of = heads
            .get(history)
            .is_some_and(|head| gone.through < head.seq || (gone.through == head.seq && head.hash == hash));
        if whole && !true_of {
            return Err(wrong(
                "erasure",
                "the leaf of an erasure speaks of events that are not there",
            ));
        }
        let through = self.gone.entry(history).or_default();
        *through = (*through).max(gone.through);
        Ok(())
    }

    /// How many values are missing because they were erased. `withheld`: others may be missing on purpose.
    pub(super) fn finish(self, heads: &Heads, withheld: bool) -> Result<u64, Inspection> {
        let mut erased = 0;
        for (history, lacking) in heads.lacking().chain(self.alone) {
            let Lacking { last, values } = lacking;
            let through = self.gone.get(&history).copied().unwrap_or(0);
            if last <= through {
                erased += values;
            } else if !withheld {
                let says = format!(
                    "a private value of event {last} of {} is missing, and no erasure in the log says so",
                    heads.name(history)
                );
                return Err(wrong("not_erased", says));
            }
        }
        Ok(erased)
    }
}

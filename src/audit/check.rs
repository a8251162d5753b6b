//! The check of a bundle, event by event.

use super::{
    ahead::Leaf,
    asked::Asked,
    bundle::{BundleKind, BundleManifest, PRINT},
    checkpoint::{Checkpoint, Note},
    derived::{Format, Gists, MOST_DERIVED},
    earlier::{Earlier, another_root},
    entries::{Inspection, Measured, Wrong, wrong},
    erasure::{Erasures, KEEPING},
    heads::Heads,
    inspect::Holds,
    keys::Keys,
    leaf::{Opened, PrivateValue, open_strictly},
    print::Print,
    renewal::Renewals,
    seal::{Sealing, is_true},
    tree::{Frontier, Hash, is_included},
};
use std::collections::BTreeMap;
use uuid::Uuid;

/// The kind of the log's own history.
const LOG: &str = "log";

/// Where an event of a part of a log stands, and the hashes that prove it.
pub(super) type Place = (u64, Vec<Hash>);

/// What the bundle says before its first event.
pub(super) struct Said {
    pub(super) signed: Checkpoint,
    pub(super) note: Note,
    pub(super) keys: Keys,
    /// Roots that checkpoints from elsewhere have, by size.
    pub(super) anchors: BTreeMap<u64, Hash>,
    pub(super) earlier: Earlier,
    pub(super) renewals: Renewals,
    pub(super) sealing: Option<Sealing>,
}

pub(super) struct Check {
    pub(super) holds: Holds,
    said: Said,
    asked: Asked,
    heads: Heads,
    erasures: Erasures,
    tree: Frontier,
    /// The index of the last proven leaf.
    last: Option<u64>,
    /// If there are formats to compare them with.
    pub(super) gists: Option<Gists>,
    /// If there is one to compare it with.
    pub(super) print: Option<Print<Measured>>,
}

impl Check {
    pub(super) fn new(manifest: &BundleManifest, said: Said) -> Result<Self, Inspection> {
        let derived = Format::ALL
            .iter()
            .any(|format| manifest.files.contains_key(format.entry()));
        let print = manifest.files.contains_key(PRINT);
        let print = print.then(|| Print::begin(Measured::default(), &said.signed.origin, said.signed.size));
        Ok(Self {
            holds: Holds::none_yet(manifest.kind, &said.signed),
            said,
            asked: Asked::of(manifest)?,
            heads: Heads::default(),
            erasures: Erasures::default(),
            tree: Frontier::default(),
            last: None,
            gists: derived.then(Gists::default),
            print: print.transpose()?,
        })
    }

    pub(super) fn at_this_line(&self, error: Inspection) -> Inspection {
        match error {
            Inspection::Wrong(wrong) => Inspection::Wrong(Wrong {
                line: wrong.line.or(Some(self.holds.events)),
                ..wrong
            }),
            other => other,
        }
    }

    /// The id of an event, to find its private values.
    pub(super) fn peek(leaf: &Leaf<'_>) -> Option<Uuid> {
        #[derive(serde::Deserialize)]
        struct Id {
            id: Uuid,
        }
        let long = || serde_json::from_slice::<Id>(leaf.body).ok().map(|found| found.id);
        leaf.brief.map(|brief| brief.id).or_else(long)
    }

    /// Is a glance at a leaf enough? Not if anything is to be made of it.
    pub(super) fn reads_at_a_glance(&self) -> bool {
        self.gists.is_none() && self.print.is_none() && self.asked.at_a_glance()
    }

    pub(super) fn event(
        &mut self,
        leaf: &Leaf<'_>,
        private: &[PrivateValue],
        proof: Option<Place>,
    ) -> Result<(), Inspection> {
        self.holds.events += 1;
        let (body, hash) = (leaf.body, leaf.hash);
        // What the log says of itself or of erasure is read in full.
        let brief = leaf.brief.filter(|_| private.is_empty());
        let brief = brief.map(|brief| (brief.kind(body), brief));
        if let Some((kind, brief)) = brief.filter(|(kind, _)| ![LOG, KEEPING].contains(kind)) {
            self.stands(
                (kind, brief.stream),
                (brief.seq, &brief.prev, brief.commitments),
                hash,
                &proof,
            )?;
            self.said.renewals.other(hash, proof.is_none())?;
            return self.proven(hash, proof);
        }
        let opened = open_strictly(body, private).map_err(|error| wrong("leaf", error.to_string()))?;
        if let Some(gists) = &mut self.gists
            && (self.holds.events > MOST_DERIVED || !gists.add(&opened))
        {
            return Err(wrong("leaf", "the event lacks what every event has"));
        }
        if let Some(print) = &mut self.print {
            print.entry(&opened);
        }
        self.holds.known += u64::from(opened.known);
        if self.stands_alone(&opened, hash, &proof)? {
            let history = self.heads.history(&opened.kind, opened.stream)?;
            self.holds.withheld += u64::from(opened.withheld);
            self.erasures.alone(history, opened.seq, opened.withheld);
        } else {
            self.asked.event(&opened)?;
            let of = (opened.kind.as_str(), opened.stream);
            self.stands(of, (opened.seq, &opened.prev, opened.withheld), hash, &proof)?;
            if opened.kind == KEEPING {
                let whole = self.holds.kind != BundleKind::Period;
                self.erasures.leaf(&opened, &mut self.heads, whole)?;
            }
        }
        self.proven(hash, proof)
    }

    /// What the log says of itself. In a part of a log such a leaf stands alone: the rest of its history is not there.
    fn stands_alone(&mut self, opened: &Opened, hash: Hash, proof: &Option<Place>) -> Result<bool, Inspection> {
        let full = proof.is_none();
        let index = proof.as_ref().map_or(self.tree.size(), |(index, _)| *index);
        let renewal = self.said.renewals.leaf(opened, hash, index, full)?;
        let key = self.said.keys.leaf(opened, &self.said.signed.origin)?;
        if full && is_true(opened, || self.heads.sealed(), index) == Some(false) {
            return Err(wrong("seal", "the seal is not where the histories stood"));
        }
        Ok(!full && (renewal || key))
    }

    /// The event is the next of its history: its number, its predecessor, and how many values it keeps back.
    fn stands(
        &mut self,
        (kind, stream): (&str, Uuid),
        (seq, prev, values): (u32, &Hash, u32),
        hash: Hash,
        proof: &Option<Place>,
    ) -> Result<(), Inspection> {
        let history = self.heads.history(kind, stream)?;
        self.asked.history(kind, stream)?;
        let whole = self.holds.kind != BundleKind::Period;
        let head = self.heads.next(history, seq, prev, (hash, whole))?;
        head.lacking.add(seq, values);
        self.holds.withheld += u64::from(values);
        if let (Some(sealing), Some((index, _))) = (&mut self.said.sealing, proof) {
            sealing.event(&(kind.to_owned(), stream), seq, &hash, *index)?;
        }
        Ok(())
    }

    /// The event is in the log.
    fn proven(&mut self, hash: Hash, proof: Option<Place>) -> Result<(), Inspection> {
        let Some((index, hashes)) = proof else {
            return self.grow(hash);
        };
        if self.last.is_some_and(|last| last >= index) {
            return Err(wrong("order", "the events are not in the order of the log"));
        }
        self.last = Some(index);
        let signed = &self.said.signed;
        if is_included(&hash, index, signed.size, &hashes, &signed.root) {
            Ok(())
        } else {
            Err(wrong("not_included", "it is not in the log at the place of its proof"))
        }
    }

    /// The whole log grows again, and every checkpoint on the way is compared.
    fn grow(&mut self, hash: Hash) -> Result<(), Inspection> {
        self.tree.push(hash);
        let size = self.tree.size();
        if let Some((note, root)) = self.said.earlier.get(&size) {
            if *root != self.tree.root() {
                return Err(another_root(size));
            }
            self.said.keys.agreed(note);
        }
        if let Some(root) = self.said.anchors.remove(&size) {
            self.holds.anchors_confirmed += 1;
            if root != self.tree.root() {
                return Err(foreign_root(size));
            }
        }
        Ok(())
    }

    pub(super) fn finish(mut self, manifest: &BundleManifest) -> Result<Holds, Inspection> {
        self.holds.histories = self.heads.count();
        if (self.holds.events, self.holds.known) != (manifest.events, manifest.opened) {
            return Err(wrong("manifest", "the counts of the manifest do not fit"));
        }
        let full = manifest.kind == BundleKind::Full;
        let Said {
            signed,
            note,
            keys,
            anchors,
            earlier,
            renewals,
            sealing,
        } = self.said;
        if full && (self.tree.size(), self.tree.root()) != (signed.size, signed.root) {
            return Err(wrong("root", "the events do not give the root of the checkpoint"));
        }
        self.asked.finish()?;
        if let Some((size, _)) = earlier.iter().find(|(_, (note, _))| !keys.ever_signed(note)) {
            let says = format!("the earlier checkpoint of size {size} is not signed by this log");
            return Err(wrong("anchors", says));
        }
        self.holds.earlier = earlier.len() as u64;
        self.holds.followed = keys.finish(&note)?;
        for (size, root) in anchors {
            // A checkpoint of the bundle, of which it is proven that the log continues it, is as good as the log.
            let known = earlier.get(&size).map(|(_, root)| root);
            let known = known.or((size == signed.size).then_some(&signed.root));
            match known {
                None => self.holds.anchors_open += 1,
                Some(known) if *known == root => self.holds.anchors_confirmed += 1,
                Some(_) => return Err(foreign_root(size)),
            }
        }
        self.holds.anchors_confirmed += renewals.confirmed;
        self.holds.anchors_open += renewals.open;
        self.holds.sealed = sealing.map(Sealing::finish).transpose()?;
        self.holds.renewals = renewals.finish(full)?;
        self.holds.erased = self.erasures.finish(&self.heads, manifest.withhold)?;
        self.holds.withheld -= self.holds.erased;
        Ok(self.holds)
    }
}

fn foreign_root(size: u64) -> Inspection {
    wrong("forked", format!("FORKED: an anchor has another root at size {size}"))
}

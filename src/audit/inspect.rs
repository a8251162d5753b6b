//! Checks a bundle with nothing but the file and what the auditor trusts: a key, and checkpoints from elsewhere.
//!
//! Trust never comes from inside the bundle. Memory grows with the number of histories, and in small bundles by some
//! hundred bytes an event, to make the derived formats again.

use super::{
    bundle::{BundleKind, BundleManifest, PRINT, SEAL, WORKFLOW, read_opening},
    checkpoint::Checkpoint,
    derived::{Format, Gists, MOST_DERIVED},
    entries::{Archive, Lines, Measured, hashed, manifest, whole, wrong},
    leaf::{LONGEST_BODY, NO_PREDECESSOR, Opened, PrivateValue, leaf_hash, open_strictly},
    print::Print,
    proof::parse_body,
    renewal::{Renewal, Renewals},
    seal::{Sealed, Sealing, is_true},
    tree::{Frontier, Hash, is_included},
    trust::{anchors, checkpoint},
};
use serde::Serialize;
use std::{
    collections::{BTreeMap, HashMap},
    io::{self, Read, Seek},
};
use uuid::Uuid;
use zip::ZipArchive;

pub use super::{
    entries::{Inspection, Wrong},
    trust::Trust,
};

/// The longest line of an opening, in bytes.
const LONGEST_LINE: u64 = 64 << 20;

/// A bundle that holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Holds {
    pub kind: BundleKind,
    pub origin: String,
    /// Events in the bundle.
    pub events: u64,
    /// Events of the whole log when the bundle was made.
    pub size: u64,
    pub histories: u64,
    /// Private values that are here and match their commitments.
    pub known: u64,
    pub withheld: u64,
    /// The witnesses of the auditor's policy that cosigned the checkpoint.
    pub witnesses: Vec<String>,
    /// Are they as many as the policy demands?
    pub witnessed: bool,
    /// Checkpoints from elsewhere that this bundle agrees with.
    pub anchors_confirmed: u64,
    /// Checkpoints from elsewhere that this kind of bundle cannot be compared with.
    pub anchors_open: u64,
    /// The logs whose place this one took, and why; as the first leaves say.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub renewals: Vec<Renewal>,
    /// Up to which seal of the log the histories are complete; a whole log needs none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sealed: Option<Sealed>,
    /// Formats of other trades that were made again and are the same, byte for byte.
    pub derived: u64,
    /// SHA-256 of the net of the procedure in the bundle, which only the program of that time can make again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub workflow: Option<String>,
}

impl Holds {
    /// May later events of its histories have been left out?
    #[must_use]
    pub fn is_open_ended(&self) -> bool {
        self.kind == BundleKind::Case && self.sealed.is_none()
    }
}

/// Reads a bundle to its end. `progress` is told how many events were checked.
///
/// # Errors
/// `Wrong` with the first thing that is wrong; `Unusable` if it is no bundle.
pub fn inspect<R: Read + Seek>(
    open: impl Fn() -> io::Result<R>,
    trust: &Trust,
    mut progress: impl FnMut(u64),
) -> Result<Holds, Inspection> {
    let archive = || {
        let file = open().map_err(|error| Inspection::Unusable(error.to_string()))?;
        ZipArchive::new(file).map_err(|error| Inspection::Unusable(error.to_string()))
    };
    let (mut first, mut second, mut third) = (archive()?, archive()?, archive()?);
    let manifest = manifest(&mut first)?;
    for name in ["README.txt", "verify.py"] {
        whole(&mut first, &manifest, name)?;
    }
    let (signed, vouched) = checkpoint(&mut first, &manifest, trust)?;
    let (anchors, earlier) = anchors(trust, &signed)?;
    let sealing = sealing(&mut first, &manifest, &signed)?;
    let mut events = Lines::of(&mut first, &manifest, "events.ndjson")?;
    let mut openings = Lines::of(&mut second, &manifest, "openings.ndjson")?;
    let mut check = Check::new(&manifest, signed, anchors, Renewals::new(earlier))?;
    check.sealing = sealing;
    (check.holds.witnesses, check.holds.witnessed) = (vouched.by, vouched.enough);
    let mut ahead = next_opening(&mut openings)?;
    let mut proofs = match manifest.kind {
        BundleKind::Full => None,
        _ => Some(Lines::of(&mut third, &manifest, "proofs.txt")?),
    };
    while events.next(LONGEST_BODY as u64 + 1)? {
        let mut private = Vec::new();
        let id = check.peek(&events.line);
        while let Some((_, value)) = ahead.take_if(|(event, _)| Some(*event) == id) {
            private.push(value);
            ahead = next_opening(&mut openings)?;
        }
        let proof = proofs.as_mut().map(next_proof).transpose()?;
        check
            .event(&events.line, &private, proof)
            .map_err(|error| check.at_this_line(error))?;
        progress(check.holds.events);
    }
    if ahead.is_some() {
        return Err(wrong(
            "stray_opening",
            "there is a private value for an event that is not in the bundle",
        ));
    }
    events.end()?;
    openings.end()?;
    if let Some(mut proofs) = proofs {
        if proofs.next(LONGEST_LINE)? {
            return Err(wrong("proof", "there are more proofs than events"));
        }
        proofs.end()?;
    }
    derived(&mut first, &manifest, &mut check)?;
    check.finish(&manifest)
}

/// The seal of a bundle of cases.
fn sealing<R: Read + Seek>(
    archive: &mut Archive<R>,
    manifest: &BundleManifest,
    signed: &Checkpoint,
) -> Result<Option<Sealing>, Inspection> {
    match (manifest.files.contains_key(SEAL), manifest.kind) {
        (false, _) => Ok(None),
        (true, BundleKind::Case) => Sealing::read(&whole(archive, manifest, SEAL)?, signed).map(Some),
        (true, _) => Err(wrong("entries", "only a bundle of cases has a seal.json")),
    }
}

/// Makes the formats of other trades again and compares them.
fn derived<R: Read + Seek>(
    archive: &mut Archive<R>,
    manifest: &BundleManifest,
    check: &mut Check,
) -> Result<(), Inspection> {
    for format in Format::ALL {
        let Some(entry) = manifest.files.get(format.entry()) else {
            continue;
        };
        hashed(archive, manifest, format.entry())?;
        let mut made = Measured::default();
        if let Some(gists) = &check.gists {
            gists.write(format, &mut made)?;
        }
        if made.entry() != *entry {
            let says = format!("{} does not say what the events say", format.entry());
            return Err(wrong("derived", says));
        }
        check.holds.derived += 1;
    }
    if let (Some(entry), Some(print)) = (manifest.files.get(PRINT), check.print.take()) {
        hashed(archive, manifest, PRINT)?;
        if print.end()?.entry() != *entry {
            return Err(wrong("derived", format!("{PRINT} does not say what the events say")));
        }
        check.holds.derived += 1;
    }
    if let Some(net) = manifest.files.get(WORKFLOW) {
        hashed(archive, manifest, WORKFLOW)?;
        check.holds.workflow = Some(net.sha256.clone());
    }
    Ok(())
}

type Opening = Option<(Uuid, PrivateValue)>;

fn next_opening<R: Read + Seek>(lines: &mut Lines<'_, R>) -> Result<Opening, Inspection> {
    if !lines.next(LONGEST_LINE)? {
        return Ok(None);
    }
    let malformed = || wrong("opening", "a line of openings.ndjson is malformed");
    read_opening(&lines.line).map(Some).ok_or_else(malformed)
}

fn next_proof<R: Read + Seek>(lines: &mut Lines<'_, R>) -> Result<(u64, Vec<Hash>), Inspection> {
    let malformed = || wrong("proof", "the proof of the event is missing or malformed");
    let mut body = String::new();
    while lines.next(LONGEST_BODY as u64)? && !lines.line.is_empty() && body.len() < LONGEST_BODY {
        if !body.is_empty() {
            body.push('\n');
        }
        body.push_str(std::str::from_utf8(&lines.line).map_err(|_| malformed())?);
    }
    parse_body(&body).ok_or_else(malformed)
}

struct Check {
    holds: Holds,
    signed: Checkpoint,
    anchors: BTreeMap<u64, Hash>,
    heads: HashMap<(String, Uuid), (u32, Hash)>,
    tree: Frontier,
    renewals: Renewals,
    sealing: Option<Sealing>,
    /// The index of the last proven leaf.
    last: Option<u64>,
    /// If there are formats to compare them with.
    gists: Option<Gists>,
    /// If there is one to compare it with.
    print: Option<Print<Measured>>,
}

impl Check {
    fn new(
        manifest: &BundleManifest,
        signed: Checkpoint,
        anchors: BTreeMap<u64, Hash>,
        renewals: Renewals,
    ) -> Result<Self, Inspection> {
        let holds = Holds {
            kind: manifest.kind,
            origin: signed.origin.clone(),
            events: 0,
            size: signed.size,
            histories: 0,
            known: 0,
            withheld: 0,
            anchors_confirmed: 0,
            anchors_open: 0,
            renewals: Vec::new(),
            witnesses: Vec::new(),
            witnessed: false,
            sealed: None,
            derived: 0,
            workflow: None,
        };
        let derived = Format::ALL
            .iter()
            .any(|format| manifest.files.contains_key(format.entry()));
        let print = manifest.files.contains_key(PRINT);
        let print = print.then(|| Print::begin(Measured::default(), &signed.origin, signed.size));
        Ok(Self {
            holds,
            signed,
            anchors,
            heads: HashMap::new(),
            tree: Frontier::default(),
            renewals,
            sealing: None,
            last: None,
            gists: derived.then(Gists::default),
            print: print.transpose()?,
        })
    }

    fn at_this_line(&self, error: Inspection) -> Inspection {
        match error {
            Inspection::Wrong(wrong) => Inspection::Wrong(Wrong {
                line: wrong.line.or(Some(self.holds.events)),
                ..wrong
            }),
            other => other,
        }
    }

    /// The id of the event, to find its private values.
    fn peek(&self, body: &[u8]) -> Option<Uuid> {
        #[derive(serde::Deserialize)]
        struct Id {
            id: Uuid,
        }
        serde_json::from_slice::<Id>(body).ok().map(|found| found.id)
    }

    fn event(
        &mut self,
        body: &[u8],
        private: &[PrivateValue],
        proof: Option<(u64, Vec<Hash>)>,
    ) -> Result<(), Inspection> {
        self.holds.events += 1;
        let opened = open_strictly(body, private).map_err(|error| wrong("leaf", error.to_string()))?;
        let hash = leaf_hash(body);
        if let Some(gists) = &mut self.gists
            && (self.holds.events > MOST_DERIVED || !gists.add(&opened))
        {
            return Err(wrong("leaf", "the event lacks what every event has"));
        }
        if let Some(print) = &mut self.print {
            print.entry(&opened);
        }
        self.holds.known += u64::from(opened.known);
        self.holds.withheld += u64::from(opened.withheld);
        let full = proof.is_none();
        let index = proof.as_ref().map_or(self.tree.size(), |(index, _)| *index);
        let renewal = self.renewals.leaf(&opened, hash, index, full)?;
        // In a part of a log it stands alone: the rest of its stream is not there.
        if full && is_true(&opened, &self.heads, index) == Some(false) {
            return Err(wrong("seal", "the seal is not where the histories stood"));
        }
        if full || !renewal {
            self.chain(&opened, hash)?;
            if let Some(sealing) = &mut self.sealing {
                sealing.event(&(opened.kind.clone(), opened.stream), opened.seq, &hash, index)?;
            }
        }
        let Some((index, hashes)) = proof else {
            return self.grow(hash);
        };
        if self.last.is_some_and(|last| last >= index) {
            return Err(wrong("order", "the events are not in the order of the log"));
        }
        self.last = Some(index);
        if is_included(&hash, index, self.signed.size, &hashes, &self.signed.root) {
            Ok(())
        } else {
            Err(wrong("not_included", "it is not in the log at the place of its proof"))
        }
    }

    fn chain(&mut self, opened: &Opened, hash: Hash) -> Result<(), Inspection> {
        let stream = (opened.kind.clone(), opened.stream);
        match self.heads.get(&stream) {
            Some((seq, _)) if opened.seq != seq.saturating_add(1) => {
                let says = format!(
                    "event {} of its history is expected here, but this is event {}",
                    seq + 1,
                    opened.seq
                );
                return Err(wrong("gap", says));
            }
            Some((_, before)) if *before != opened.prev => {
                return Err(wrong(
                    "predecessor",
                    "it names another predecessor than the one before it",
                ));
            }
            None if opened.seq != 1 && self.holds.kind != BundleKind::Period => {
                return Err(wrong("beginning", "its history does not begin with its first event"));
            }
            None if (opened.seq == 1) != (opened.prev == NO_PREDECESSOR) => {
                return Err(wrong("predecessor", "only a first event has no predecessor"));
            }
            _ => {}
        }
        self.heads.insert(stream, (opened.seq, hash));
        Ok(())
    }

    fn grow(&mut self, hash: Hash) -> Result<(), Inspection> {
        self.tree.push(hash);
        let Some(root) = self.anchors.remove(&self.tree.size()) else {
            return Ok(());
        };
        self.holds.anchors_confirmed += 1;
        let same = root == self.tree.root();
        same.then_some(()).ok_or_else(|| another_root(self.tree.size()))
    }

    fn finish(mut self, manifest: &BundleManifest) -> Result<Holds, Inspection> {
        self.holds.histories = self.heads.len() as u64;
        if (self.holds.events, self.holds.known) != (manifest.events, manifest.opened) {
            return Err(wrong("manifest", "the counts of the manifest do not fit"));
        }
        let full = manifest.kind == BundleKind::Full;
        if full && (self.tree.size(), self.tree.root()) != (self.signed.size, self.signed.root) {
            return Err(wrong("root", "the events do not give the root of the checkpoint"));
        }
        for (size, root) in std::mem::take(&mut self.anchors) {
            if size != self.signed.size {
                self.holds.anchors_open += 1;
            } else if root == self.signed.root {
                self.holds.anchors_confirmed += 1;
            } else {
                return Err(another_root(size));
            }
        }
        self.holds.anchors_confirmed += self.renewals.confirmed;
        self.holds.anchors_open += self.renewals.open;
        self.holds.sealed = self.sealing.take().map(Sealing::finish).transpose()?;
        self.holds.renewals = self.renewals.finish(full)?;
        Ok(self.holds)
    }
}

fn another_root(size: u64) -> Inspection {
    wrong("forked", format!("FORKED: an anchor has another root at size {size}"))
}

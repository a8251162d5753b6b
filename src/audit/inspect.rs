//! Checks a bundle with nothing but the file and what the auditor trusts: a key, and checkpoints from elsewhere.
//!
//! Trust never comes from inside the bundle. Memory grows with the number of histories, and in small bundles by some
//! hundred bytes an event, to make the derived formats again.

use super::{
    ahead::{Batches, read_ahead},
    bundle::{BundleKind, BundleManifest, POLICY, PRINT, SEAL, WORKFLOW, read_opening},
    check::{Check, Place, Said},
    checkpoint::Checkpoint,
    derived::Format,
    earlier,
    entries::{Archive, Lines, Measured, hashed, manifest, whole, wrong},
    keys::Keys,
    leaf::{LONGEST_BODY, PrivateValue},
    proof::parse_body,
    renewal::{Renewal, Renewals},
    seal::{Sealed, Sealing},
    trust::{anchors, checkpoint},
};
use serde::Serialize;
use std::{
    io::{self, Read, Seek},
    thread,
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
    /// Private values that are gone, as the log itself says: erased, or disposed of.
    pub erased: u64,
    /// Earlier checkpoints inside the bundle that the log agrees with.
    pub earlier: u64,
    /// Keys that the log changed to, and that were followed to from a trusted one.
    pub followed: u64,
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
    /// Before the first event.
    pub(super) fn none_yet(kind: BundleKind, signed: &Checkpoint) -> Self {
        Self {
            kind,
            origin: signed.origin.clone(),
            events: 0,
            size: signed.size,
            histories: 0,
            known: 0,
            withheld: 0,
            erased: 0,
            earlier: 0,
            followed: 0,
            anchors_confirmed: 0,
            anchors_open: 0,
            renewals: Vec::new(),
            witnesses: Vec::new(),
            witnessed: false,
            sealed: None,
            derived: 0,
            workflow: None,
        }
    }

    /// May later events of its histories have been left out?
    #[must_use]
    pub fn is_open_ended(&self) -> bool {
        self.kind == BundleKind::Case && self.sealed.is_none()
    }
}

/// Reads a bundle to its end. `progress` is told how many events were checked, and of how many.
///
/// # Errors
/// `Wrong` with the first thing that is wrong; `Unusable` if it is no bundle.
pub fn inspect<R: Read + Seek>(
    open: impl Fn() -> io::Result<R> + Sync,
    trust: &Trust,
    progress: impl FnMut(u64, u64),
) -> Result<Holds, Inspection> {
    let archive = || {
        let file = open().map_err(|error| Inspection::Unusable(error.to_string()))?;
        ZipArchive::new(file).map_err(|error| Inspection::Unusable(error.to_string()))
    };
    let mut first = archive()?;
    let manifest = manifest(&mut first)?;
    for name in ["README.txt", "verify.py"] {
        whole(&mut first, &manifest, name)?;
    }
    if manifest.files.contains_key(POLICY) {
        hashed(&mut first, &manifest, POLICY)?;
    }
    let (signed, note, vouched) = checkpoint(&mut first, &manifest, trust)?;
    let (anchors, others) = anchors(trust, &signed)?;
    let said = Said {
        sealing: sealing(&mut first, &manifest, &signed)?,
        earlier: earlier::read(&mut first, &manifest, &signed)?,
        keys: Keys::new(trust.keys()),
        renewals: Renewals::new(others),
        signed,
        note,
        anchors,
    };
    let mut check = Check::new(&manifest, said)?;
    (check.holds.witnesses, check.holds.witnessed) = (vouched.by, vouched.enough);
    let (mut second, mut third) = (archive()?, archive()?);
    let archives = (&mut second, &mut third);
    thread::scope(|scope| {
        let batches = read_ahead(scope, archive, &manifest, check.reads_at_a_glance());
        events(&mut check, &manifest, batches, archives, progress)
    })?;
    derived(&mut first, &manifest, &mut check)?;
    check.finish(&manifest)
}

/// Checks every event with its private values and its proof.
fn events<R: Read + Seek>(
    check: &mut Check,
    manifest: &BundleManifest,
    mut batches: Batches<'_>,
    (second, third): (&mut Archive<R>, &mut Archive<R>),
    mut progress: impl FnMut(u64, u64),
) -> Result<(), Inspection> {
    let mut openings = Lines::of(second, manifest, "openings.ndjson")?;
    let mut ahead = next_opening(&mut openings)?;
    let mut proofs = match manifest.kind {
        BundleKind::Full => None,
        _ => Some(Lines::of(third, manifest, "proofs.txt")?),
    };
    while let Some(batch) = batches.next()? {
        for leaf in batch.leaves() {
            let mut private = Vec::new();
            // None left to find: then the event need not be looked at twice.
            let id = ahead.as_ref().and_then(|_| Check::peek(&leaf));
            while let Some((_, value)) = ahead.take_if(|(event, _)| Some(*event) == id) {
                private.push(value);
                ahead = next_opening(&mut openings)?;
            }
            let proof = proofs.as_mut().map(next_proof).transpose()?;
            check
                .event(&leaf, &private, proof)
                .map_err(|error| check.at_this_line(error))?;
        }
        progress(check.holds.events, manifest.events);
        batches.give_back(batch);
    }
    if ahead.is_some() {
        return Err(wrong(
            "stray_opening",
            "there is a private value for an event that is not in the bundle",
        ));
    }
    openings.end()?;
    if let Some(mut proofs) = proofs {
        if proofs.next(LONGEST_LINE)? {
            return Err(wrong("proof", "there are more proofs than events"));
        }
        proofs.end()?;
    }
    Ok(())
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

fn next_proof<R: Read + Seek>(lines: &mut Lines<'_, R>) -> Result<Place, Inspection> {
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

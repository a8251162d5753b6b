//! Bundles: written by `corridor export --bundle`, checked by `corridor verify --key`.

use super::{history::progress, whole::Whole};
use crate::{
    audit::{
        checkpoint::{LONGEST_NOTE, Verifier},
        inspect::{Holds, Inspection, Trust, Wrong, inspect},
        policy::Policy,
        renewal::Renewal,
    },
    house::House,
    store::history::Selection,
    workflow::print::net,
};
use anyhow::Context as _;
use sha2::{Digest as _, Sha256};
use std::{
    fs::{self, File},
    io::{BufReader, Read as _, Write},
    path::{Path, PathBuf},
};

/// Writes a bundle, aside and then into place: it is there whole or not at all.
///
/// # Errors
/// When the log does not fit or the file cannot be written.
pub async fn export(
    house: &House,
    selection: Option<&Selection>,
    withhold: bool,
    output: &Path,
    out: &mut impl Write,
) -> anyhow::Result<()> {
    // The export is itself in the log before anything leaves.
    if let Some(selection) = selection {
        crate::process::seal_for(house, selection).await?;
    }
    house.log_now().await?;
    house.witness_now().await?;
    let (whole, file) = Whole::begin(output)?;
    let total = house.store.newest_checkpoint().await?.map(|newest| newest.size);
    let bar = progress("events", total.filter(|_| selection.is_none()));
    let tell = |n| bar.set_position(n);
    let (file, made) = house
        .store
        .bundle(
            selection,
            (withhold, house.notary.policy_text()?.as_deref()),
            file,
            &tell,
        )
        .await?;
    bar.finish_and_clear();
    whole.finish(file)?;
    let head = house.store.log_head().await?.context("there is no log")?;
    let keys = house.notary.verifiers(&head.origin)?;
    let vkey = keys.first().map(Verifier::vkey).unwrap_or_default();
    writeln!(
        out,
        "{} events of a log of {} written to {} (manifest {})",
        made.events,
        made.size,
        output.display(),
        made.manifest_sha256
    )?;
    writeln!(out, "the public key of the log is {vkey}")?;
    writeln!(
        out,
        "check it with: corridor verify {} --key '{vkey}'",
        output.display()
    )?;
    Ok(())
}

/// A checkpoint from elsewhere, as a file.
fn anchor(path: &PathBuf) -> std::io::Result<String> {
    let mut note = String::new();
    File::open(path)?
        .take(LONGEST_NOTE as u64 + 1)
        .read_to_string(&mut note)?;
    Ok(note)
}

/// What the auditor trusts, as files and keys.
#[derive(Clone, Copy, Debug)]
pub struct Given<'a> {
    pub keys: &'a [String],
    pub anchors: &'a [PathBuf],
    pub policy: Option<&'a PathBuf>,
}

fn trust(given: Given<'_>) -> Result<Trust, String> {
    let Given { keys, anchors, policy } = given;
    let unreadable = |path: &Path, error: std::io::Error| format!("cannot read {}: {error}", path.display());
    let policy = policy.map(|path| {
        let text = fs::read_to_string(path).map_err(|error| unreadable(path, error))?;
        Policy::parse(&text).map_err(|error| format!("{}: {error}", path.display()))
    });
    let policy = policy.transpose()?;
    let keys: Result<Vec<_>, _> = keys.iter().map(|key| Verifier::parse(key)).collect();
    let mut keys = keys.map_err(|error| format!("--key: {error}"))?;
    keys.extend(policy.iter().flat_map(|policy| policy.logs.clone()));
    let mut keys = keys.into_iter();
    let log = keys
        .next()
        .ok_or("give the key of the log, with --key or in the policy")?;
    let read = |path: &PathBuf| anchor(path).map_err(|error| unreadable(path, error));
    let anchors: Result<_, String> = anchors.iter().map(read).collect();
    Ok(Trust {
        log,
        earlier: keys.collect(),
        policy,
        anchors: anchors?,
    })
}

/// The verdict in words and as exit code: 0 holds, 1 does not, 2 unusable, 3 holds, but nobody else vouches for it.
///
/// # Errors
/// When nothing can be printed.
pub fn verify(file: &Path, given: Given<'_>, json: bool, out: &mut impl Write) -> anyhow::Result<i32> {
    let trust = match trust(given) {
        Ok(trust) => trust,
        Err(says) => return unusable(&says, json, out),
    };
    let bar = progress("events", Some(0));
    let verdict = inspect(
        || File::open(file).map(BufReader::new),
        &trust,
        |done, of| {
            bar.set_length(of);
            bar.set_position(done);
        },
    );
    bar.finish_and_clear();
    match verdict {
        Ok(holds) => said(&holds, trust.policy.is_some(), json, out),
        Err(Inspection::Wrong(wrong)) => {
            let Wrong { line, code, says } = &wrong;
            if json {
                let verdict = serde_json::json!({ "verdict": "not_valid", "line": line, "code": code, "says": says });
                writeln!(out, "{verdict:#}")?;
            } else {
                writeln!(out, "NOT VALID: {wrong}")?;
            }
            Ok(1)
        }
        Err(Inspection::Unusable(says)) => unusable(&format!("{}: {says}", file.display()), json, out),
    }
}

fn unusable(says: &str, json: bool, out: &mut impl Write) -> anyhow::Result<i32> {
    if json {
        writeln!(out, "{:#}", serde_json::json!({ "verdict": "unusable", "says": says }))?;
    } else {
        writeln!(out, "UNUSABLE: {says}")?;
    }
    Ok(2)
}

/// Whether anybody but the operator vouches: an anchor, or as many witnesses as the policy demands.
fn judged(holds: &Holds, by_policy: bool) -> (i32, &'static str) {
    match (by_policy, holds.witnessed, holds.anchors_confirmed > 0) {
        (true, false, _) => (3, "valid_unwitnessed"),
        (false, _, false) => (3, "valid_unanchored"),
        _ if holds.is_open_ended() => (3, "valid_unsealed"),
        _ => (0, "valid"),
    }
}

fn said(holds: &Holds, by_policy: bool, json: bool, out: &mut impl Write) -> anyhow::Result<i32> {
    let anchored = holds.anchors_confirmed > 0;
    let (code, verdict) = judged(holds, by_policy);
    if json {
        writeln!(
            out,
            "{:#}",
            serde_json::json!({ "verdict": verdict, "witnessed": holds.witnessed, "holds": holds })
        )?;
        return Ok(code);
    }
    writeln!(
        out,
        "VALID: {} events of {} histories, in the log {} of {} events",
        holds.events, holds.histories, holds.origin, holds.size
    )?;
    writeln!(
        out,
        "{} private values match their commitments, {} are withheld, {} were erased as the log says",
        holds.known, holds.withheld, holds.erased
    )?;
    if holds.earlier > 0 {
        writeln!(
            out,
            "the log agrees with {} earlier checkpoint(s) of its own in the bundle",
            holds.earlier
        )?;
    }
    if holds.followed > 0 {
        writeln!(
            out,
            "KEY CHANGED: the log changed its key {} time(s), as it says itself under a signature that you trust",
            holds.followed
        )?;
    }
    match &holds.sealed {
        Some(sealed) => writeln!(
            out,
            "SEALED: each history is here to its last event among the first {} of the log, as of {}",
            sealed.size, sealed.at
        )?,
        None if holds.is_open_ended() => writeln!(
            out,
            "NOT SEALED: what is here is genuine, but later events of these histories may have been left out."
        )?,
        None => {}
    }
    for renewal in &holds.renewals {
        say_renewal(renewal, out)?;
    }
    if holds.derived > 0 {
        writeln!(
            out,
            "{} derived files (XES, OCEL, CSV) say exactly what the events say",
            holds.derived
        )?;
    }
    let net = net::pnml()?;
    if holds
        .workflow
        .as_ref()
        .is_some_and(|sha256| *sha256 != hex::encode(Sha256::digest(&net)))
    {
        writeln!(
            out,
            "derived/workflow.pnml is not the procedure of this version of the program: nothing here vouches for it"
        )?;
    }
    if anchored {
        writeln!(
            out,
            "ANCHORED: it agrees with {} checkpoint(s) from elsewhere",
            holds.anchors_confirmed
        )?;
    } else {
        writeln!(
            out,
            "NOT ANCHORED: only the holder of the key vouches that this is the history that was there before."
        )?;
        writeln!(
            out,
            "Give a checkpoint.txt from any letter of the service with --anchor."
        )?;
    }
    if holds.anchors_open > 0 {
        writeln!(
            out,
            "{} checkpoint(s) could not be compared: that takes a bundle of the whole log",
            holds.anchors_open
        )?;
    }
    let witnesses = holds.witnesses.join(", ");
    match (by_policy, holds.witnessed) {
        (true, true) => writeln!(out, "WITNESSED: cosigned by {witnesses}, as the policy demands")?,
        (true, false) if holds.witnesses.is_empty() => {
            writeln!(
                out,
                "UNWITNESSED: no witness of the policy has cosigned this checkpoint."
            )?;
        }
        (true, false) => writeln!(
            out,
            "UNWITNESSED: only {witnesses} cosigned, and the policy demands more."
        )?,
        (false, _) => writeln!(
            out,
            "UNWITNESSED: without a policy no witness is asked for. Give the published one with --policy."
        )?,
    }
    Ok(code)
}

fn say_renewal(renewal: &Renewal, out: &mut impl Write) -> std::io::Result<()> {
    let Renewal {
        cause,
        signed,
        kept,
        at,
        ..
    } = renewal;
    let signed = signed.as_ref().map_or(String::new(), |signed| {
        format!(", of which size {} had been signed for", signed.size)
    });
    writeln!(
        out,
        "BEGUN ANEW on {at}: this log took the place of {} ({cause}){signed}; {} of its events were taken over. Who \
         decided and why stands in the first event.",
        kept.origin, kept.size
    )
}

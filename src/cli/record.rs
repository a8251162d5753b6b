//! `corridor record`: holds, erasure and disposal from the console.

use super::serve::{ServeArgs, open_house};
use crate::{
    auth::keys::{change_private_ring, private_ring},
    clock::Clock,
    domain::{
        people::{Actor, Authentication, Role},
        text::Words,
    },
    house::House,
    process::keeping::{Kept, act_on_record, dispose_due, due_for_disposal, record_named, view_record},
    workflow::keeping::{AskErasure, Because, ErasureGround, KeepingAction, LiftHold},
};
use anyhow::Context as _;
use std::{collections::BTreeSet, io::Write};
use uuid::Uuid;

/// Keep a record as it is (hold), erase its personal data, or dispose of records whose time is over.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
RECORD is a case's reference, a waiver's number, a person's e-mail address, or an id. Erasing takes two persons: it is
asked for here or on the page /records, and confirmed there by somebody else. History stays whole and verifies as before;
names, texts and files are gone for ever. Old backups still hold them until the outer key has changed: run
`corridor record rotate-key` within 30 days after an erasure, and destroy the copies of the old key file.

Examples:
  corridor record hold CW-2026-7KQ4-MX2B-9DAA --reason \"Lawsuit 12 O 34/26\"
  corridor record erase ada@agency.example --ground request --reason \"Letter of 3 March\"
  corridor record dispose --dry-run")]
pub struct RecordArgs {
    #[command(flatten)]
    service: ServeArgs,
    #[command(subcommand)]
    command: RecordCommand,
}

#[derive(Debug, clap::Subcommand)]
enum RecordCommand {
    /// List the records that something was decided about.
    List,
    /// Show how a record is kept.
    Show { record: String },
    /// Let nobody erase a record or dispose of it.
    Hold {
        record: String,
        /// Why; it becomes part of the history.
        #[arg(long)]
        reason: String,
    },
    /// Lift a hold that somebody else placed.
    Lift {
        record: String,
        /// The number of the hold (`corridor record show`).
        #[arg(long)]
        hold: u32,
        /// Why; it becomes part of the history.
        #[arg(long)]
        reason: String,
    },
    /// Ask for the erasure of a record; a second person confirms it.
    Erase {
        record: String,
        /// request, unlawful, order or no_longer_needed.
        #[arg(long)]
        ground: String,
        /// Why; it becomes part of the history.
        #[arg(long)]
        reason: String,
    },
    /// Decline an erasure that was asked for.
    Decline {
        record: String,
        /// Why; it becomes part of the history.
        #[arg(long)]
        reason: String,
    },
    /// Dispose of every record whose time is over (audit.keep_years) and on which no hold lies.
    Dispose {
        /// Only say which.
        #[arg(long)]
        dry_run: bool,
    },
    /// Change the key outside the database, so that backups from before an erasure open nothing any more.
    RotateKey,
}

fn console() -> Actor {
    Actor {
        roles: BTreeSet::from([Role::Administrator]),
        authentication: Authentication::Console,
        ..Actor::system()
    }
}

/// Runs `corridor record`; the exit code.
///
/// # Errors
/// When the law refuses, or something cannot be reached.
pub async fn run(args: &RecordArgs, out: &mut impl Write) -> anyhow::Result<i32> {
    let house = open_house(args.service.settings()?, Clock::Wall).await?;
    let because = |reason: &str| Because {
        reason: Words::new(reason),
    };
    let (record, action) = match &args.command {
        RecordCommand::List => {
            for row in house.store.records(1000).await? {
                writeln!(out, "{}", serde_json::to_string(&row)?)?;
            }
            return Ok(0);
        }
        RecordCommand::Show { record } => {
            let kept = view_record(&house, named(&house, record).await?).await?;
            return show(&kept, out);
        }
        RecordCommand::Dispose { dry_run } => return dispose(&house, *dry_run, out).await,
        RecordCommand::RotateKey => return rotate(&house, out).await,
        RecordCommand::Hold { record, reason } => (record, KeepingAction::PlaceHold(because(reason))),
        RecordCommand::Lift { record, hold, reason } => {
            let (hold, reason) = (*hold, Words::new(reason));
            (record, KeepingAction::LiftHold(LiftHold { hold, reason }))
        }
        RecordCommand::Erase { record, ground, reason } => {
            let ground: ErasureGround = serde_json::from_value(ground.as_str().into())
                .with_context(|| format!("“{ground}” is no ground of erasure"))?;
            let reason = Words::new(reason);
            (record, KeepingAction::AskErasure(AskErasure { ground, reason }))
        }
        RecordCommand::Decline { record, reason } => (record, KeepingAction::DeclineErasure(because(reason))),
    };
    let kept = act_on_record(&house, named(&house, record).await?, &action, &console()).await?;
    show(&kept, out)
}

async fn named(house: &House, record: &str) -> anyhow::Result<Uuid> {
    record_named(house, record)
        .await?
        .with_context(|| format!("there is no case and no person “{record}”"))
}

fn show(kept: &Kept, out: &mut impl Write) -> anyhow::Result<i32> {
    writeln!(out, "{} ({})", kept.name, kept.around.record)?;
    match (kept.around.ended_at, kept.around.kept_until) {
        (None, _) => writeln!(out, "  still worked with")?,
        (Some(ended), Some(until)) => writeln!(out, "  ended {ended}, kept until {until}")?,
        (Some(ended), None) => writeln!(out, "  ended {ended}, kept for ever")?,
    }
    for hold in kept.keeping.holds.values() {
        writeln!(
            out,
            "  hold {} since {}: {}",
            hold.number,
            hold.at,
            hold.reason.as_str()
        )?;
    }
    if let Some(asked) = &kept.keeping.asked {
        writeln!(
            out,
            "  erasure asked for at {} and waits for a second person: {}",
            asked.at,
            asked.reason.as_str()
        )?;
    }
    if let Some((gone, at, through)) = kept.keeping.gone {
        let word = serde_json::to_value(gone)?;
        let word = word.as_str().unwrap_or_default();
        writeln!(
            out,
            "  {word} at {at}: the values of its first {through} events are gone"
        )?;
    }
    Ok(0)
}

async fn dispose(house: &House, dry_run: bool, out: &mut impl Write) -> anyhow::Result<i32> {
    let due = due_for_disposal(house).await?;
    for (kind, record, name, since) in &due {
        let kind = serde_json::to_value(kind)?;
        writeln!(
            out,
            "{} {record} {name}: its time was over at {since}",
            kind.as_str().unwrap_or_default()
        )?;
    }
    if dry_run {
        writeln!(out, "{} records would be disposed of", due.len())?;
        return Ok(0);
    }
    writeln!(out, "{} records were disposed of", dispose_due(house).await?)?;
    Ok(0)
}

/// A new key in front, everything encrypted anew, then the old key goes. It may be run again where it was cut off.
///
/// # Errors
/// When the file or the database cannot be written.
pub async fn rotate(house: &House, out: &mut impl Write) -> anyhow::Result<i32> {
    let file = house.settings.private_key_file();
    let mut ring = private_ring(&file)?;
    ring.insert(0, crate::chance::bytes_32());
    change_private_ring(&file, &ring)?;
    let count = house.store.rewrap().await?;
    ring.truncate(1);
    change_private_ring(&file, &ring)?;
    writeln!(
        out,
        "{count} keys are encrypted anew; the old key is gone from {}. Destroy its copies too.",
        file.display()
    )?;
    Ok(0)
}

//! `corridor list`: sanctions lists from the console.

use super::serve::{ServeArgs, open_house};
use crate::{
    clock::Clock,
    domain::{
        people::{Actor, Authentication, Role},
        text::Words,
    },
    engine::files::Incoming,
    house::House,
    jobs::{list_keeper, screening_clerk},
    process::lists::{Offered, act_on_list, offer_files, view_list},
    screening::lists::Format,
    workflow::list::{JudgeList, ListAction, ListVersion},
};
use anyhow::Context as _;
use std::{collections::BTreeSet, io::Write, path::PathBuf};

/// Load sanctions lists, see how they stand, and decide on versions that were held.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  corridor list load OFAC-SDN sdn.csv alt.csv add.csv sdn_comments.csv
  corridor list load UN-SC consolidated.xml
  corridor list                             how every list stands, and how far re-screening has come
  corridor list confirm OFAC-SDN --reason \"Delisting of 12 March, compared with the press release\"")]
pub struct ListArgs {
    #[command(flatten)]
    service: ServeArgs,
    #[command(subcommand)]
    command: Option<ListCommand>,
}

#[derive(Debug, clap::Subcommand)]
enum ListCommand {
    /// Load a new version from its files.
    Load {
        /// Name of the list, for example OFAC-SDN.
        source: String,
        /// Its files, as the publisher gives them.
        #[arg(required = true)]
        files: Vec<PathBuf>,
        /// Format, if it is not to be recognised: ofac_csv, ofac_xml, ofac_advanced_xml, un_xml, uk_csv, uk_xml, eu_xml, eu_csv, follow_the_money.
        #[arg(long)]
        format: Option<String>,
    },
    /// Look at every source of the settings now.
    Look,
    /// Make the checks that wait, now.
    Check,
    /// Put a version in force that was held because too much is gone.
    Confirm {
        /// Name of the list, for example OFAC-SDN.
        source: String,
        /// Why; it becomes part of the history.
        #[arg(long)]
        reason: String,
    },
    /// Drop a version that was held.
    Discard {
        /// Name of the list, for example OFAC-SDN.
        source: String,
        /// Why; it becomes part of the history.
        #[arg(long)]
        reason: String,
    },
}

fn console() -> Actor {
    Actor {
        roles: BTreeSet::from([Role::Administrator]),
        authentication: Authentication::Console,
        ..Actor::system()
    }
}

/// Runs `corridor list`; the exit code.
///
/// # Errors
/// When the service's data cannot be opened, or a list is refused.
pub async fn run(args: &ListArgs, out: &mut impl Write) -> anyhow::Result<i32> {
    let house = open_house(args.service.settings()?, Clock::Wall).await?;
    match &args.command {
        None => status(&house, out).await,
        Some(ListCommand::Load { source, files, format }) => load(&house, source, files, format.as_deref(), out).await,
        Some(ListCommand::Look) => {
            for (list, came) in list_keeper::look(&house).await {
                writeln!(out, "{list}: {came:?}")?;
            }
            Ok(0)
        }
        Some(ListCommand::Check) => {
            let mut made = 0;
            loop {
                match screening_clerk::tick(&house).await? {
                    0 => break,
                    some => made += some,
                }
            }
            writeln!(out, "{made} checks made")?;
            Ok(0)
        }
        Some(ListCommand::Confirm { source, reason }) => {
            judge(&house, source, reason, ListAction::ConfirmList, out).await
        }
        Some(ListCommand::Discard { source, reason }) => {
            judge(&house, source, reason, ListAction::DiscardList, out).await
        }
    }
}

async fn load(
    house: &House,
    source: &str,
    files: &[PathBuf],
    format: Option<&str>,
    out: &mut impl Write,
) -> anyhow::Result<i32> {
    let format = match format {
        Some(word) => Some(Format::named(word).with_context(|| format!("“{word}” is no format"))?),
        None => None,
    };
    let file = |path: &PathBuf| Incoming {
        name: path
            .file_name()
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default(),
        path: path.clone(),
    };
    let offered = offer_files(house, &console(), source, format, files.iter().map(file).collect()).await;
    let (code, word, version) = match offered {
        Ok(Offered::InForce(version)) => (0, "in force", version),
        Ok(Offered::Unchanged(version)) => (0, "unchanged: the same files are in force", version),
        Ok(Offered::Held(version)) => (1, "HELD: too much is gone; confirm or discard it", version),
        Err(crate::process::ActError::Refused(refusal)) => {
            writeln!(out, "refused, {}: {}", refusal.code, refusal.sentence)?;
            for (place, _, why) in &refusal.details {
                writeln!(out, "  {place}: {why}")?;
            }
            return Ok(1);
        }
        Err(error) => return Err(error.into()),
    };
    writeln!(out, "{source}: {word}")?;
    told(&version, out)?;
    Ok(code)
}

fn told(version: &ListVersion, out: &mut impl Write) -> anyhow::Result<()> {
    let published = version.published.map_or("not said".to_owned(), |date| date.to_string());
    writeln!(
        out,
        "  version {}  published {published}  {} entries, {} names, {} numbers  (+{} -{} ~{})",
        version.label(),
        version.entries,
        version.names,
        version.identifiers,
        version.added,
        version.removed,
        version.changed
    )?;
    for file in &version.files {
        writeln!(out, "  {}  {} bytes  sha-256 {}", file.name, file.bytes, file.sha256)?;
    }
    Ok(())
}

async fn status(house: &House, out: &mut impl Write) -> anyhow::Result<i32> {
    let states = house.store.list_states().await?;
    if states.is_empty() {
        writeln!(
            out,
            "No list is loaded: every check fails until one is (corridor list load)."
        )?;
    }
    for state in states {
        let (list, _) = view_list(house, &state.source).await?;
        let checked = state.checked_at.map_or("never".to_owned(), |at| at.to_string());
        writeln!(out, "{}: known to be the newest at {checked}", state.source)?;
        if let Some(version) = &list.current {
            told(version, out)?;
        }
        if let Some(held) = &list.held {
            writeln!(out, "  HELD, waits for a word:")?;
            told(held, out)?;
        }
        if let Some(trouble) = &state.trouble {
            writeln!(out, "  trouble: {trouble}")?;
        }
    }
    for job in house.store.checks_under_way().await? {
        writeln!(
            out,
            "check of {:?} {}: {}, {} of {} cases, {} concerned",
            job.kind, job.about, job.state, job.done, job.total, job.found
        )?;
    }
    Ok(0)
}

async fn judge(
    house: &House,
    source: &str,
    reason: &str,
    action: fn(JudgeList) -> ListAction,
    out: &mut impl Write,
) -> anyhow::Result<i32> {
    let (list, _) = view_list(house, source).await?;
    let held = list.held.with_context(|| format!("nothing of {source} is held"))?;
    let word = JudgeList {
        version: held.id,
        reason: Words::new(reason),
    };
    let after = act_on_list(house, source, &action(word), &console()).await?;
    if let Some(current) = &after.current {
        writeln!(out, "{source}: in force")?;
        told(current, out)?;
    }
    Ok(0)
}

//! `corridor demo`: an embedded instance, every public case played through its HTTP API, then served.

mod account;
mod lists;
mod pdf;
mod people;
mod player;
mod record;
mod rehearsal;
mod script;
mod stage;
#[cfg(test)]
mod tests;

use crate::{
    clock::Clock,
    domain::{Instant, id::OrganisationId},
};
pub use people::PASSWORD;

use account::Account;
use anyhow::Context as _;
use clap::Args;
use player::Player;
use record::{Record, Told};
use script::{Fixtures, verdict};
use stage::{Carry, Stage};
use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
};

/// Play the public cases in an embedded instance, tell the story, then serve it.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
The folder gets a database, documents, letters (in letters/) and an export of the seed case (in exports/). A folder
that holds a finished play is not changed: its account is printed again and it is served. To play anew, delete it.

Exit codes: 0 every case came out as expected; 1 one did not; 2 the folder holds something else or a play that was
broken off.

Examples:
  corridor demo                                  play, then serve on http://127.0.0.1:8080
  corridor demo --exit                           play, tell, end
  corridor demo --data /tmp/demo --listen 127.0.0.1:9000
  corridor demo --rehearse --data /tmp/trial     the people and the lists only: play a case yourself, and move the clock")]
pub struct DemoArgs {
    /// Folder of the demonstration; made when missing.
    #[arg(long, value_name = "FOLDER", default_value = "./data/demo")]
    pub data: PathBuf,
    /// Address and port to serve on after the play.
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,
    /// End after the play instead of serving.
    #[arg(long)]
    pub exit: bool,
    /// Play nothing: enrol the people, load the lists, serve, and move the clock to each instant that is typed.
    #[arg(long, conflicts_with = "exit")]
    pub rehearse: bool,
}

/// Plays what has not been played, tells what came of it and serves.
///
/// Returns the exit code: see the help text.
///
/// # Errors
/// When the instance cannot be opened, or a step of the play is refused.
pub async fn run(args: &DemoArgs) -> anyhow::Result<i32> {
    if args.rehearse {
        return rehearsal::run(args).await;
    }
    let told = match record::found(&args.data)? {
        record::Found::Finished(told) => {
            println!(
                "{} holds a finished play; nothing is changed. This is its account:\n",
                args.data.display()
            );
            told.account.iter().for_each(|line| println!("{line}"));
            told
        }
        record::Found::Broken => {
            eprintln!(
                "corridor: {} holds a play that was broken off, or something else. Delete the folder to play anew, or \
                 choose another with --data.",
                args.data.display()
            );
            return Ok(2);
        }
        record::Found::Nothing => play(args).await?,
    };
    print!("{}", account::table(&told.verdicts));
    print!("{}", told.epilogue(&args.data));
    let code = i32::from(!told.verdicts.iter().all(verdict::Line::agrees));
    if !args.exit {
        print!("{}", account::sign_ins());
        stage::serve(&args.data, args.listen, told.ended).await?;
    }
    Ok(code)
}

/// Plays every case from the first notice to the last signature.
async fn play(args: &DemoArgs) -> anyhow::Result<Told> {
    let record = Record::begin(&args.data)?;
    let stage = Stage::open(&args.data, args.listen, script::instant(BEGINS)?).await?;
    let mut account = Account::new(true);
    account.say(
        "Six public cases, played through the HTTP API. Times are UTC; “day” is the day of the statutory clock.\n",
    );
    account.say(format!(
        "The cast is enrolled: {} organisations, {} people.\n",
        people::BODIES.len(),
        people::PARTS.len()
    ));
    let mut player = Player::with_cast(&stage, account).await?;
    lists::load(&mut player).await?;
    let fixtures = Fixtures::read()?;
    let monitors = player
        .directory
        .organisations
        .get("mon")
        .copied()
        .context("there are no monitors")?;
    let steps = script::everything(&fixtures, monitors)?;
    player.play(&steps).await?;
    let views = player.views("sec.officer").await?;
    let verdicts = verdict::compare(
        &fixtures,
        &verdict::Seen {
            views: &views,
            kept: &player.kept,
        },
    );
    let export = export(&mut player, &args.data, views.get("P-01")).await?;
    desk(&mut player, &fixtures, monitors, stage.now()).await?;
    let told = Told {
        account: player.account.lines().to_vec(),
        ended: stage.now(),
        cases: player
            .cases
            .iter()
            .map(|(tag, id)| ((*tag).to_owned(), id.clone()))
            .collect(),
        verdicts,
        export,
    };
    stage.close().await?;
    record.finish(&told)?;
    Ok(told)
}

/// Today's desk, if this machine's clock is far enough past the play of earlier years.
async fn desk(
    player: &mut Player<'_>,
    fixtures: &Fixtures,
    monitors: OrganisationId,
    over: Instant,
) -> anyhow::Result<()> {
    let today = jiff::tz::TimeZone::UTC.to_datetime(Clock::Wall.now()).date();
    let begins = today.checked_sub(jiff::Span::new().days(script::desk::BEGINS_DAYS_AGO))?;
    if begins <= jiff::tz::TimeZone::UTC.to_datetime(over).date() {
        return Ok(());
    }
    player
        .account
        .say("\nToday's desk: a programme that is open now, with one case at every stage.\n");
    player.play(&script::desk::steps(fixtures, monitors, today)?).await
}

/// The hour at which the play begins.
const BEGINS: &str = "2018-07-02T08:00Z";

/// The auditor exports the history of the seed case; returns the file's name within the folder.
async fn export(player: &mut Player<'_>, folder: &Path, view: Option<&serde_json::Value>) -> anyhow::Result<String> {
    let text = |key: &str| view.and_then(|view| view.get(key)).and_then(serde_json::Value::as_str);
    let (id, reference) = text("id")
        .zip(text("reference"))
        .context("the seed case has no reference")?;
    let body = serde_json::json!({ "cases": [id], "format": "jsonl" });
    let reply = player
        .send("aud.auditor", "/exports".to_owned(), Carry::Json(body))
        .await?;
    let name = format!("exports/{reference}.jsonl");
    let file = folder.join(&name);
    std::fs::create_dir_all(folder.join("exports")).context("making the folder of exports")?;
    std::fs::write(&file, &reply.bytes).with_context(|| format!("writing {}", file.display()))?;
    Ok(name)
}

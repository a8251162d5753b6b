//! `corridor log`: how the log stands, and the way on when it is not believed.

use super::serve::ServeArgs;
use crate::{
    audit::checkpoint::Verifier,
    auth::password::Passwords,
    clock::Clock,
    config::Settings,
    domain::{
        people::{Authentication, Role},
        text::Words,
    },
    house::House,
    notary::{Begun, Decision, Notary, recovery_of},
    process::log_keys,
    store::{Store, commit::PersonRow},
    workflow::log::LogRecovery,
};
use anyhow::{Context as _, ensure};
use serde_json::json;
use std::io::{BufRead, Write};

/// Show how the log stands, seal it, or begin it anew when it is not believed.
#[derive(Debug, clap::Args)]
pub struct LogArgs {
    #[command(flatten)]
    service: ServeArgs,
    #[command(subcommand)]
    command: LogCommand,
}

const RECOVER_HELP: &str = "\
When a database was restored from a backup, or its history is not the one that was signed for, the service refuses to \
start. This is the only way on. Stop every instance first. Two administrators decide; both give their passwords, one a \
line, on standard input. A new generation of the log begins, with a new name and a new key: its first entry says what \
was signed for before, what is taken over, who decided and why. Publish the new key. Memory and key of the old \
generation are put aside (…before-N), not deleted: keep them.

On every other instance run the same command: it finds the new generation and follows it without asking anybody.

Example:
  corridor log recover --accept-rollback --reason \"Disk lost on 3 May; backup of 2 May restored, incident 2026-17\" \\
      --administrator ada@agency.example --administrator ben@agency.example < two-passwords.txt

Exit code: 0 a new generation began; 2 nothing was changed (why, is said).";

const ROTATE_HELP: &str = "\
Run it once: a next key is made beside the present one, the log says so, and both sign every checkpoint. Publish the new \
public key, also to the witnesses (a second --log) and in the policy (a second line “log”). Whoever knows only one of \
the two keys still verifies. After 30 days run it with --finish: the log says that the old key retires, and the new one \
signs alone. Destroy the file of the old key then, and every copy of it.

A stolen key is not changed in this way, for the thief could do it too: `corridor log recover --compromised`.

Exit code: 0 done; 2 nothing was changed (why, is said).";

#[derive(Debug, clap::Subcommand)]
enum LogCommand {
    /// How the log stands, and whether this instance believes it. Writes nothing.
    #[command(
        after_help = "Exit code: 0 the log is believed; 1 it is not (why, is said); 2 the database cannot be read."
    )]
    Status {
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
    /// Seal the log now: where every history stands becomes part of it.
    #[command(after_help = "The service does this once a day by itself, and before a bundle of cases is exported.")]
    Seal,
    /// Change the key of the log as planned: the next one signs beside the present one, then alone.
    #[command(after_help = ROTATE_HELP)]
    Rotate {
        /// Let the present key retire, a month after the next one was added.
        #[arg(long)]
        finish: bool,
        /// Do not wait for the month to be over. Who verifies may not know the new key yet.
        #[arg(long, requires = "finish")]
        at_once: bool,
    },
    /// Begin a new generation of the log, on the word of two administrators.
    #[command(after_help = RECOVER_HELP)]
    Recover(RecoverArgs),
}

#[derive(Debug, clap::Args)]
struct RecoverArgs {
    /// The database lost events that were signed for, or is another one: go on with what it has.
    #[arg(long, required_unless_present = "compromised")]
    accept_rollback: bool,
    /// Somebody else has the key of the log, though its history is whole.
    #[arg(long, conflicts_with = "accept_rollback")]
    compromised: bool,
    /// Why; it becomes part of the history.
    #[arg(long)]
    reason: String,
    /// E-mail address of an administrator who decides this. Give it twice, for two people.
    #[arg(long = "administrator", value_name = "E-MAIL", required = true)]
    administrators: Vec<String>,
}

/// `corridor log …`.
///
/// # Errors
/// When the database cannot be read, or nothing may be changed.
pub async fn run(args: &LogArgs, out: &mut impl Write) -> anyhow::Result<i32> {
    let settings = args.service.settings()?;
    if matches!(args.command, LogCommand::Seal) {
        let house = super::serve::open_house(settings, Clock::Wall).await?;
        let seal = crate::process::seal_log(&house).await?;
        writeln!(
            out,
            "sealed: {} histories in the first {} events of the log",
            seal.histories, seal.size
        )?;
        writeln!(out, "root {}", seal.root)?;
        return Ok(0);
    }
    if let LogCommand::Rotate { finish, at_once } = args.command {
        let house = super::serve::open_house(settings, Clock::Wall).await?;
        return rotate(&house, finish, at_once, out).await;
    }
    let notary = Notary::new(&settings);
    let store = super::serve::open_store(&settings).await?;
    match &args.command {
        LogCommand::Seal | LogCommand::Rotate { .. } => Ok(0),
        LogCommand::Status { json } => status(&store, &notary, *json, out).await,
        LogCommand::Recover(asked) => {
            let mut input = std::io::stdin().lock().lines();
            let mut password = || input.next().unwrap_or(Ok(String::new()));
            let passwords = [password()?, password()?];
            let begun = recover(&settings, &store, &notary, asked, &passwords).await?;
            say(&begun, out)?;
            Ok(0)
        }
    }
}

async fn rotate(house: &House, finish: bool, at_once: bool, out: &mut impl Write) -> anyhow::Result<i32> {
    if finish {
        let (change, aside) = log_keys::retire_log_key(house, at_once).await?;
        writeln!(out, "the key {} is retired", change.old)?;
        writeln!(out, "the key {} signs alone", change.new)?;
        writeln!(out, "destroy {} and every copy of it", aside.display())?;
    } else {
        let change = log_keys::add_log_key(house).await?;
        writeln!(out, "two keys sign since {}; publish both:", change.since)?;
        writeln!(out, "{}\n{}", change.old, change.new)?;
        writeln!(
            out,
            "the first may retire from {} on: corridor log rotate --finish",
            change.until
        )?;
    }
    Ok(0)
}

async fn recover(
    settings: &Settings,
    store: &Store,
    notary: &Notary,
    asked: &RecoverArgs,
    passwords: &[String; 2],
) -> anyhow::Result<Begun> {
    if let Some(begun) = notary.follow(store).await? {
        return Ok(begun);
    }
    let [first, second] = asked.administrators.as_slice() else {
        anyhow::bail!("two administrators must decide: give --administrator twice");
    };
    let reason = Words::new(asked.reason.trim());
    ensure!(!reason.is_blank(), "give the reason in words");
    let checks = Passwords::new(settings.passwords.memory_kib, settings.passwords.iterations)?;
    let first = administrator(store, &checks, first, &passwords[0]).await?;
    let second = administrator(store, &checks, second, &passwords[1]).await?;
    let now = Clock::Wall.now();
    let decision = Decision {
        actor: first.actor(Authentication::Password, now, now),
        second: second.id,
        reason,
        compromised: asked.compromised,
    };
    notary.recover(store, &decision, now).await
}

/// Reads only: of a database that is not believed nothing may be changed, not even a count of failures.
async fn administrator(store: &Store, checks: &Passwords, email: &str, password: &str) -> anyhow::Result<PersonRow> {
    let person = store
        .person_by_email(email.trim())
        .await?
        .filter(|person| person.active);
    let stored = match &person {
        Some(person) => store.credential(person.id).await?,
        None => None,
    };
    let right = checks.check(password.trim_end_matches('\r'), stored).await;
    let right = right.map_err(|error| anyhow::anyhow!("{error}"))?;
    let person = person.filter(|person| right && person.roles.contains(&Role::Administrator));
    person.with_context(|| format!("{email} is no administrator of this service, or the password is another"))
}

fn say(begun: &Begun, out: &mut impl Write) -> anyhow::Result<()> {
    let word = if begun.followed { "follows" } else { "begins" };
    writeln!(out, "this instance {word} the log {}", begun.origin)?;
    say_recovery(&begun.recovery, out)?;
    writeln!(out, "publish its public key, for those who verify: {}", begun.key)?;
    Ok(())
}

fn say_recovery(recovery: &LogRecovery, out: &mut impl Write) -> anyhow::Result<()> {
    if let Some(signed) = &recovery.signed {
        writeln!(
            out,
            "it takes the place of {}, signed for at size {}",
            signed.origin, signed.size
        )?;
    }
    writeln!(
        out,
        "it was given up ({}); {} events of {} are taken over",
        recovery.cause.word(),
        recovery.kept.size,
        recovery.kept.origin
    )?;
    Ok(())
}

/// Everything that an operator wants to know of the log.
async fn status(store: &Store, notary: &Notary, as_json: bool, out: &mut impl Write) -> anyhow::Result<i32> {
    let trouble = notary.check(store).await.err().map(|error| format!("{error:#}"));
    let head = if store.has_log().await? {
        store.log_head().await?
    } else {
        None
    };
    let Some(head) = head else {
        writeln!(
            out,
            "{}",
            trouble.as_deref().unwrap_or("there is no log in this database yet")
        )?;
        return Ok(i32::from(trouble.is_some()));
    };
    let newest = store.newest_checkpoint().await?;
    let (waiting, _) = store.unsequenced().await?;
    let remembered = notary.memory().read().ok().flatten().map(|(_, signed)| signed);
    let recovery = recovery_of(store, &head.origin).await?;
    let seal = store
        .newest_seal(head.generation, &head.origin, head.tree.size())
        .await?;
    let keys = notary.verifiers(&head.origin).unwrap_or_default();
    let key = keys.first().map(Verifier::vkey);
    let signed = newest.as_ref().map_or(0, |newest| newest.size);
    if as_json {
        let remembered = remembered.map(|seen| json!({ "origin": seen.origin, "size": seen.size }));
        let report = json!({
            "believed": trouble.is_none(), "trouble": trouble, "origin": head.origin, "generation": head.generation,
            "key": key, "next_key": keys.get(1).map(Verifier::vkey), "size": head.tree.size(), "signed": signed, "waiting": waiting,
            "remembered": remembered, "recovery": recovery, "seal": seal.as_ref().map(|kept| &kept.seal),
        });
        writeln!(out, "{report:#}")?;
        return Ok(i32::from(trouble.is_some()));
    }
    writeln!(out, "log         {} (generation {})", head.origin, head.generation)?;
    writeln!(out, "public key  {}", key.as_deref().unwrap_or("its file is missing"))?;
    if let Some(next) = keys.get(1) {
        writeln!(out, "next key    {}", next.vkey())?;
    }
    writeln!(
        out,
        "events      {} in the log, {signed} signed for, {waiting} waiting",
        head.tree.size()
    )?;
    match remembered {
        Some(seen) => writeln!(out, "remembered  {} of {}", seen.size, seen.origin)?,
        None => writeln!(out, "remembered  nothing")?,
    }
    match &seal {
        Some(kept) => writeln!(out, "sealed      {} on {}", kept.seal.size, kept.recorded_at)?,
        None => writeln!(out, "sealed      never")?,
    }
    if let Some(recovery) = &recovery {
        say_recovery(recovery, out)?;
    }
    match &trouble {
        Some(says) => writeln!(out, "NOT BELIEVED: {says}")?,
        None => writeln!(out, "this instance believes the log")?,
    }
    Ok(i32::from(trouble.is_some()))
}

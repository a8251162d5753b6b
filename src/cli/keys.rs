//! `corridor keys`: the keys that sign access tokens.

use super::serve::{ServeArgs, open_house};
use crate::{
    auth::keys::{KeyRing, Part},
    clock::Clock,
    domain::id::EventId,
    store::security::SecurityEvent,
};
use std::{io::Write, time::Duration};

/// List and rotate the keys that sign access tokens.
#[derive(Debug, clap::Args)]
pub struct KeysArgs {
    #[command(flatten)]
    service: ServeArgs,
    #[command(subcommand)]
    command: KeysCommand,
}

#[derive(Debug, clap::Subcommand)]
enum KeysCommand {
    /// List the keys: the one that signs, the next, and those whose tokens may still be about.
    List,
    /// Let the next key sign from now on.
    #[command(after_help = "\
Running instances follow within five seconds; nobody has to sign in again, for the previous key goes on verifying as
long as its tokens live. Keys before that are removed. The next key must have been there for a day, so that instances
with a copy of the folder know it before it is used.")]
    Rotate {
        /// Do it although the next key is not a day old.
        #[arg(long)]
        now: bool,
    },
}

/// `corridor keys …`.
///
/// # Errors
/// When a key or the store cannot be read or written, or the next key is too young.
pub async fn run(args: &KeysArgs, out: &mut impl Write) -> anyhow::Result<i32> {
    let settings = args.service.settings()?;
    let (folder, life) = (settings.key_folder(), u64::from(settings.tokens.access_minutes) * 60);
    let house = open_house(settings, Clock::Wall).await?;
    if let KeysCommand::Rotate { now } = args.command {
        let id = KeyRing::rotate(&folder, Duration::from_secs(life), now)?;
        house.store.security_event(&rotated(house.clock.now())).await?;
        writeln!(out, "{id} signs from now on")?;
    }
    for (id, part) in KeyRing::open(&folder)?.parts() {
        let word = match part {
            Part::Next => "next      signs after the next rotation",
            Part::Current => "current   signs",
            Part::Previous => "previous  verifies tokens that are still about",
        };
        writeln!(out, "{id}  {word}")?;
    }
    Ok(0)
}

fn rotated(at: crate::domain::Instant) -> SecurityEvent {
    SecurityEvent {
        id: EventId::fresh().0,
        at,
        person: None,
        organisation: None,
        action: "rotate_keys".to_owned(),
        target_kind: None,
        target_id: None,
        rule: None,
        code: "allowed".to_owned(),
        ip: None,
        request_id: None,
    }
}

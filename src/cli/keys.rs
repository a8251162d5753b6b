//! `corridor keys`: the keys that sign access tokens.

use super::serve::{ServeArgs, open_house};
use crate::{
    auth::keys::{Named, Parts},
    clock::Clock,
    domain::id::EventId,
    house::House,
    store::security::SecurityEvent,
};
use std::io::Write;

/// Show and change the keys that sign access tokens.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
A change takes three steps: prepare; a day later, when every instance knows the new key, rotate; when the tokens of the
key before are over, retire. Running instances notice within a minute. Each step is written to the security log.

If a key was stolen:  corridor keys rotate --at-once && corridor keys retire --at-once
Everybody's access token ends with it; a renewal or a new sign-in gives another.")]
pub struct KeysArgs {
    #[command(flatten)]
    service: ServeArgs,
    #[command(subcommand)]
    command: KeysCommand,
}

#[derive(Debug, clap::Subcommand)]
enum KeysCommand {
    /// List the keys and what each is for.
    List,
    /// Make the next key: it verifies and does not sign yet.
    Prepare,
    /// Let the prepared key sign from now on.
    Rotate {
        /// Do not wait a day; make the key if none is prepared.
        #[arg(long)]
        at_once: bool,
    },
    /// Remove the keys that are no longer needed.
    Retire {
        /// Do not wait until the tokens of the key before are over.
        #[arg(long)]
        at_once: bool,
    },
}

/// `corridor keys …`.
///
/// # Errors
/// When the folder of keys cannot be used, or it is too early for a step.
pub async fn run(args: &KeysArgs, out: &mut impl Write) -> anyhow::Result<i32> {
    let house = open_house(args.service.settings()?, Clock::Wall).await?;
    let (keys, now) = (&house.door.keys, house.clock.now());
    let (step, said) = match args.command {
        KeysCommand::List => {
            list(&keys.reread(now)?, out)?;
            return Ok(0);
        }
        KeysCommand::Prepare => {
            let Named { id, .. } = keys.prepare(now)?;
            ("key_prepared", format!("prepared {id}: rotate to it in a day"))
        }
        KeysCommand::Rotate { at_once } => {
            let Named { id, .. } = keys.rotate(now, at_once)?;
            ("key_rotated", format!("{id} signs from now on"))
        }
        KeysCommand::Retire { at_once } => {
            let gone = keys.retire(now, house.door.access, at_once)?;
            let said = if gone.is_empty() {
                "nothing to remove".to_owned()
            } else {
                format!("removed {}", gone.join(", "))
            };
            ("key_retired", said)
        }
    };
    write_down(&house, step).await?;
    writeln!(out, "{said}")?;
    Ok(0)
}

fn list(parts: &Parts, out: &mut impl Write) -> std::io::Result<()> {
    for id in &parts.ids {
        let signs = (parts.current.id == *id).then(|| format!("signs since {}", parts.current.since));
        let next = parts.next.as_ref().filter(|next| next.id == *id);
        let next = next.map(|next| format!("prepared on {}: verifies, does not sign yet", next.since));
        let part = signs
            .or(next)
            .unwrap_or_else(|| "verifies only, until it is retired".to_owned());
        writeln!(out, "{id}  {part}")?;
    }
    Ok(())
}

async fn write_down(house: &House, step: &str) -> anyhow::Result<()> {
    let event = SecurityEvent {
        id: EventId::fresh().0,
        at: house.clock.now(),
        person: None,
        organisation: None,
        action: "signing_keys".to_owned(),
        target_kind: None,
        target_id: None,
        rule: None,
        code: step.to_owned(),
        ip: None,
        request_id: None,
    };
    Ok(house.store.security_event(&event).await?)
}

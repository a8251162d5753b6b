//! The only way on when the log is not believed: two people decide, and a new generation begins.
//!
//! It has another name and another key, and its first leaf says what the generation before was, what is taken over
//! from it, who decided and why. What was remembered of the old one is put aside, never deleted.

use super::{Notary, NotaryError};
use crate::{
    audit::checkpoint::Checkpoint,
    auth::keys::secret_file,
    domain::{
        Instant,
        id::{EventId, PersonId},
        people::{Actor, Role},
        text::Words,
    },
    store::{
        Store,
        commit::{Append, Head, Stream, StreamKind},
        sequence::LogHead,
    },
    workflow::{
        event::{By, Event},
        log::{GivenUp, LogHappening, LogRecovery, LogState, stream_of},
    },
};
use anyhow::Context as _;
use std::{fs, path::Path};

/// What two people decided.
#[derive(Clone, Debug)]
pub struct Decision {
    /// Who decides, in the capacity of an administrator.
    pub actor: Actor,
    pub second: PersonId,
    pub reason: Words,
    /// Somebody else has the key, though the history is whole.
    pub compromised: bool,
}

/// A generation that began, or that another instance began and this one now follows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Begun {
    pub origin: String,
    pub key: String,
    pub recovery: LogRecovery,
    pub followed: bool,
}

impl Notary {
    /// What stands between this instance and the log; none: nothing.
    ///
    /// # Errors
    /// When the database or the key cannot be read.
    pub async fn trouble(&self, store: &Store) -> anyhow::Result<Option<(GivenUp, String)>> {
        let Err(error) = self.check(store).await else {
            return Ok(None);
        };
        let cause = match error.downcast_ref::<NotaryError>() {
            Some(NotaryError::RolledBack { .. }) => GivenUp::RolledBack,
            Some(NotaryError::Forked { .. }) => GivenUp::Forked,
            Some(NotaryError::Memory(_)) => GivenUp::Forgotten,
            _ => return Err(error),
        };
        Ok(Some((cause, error.to_string())))
    }

    /// Is there a newer generation than the one this instance remembers, begun by two people elsewhere? Then it is
    /// followed: only the memory is put aside, and the new key put in its place if it was made here.
    ///
    /// # Errors
    /// When the files cannot be moved.
    pub async fn follow(&self, store: &Store) -> anyhow::Result<Option<Begun>> {
        let (Some(head), Ok(Some((_, signed)))) = (store.log_head().await?, self.memory.read()) else {
            return Ok(None);
        };
        if signed.origin == head.origin {
            return Ok(None);
        }
        let Some(recovery) = recovery_of(store, &head.origin).await? else {
            return Ok(None);
        };
        let known = recovery.signed.as_ref();
        if known.is_none_or(|known| known.origin != signed.origin || known.size < signed.size) {
            return Ok(None);
        }
        self.take_over(&head.origin, &recovery.key)?;
        Ok(Some(Begun {
            origin: head.origin,
            key: recovery.key.clone(),
            recovery,
            followed: true,
        }))
    }

    /// Begins the next generation.
    ///
    /// # Errors
    /// When nothing is wrong, or something cannot be written: then everything is as before.
    pub async fn recover(&self, store: &Store, decision: &Decision, now: Instant) -> anyhow::Result<Begun> {
        let cause = match self.trouble(store).await? {
            _ if decision.compromised => GivenUp::Compromised,
            Some((cause, _)) => cause,
            None => anyhow::bail!("nothing is wrong with the log: there is nothing to recover from"),
        };
        anyhow::ensure!(
            decision.actor.person != decision.second,
            "two different people must decide"
        );
        let head = store.log_head().await?.context(
            "this database has no log at all: restore a backup that has one, or begin a new service in a new folder",
        )?;
        let _turn = self.memory.turn().await?;
        let signed = self.newest_signed(store).await?;
        let origin = next_origin(&head, signed.as_ref());
        // A key never signs for two logs.
        let fresh = self.secret_path.with_extension("next");
        let key = self.signer_of(&fresh, &origin)?.verifier().vkey();
        let recovery = LogRecovery {
            cause,
            signed: signed.as_ref().map(state),
            kept: LogState {
                origin: head.origin.clone(),
                size: head.tree.size(),
                root: hex::encode(head.tree.root()),
            },
            key: key.clone(),
            decided_by: [decision.actor.person, decision.second],
            reason: decision.reason.clone().into(),
        };
        store
            .begin_again(&head, &origin, first_leaf(&origin, &recovery, decision, now)?)
            .await?;
        self.take_over(&origin, &key)?;
        Ok(Begun {
            origin,
            key,
            recovery,
            followed: false,
        })
    }

    /// The newest that was signed for, as far as anybody here knows.
    async fn newest_signed(&self, store: &Store) -> anyhow::Result<Option<Checkpoint>> {
        if let Ok(Some((_, signed))) = self.memory.read() {
            return Ok(Some(signed));
        }
        let published = store.newest_checkpoint().await?;
        let text = |kept: crate::store::checkpoints::KeptCheckpoint| {
            let note = crate::audit::checkpoint::Note::parse(&kept.note)?;
            Checkpoint::parse(&note.text)
        };
        Ok(published.map(text).transpose().ok().flatten())
    }

    /// Puts memory and key of the old generation aside and the new key in its place.
    fn take_over(&self, origin: &str, key: &str) -> anyhow::Result<()> {
        let fresh = self.secret_path.with_extension("next");
        if fresh.exists() {
            anyhow::ensure!(
                self.signer_of(&fresh, origin)?.verifier().vkey() == key,
                "{} is not the key of {origin}: put it aside",
                fresh.display()
            );
        }
        let number = origin.rsplit('/').next().unwrap_or_default();
        aside(self.memory.file(), number)?;
        self.memory.forget();
        if fresh.exists() {
            // A change of keys that was under way is over: both belong to the generation before.
            aside(&self.coming_path(), number)?;
            aside(&self.secret_path, number)?;
            fs::rename(&fresh, &self.secret_path)?;
        }
        Ok(())
    }

    fn signer_of(&self, path: &Path, origin: &str) -> anyhow::Result<crate::audit::checkpoint::Signer> {
        let secret = secret_file(path).context("the key of the log")?;
        let kind = crate::audit::checkpoint::KeyKind::Log;
        crate::audit::checkpoint::Signer::new(origin, kind, &secret).context("the origin cannot be the name of a key")
    }
}

/// How a generation of the log began, if it did so with a recovery.
///
/// # Errors
/// When its stream cannot be read.
pub async fn recovery_of(store: &Store, origin: &str) -> anyhow::Result<Option<LogRecovery>> {
    let (events, _) = store.load(stream(origin)).await?;
    let Some(first) = events.into_iter().next() else {
        return Ok(None);
    };
    Ok(match serde_json::from_value::<Event<LogHappening>>(first)?.happened {
        LogHappening::LogRecovered(recovery) => Some(*recovery),
        LogHappening::LogSealed(_) | LogHappening::LogKeyAdded(_) | LogHappening::LogKeyRetired(_) => None,
    })
}

fn stream(origin: &str) -> Stream {
    Stream {
        kind: StreamKind::Log,
        id: stream_of(origin),
    }
}

fn state(signed: &Checkpoint) -> LogState {
    LogState {
        origin: signed.origin.clone(),
        size: signed.size,
        root: hex::encode(signed.root),
    }
}

/// `…/log/3` after `…/log/2`, whichever of the two is the newer.
fn next_origin(head: &LogHead, signed: Option<&Checkpoint>) -> String {
    let number = |origin: &str| origin.rsplit_once('/').and_then(|(_, number)| number.parse().ok());
    let signed = signed.and_then(|signed| number(&signed.origin)).unwrap_or(0);
    let next = number(&head.origin).unwrap_or(head.generation).max(signed) + 1;
    let name = head
        .origin
        .rsplit_once('/')
        .map_or(head.origin.as_str(), |(name, _)| name);
    format!("{name}/{next}")
}

fn first_leaf(origin: &str, recovery: &LogRecovery, decision: &Decision, now: Instant) -> anyhow::Result<Append> {
    let event = Event {
        id: EventId::fresh(),
        seq: 1,
        rule: "12".to_owned(),
        by: By::actor(&decision.actor, Role::Administrator),
        effective_at: now,
        recorded_at: now,
        to: Vec::new(),
        clock: None,
        tells: Vec::new(),
        happened: LogHappening::LogRecovered(Box::new(recovery.clone())),
    };
    Ok(Append {
        stream: stream(origin),
        after: Head::default(),
        events: vec![serde_json::to_value(&event)?],
    })
}

/// Renames a file so that it says of which generation it is no longer; a file that is not there stays so.
fn aside(path: &Path, number: &str) -> std::io::Result<()> {
    let mut name = path.as_os_str().to_owned();
    name.push(format!(".before-{number}"));
    match fs::rename(path, name) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error),
        _ => fs::File::open(path.parent().unwrap_or(Path::new("."))).and_then(|folder| folder.sync_all()),
    }
}

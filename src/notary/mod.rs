//! The notary: gives recorded events their place in the one log and signs for it.
//!
//! What it signs it first remembers outside the database, in a file that only grows (see `memory`). A database that
//! is older than the memory was rolled back; one that does not continue it was forked. Of such a database nothing is
//! written to and nothing is signed for, until two people have decided what happened (`corridor log recover`, see `recover`).

mod cosign;
mod memory;
mod recover;
mod rotate;

pub use cosign::Asked;
pub use memory::Memory;
pub use recover::{Begun, Decision, recovery_of};

use crate::{
    audit::{
        checkpoint::{Checkpoint, KeyKind, Signer, Verifier},
        tree::is_consistent,
    },
    auth::keys::secret_file,
    config::Settings,
    domain::Instant,
    store::{Store, StoreError, checkpoints::KeptCheckpoint, sequence::LogHead},
};
use anyhow::Context as _;
use std::path::PathBuf;

/// How many events share one batch.
const BATCH: u32 = 1000;
/// How often a loser of a race tries again.
const TRIES: u32 = 40;

/// How many seconds two clocks may differ.
const SKEW: i64 = 60;

/// Why the log is not believed.
#[derive(Debug, thiserror::Error)]
pub enum NotaryError {
    #[error(
        "REFUSED, the database was rolled back: size {signed} of the log {origin} was signed, but the database has {found}"
    )]
    RolledBack { origin: String, signed: u64, found: u64 },
    #[error("REFUSED, the history was forked: the log of the database does not continue {origin} at size {signed}")]
    Forked { origin: String, signed: u64 },
    #[error("REFUSED, the newest checkpoint of the log {0} is not signed with the key of this instance")]
    ForeignKey(String),
    #[error("REFUSED, the memory of the log cannot be used: {0}")]
    Memory(String),
    #[error("the name {0} cannot be the origin of a log")]
    Origin(String),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Signs for the log of one instance.
#[derive(Debug)]
pub struct Notary {
    secret_path: PathBuf,
    memory: Memory,
    /// The origin of the first generation.
    origin: String,
    policy_file: Option<PathBuf>,
}

/// What the notary did in one go.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Report {
    pub sequenced: usize,
    /// The size that was signed for, if it grew.
    pub signed: Option<u64>,
    /// By how many seconds the clocks of instances differ, if that is more than a minute.
    pub clocks_apart: Option<i64>,
}

impl Notary {
    /// The notary that these settings describe. Nothing is read or written yet.
    #[must_use]
    pub fn new(settings: &Settings) -> Self {
        Self {
            secret_path: settings.log_key_file(),
            memory: Memory::at(settings.log_memory_file()),
            origin: settings.log_origin(),
            policy_file: settings.audit.policy_file.clone(),
        }
    }

    /// The public key of this generation of the log.
    ///
    /// # Errors
    /// When the key cannot be read.
    pub fn verifier(&self, origin: &str) -> anyhow::Result<Verifier> {
        Ok(self.signer(origin)?.verifier().clone())
    }

    fn signer(&self, origin: &str) -> anyhow::Result<Signer> {
        let secret = secret_file(&self.secret_path).context("the key of the log")?;
        Signer::new(origin, KeyKind::Log, &secret).with_context(|| format!("{origin} cannot be the name of a key"))
    }

    /// The newest checkpoint that this instance saw, as a signed note.
    #[must_use]
    pub fn memory(&self) -> &Memory {
        &self.memory
    }

    /// Is this database the one that was signed for? Reads only; comes before every write.
    ///
    /// # Errors
    /// When it was rolled back, forked, or signed by somebody else.
    pub async fn check(&self, store: &Store) -> anyhow::Result<()> {
        // What was signed for first, the head last: another instance may be signing for more meanwhile.
        let remembered = self.memory.read()?;
        let has_log = store.has_log().await?;
        let published = if has_log {
            store.newest_checkpoint().await?
        } else {
            None
        };
        let head = if has_log { store.log_head().await? } else { None };
        let Some(head) = head else {
            return match remembered {
                None => Ok(()),
                Some((_, signed)) => Err(rolled_back(&signed, 0).into()),
            };
        };
        if (remembered.is_some() || published.is_some()) && !self.secret_path.exists() {
            anyhow::bail!(
                "REFUSED, the log {} was signed before, but its key {} is missing: put it back",
                head.origin,
                self.secret_path.display()
            );
        }
        if remembered.is_none() && published.is_none() {
            return Ok(());
        }
        if let Some((note, signed)) = &remembered {
            if self.signed_here(note, &signed.origin)?.is_none() {
                return Err(NotaryError::Memory("it is not signed with the key of this instance".to_owned()).into());
            }
            self.continues(store, &head, signed).await?;
        }
        if let Some(published) = &published {
            let signed = self.signed_here(&published.note, &head.origin)?;
            let signed = signed.ok_or_else(|| NotaryError::ForeignKey(head.origin.clone()))?;
            self.continues(store, &head, &signed).await?;
        }
        Ok(())
    }

    /// Begins the log where there is none.
    ///
    /// # Errors
    /// When the origin or the key cannot be used.
    pub async fn begin(&self, store: &Store) -> anyhow::Result<()> {
        if store.log_head().await?.is_none() {
            self.signer(&self.origin)?;
            store.begin_log(1, &self.origin).await?;
        }
        Ok(())
    }

    /// Sequences everything that waits and signs for it.
    ///
    /// # Errors
    /// When something does not fit: then nothing more is written by this instance (see [`Store::halt`]).
    pub async fn tick(&self, store: &Store, now: Instant) -> anyhow::Result<Report> {
        let done = self.work(store, now).await;
        if let Err(error) = &done
            && is_grave(error)
        {
            store.halt(&error.to_string());
        }
        done
    }

    async fn work(&self, store: &Store, now: Instant) -> anyhow::Result<Report> {
        let (mut report, mut tries) = (Report::default(), 0);
        loop {
            match store.sequence(BATCH).await {
                Ok(0) => break,
                Ok(done) => report.sequenced += done,
                Err(StoreError::Conflict) if tries < TRIES => tries += 1,
                Err(error) => return Err(error.into()),
            }
        }
        if report.sequenced > 0 {
            report.clocks_apart = clocks(store, report.sequenced, now).await?;
        }
        report.signed = self.sign(store, now).await?;
        Ok(report)
    }

    /// Signs for what was sequenced: first remembered, then published.
    async fn sign(&self, store: &Store, now: Instant) -> anyhow::Result<Option<u64>> {
        if !self.is_behind(store).await? {
            return Ok(None);
        }
        // Whoever had the turn before may have signed for more than was there when the wait began: everything is read
        // under the turn, what was signed for first and the head last, so that the head is never the older of the two.
        let _turn = self.memory.turn().await?;
        let remembered = self.memory.read()?.map(|(_, signed)| signed);
        let published = store.newest_checkpoint().await?;
        let Some(head) = store.log_head().await? else {
            return Ok(None);
        };
        if let Some(signed) = &remembered {
            self.continues(store, &head, signed).await?;
        }
        if let Some(published) = &published {
            self.see(store, &head, published, remembered.as_ref()).await?;
        }
        let covered = published.as_ref().map_or(0, |published| published.size);
        if head.tree.size() <= covered {
            return Ok(None);
        }
        let checkpoint = Checkpoint {
            origin: head.origin.clone(),
            size: head.tree.size(),
            root: head.tree.root(),
        };
        let note = checkpoint.signed_by_all(&self.signers(&head.origin)?);
        self.memory.write(&note, &checkpoint)?;
        let kept = KeptCheckpoint {
            generation: head.generation,
            size: checkpoint.size,
            root: checkpoint.root,
            note,
        };
        store.publish_checkpoint(&kept, now).await?;
        Ok(Some(kept.size))
    }

    /// Is there something to sign for, or to remember?
    async fn is_behind(&self, store: &Store) -> Result<bool, StoreError> {
        let published = store.newest_checkpoint().await?;
        let Some(head) = store.log_head().await? else {
            return Ok(false);
        };
        let newest = published.map(|published| (head.origin.clone(), published.size));
        let covered = newest.as_ref().map_or(0, |(_, size)| *size);
        Ok(head.tree.size() > covered || newest != self.memory.seen())
    }

    /// Remembers what another instance published.
    async fn see(
        &self,
        store: &Store,
        head: &LogHead,
        published: &KeptCheckpoint,
        remembered: Option<&Checkpoint>,
    ) -> anyhow::Result<()> {
        let signed = Checkpoint {
            origin: head.origin.clone(),
            size: published.size,
            root: published.root,
        };
        self.continues(store, head, &signed).await?;
        if remembered.is_none_or(|known| known.origin != head.origin || known.size < published.size) {
            let signed = self.signed_here(&published.note, &head.origin)?;
            let signed = signed.ok_or_else(|| NotaryError::ForeignKey(head.origin.clone()))?;
            self.memory.write(&published.note, &signed)?;
        }
        Ok(())
    }

    /// Does the database's log continue what was signed?
    async fn continues(&self, store: &Store, head: &LogHead, signed: &Checkpoint) -> Result<(), NotaryError> {
        let found = head.tree.size();
        if signed.origin != head.origin || signed.size > found {
            return Err(rolled_back(
                signed,
                if signed.origin == head.origin { found } else { 0 },
            ));
        }
        let forked = || NotaryError::Forked {
            origin: signed.origin.clone(),
            signed: signed.size,
        };
        let proof = match store.consistency_proof(head.generation, signed.size, found).await {
            Ok(proof) => proof,
            Err(StoreError::Corrupt(_)) => return Err(forked()),
            Err(other) => return Err(other.into()),
        };
        let root = head.tree.root();
        // What is stored must itself have this root: the head alone could be forged. A database that does not answer
        // says nothing about it.
        let stored = match store.log_root(head.generation, found).await {
            Ok(stored) => stored,
            Err(StoreError::Corrupt(_)) => return Err(forked()),
            Err(other) => return Err(other.into()),
        };
        if stored == root && is_consistent((signed.size, &signed.root), (found, &root), &proof) {
            Ok(())
        } else {
            Err(forked())
        }
    }
}

/// Do the times of the newest leaves fit? What does not is told to the operator; the log's order is that of its places.
async fn clocks(store: &Store, sequenced: usize, now: Instant) -> anyhow::Result<Option<i64>> {
    let Some(head) = store.log_head().await? else {
        return Ok(None);
    };
    let from = head
        .tree
        .size()
        .saturating_sub((sequenced as u64).min(u64::from(BATCH)));
    let apart = store.clocks_apart(head.generation, from, now).await?;
    if apart <= SKEW {
        return Ok(None);
    }
    tracing::warn!(
        seconds = apart,
        "the clocks of two instances differ, or one was set back: look at the time service"
    );
    Ok(Some(apart))
}

fn rolled_back(signed: &Checkpoint, found: u64) -> NotaryError {
    NotaryError::RolledBack {
        origin: signed.origin.clone(),
        signed: signed.size,
        found,
    }
}

/// Must this instance stop writing? Not because the database is slow or another instance was faster.
fn is_grave(error: &anyhow::Error) -> bool {
    match error.downcast_ref::<NotaryError>() {
        Some(NotaryError::Store(inner)) => matches!(inner, StoreError::Corrupt(_)),
        Some(_) => true,
        None => matches!(error.downcast_ref::<StoreError>(), Some(StoreError::Corrupt(_))),
    }
}

//! Asks the witnesses of the policy to cosign the newest checkpoint. What comes back is believed when it verifies.

use super::{Notary, NotaryError};
use crate::{
    audit::{
        checkpoint::Note,
        policy::{Policy, Witness},
        witness::Request,
    },
    domain::Instant,
    store::{Store, StoreError, checkpoints::KeptCheckpoint},
};
use anyhow::Context as _;
use std::time::Duration;

/// How long one witness may take.
const PATIENCE: Duration = Duration::from_secs(5);
/// How far a witness's clock may be from ours, in seconds.
const SKEW: u64 = 300;
/// The longest answer that is read.
const LONGEST_ANSWER: usize = 8 << 10;

/// What came of asking.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    pub witness: String,
    /// In words, if it did not cosign.
    pub declined: Option<String>,
}

impl Notary {
    /// The policy of this instance; none: nobody is asked.
    ///
    /// # Errors
    /// When its file cannot be read or means nothing.
    pub fn policy(&self) -> anyhow::Result<Option<Policy>> {
        let (Some(path), Some(text)) = (&self.policy_file, self.policy_text()?) else {
            return Ok(None);
        };
        let policy = Policy::parse(&text).with_context(|| format!("{} cannot be used", path.display()))?;
        Ok(Some(policy))
    }

    /// The same as its file has it.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn policy_text(&self) -> anyhow::Result<Option<String>> {
        let read = |path: &std::path::PathBuf| {
            std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
        };
        self.policy_file.as_ref().map(read).transpose()
    }

    /// Asks every witness that has not cosigned the newest checkpoint yet, all at once.
    ///
    /// # Errors
    /// When the policy or the database cannot be read. That a witness declines is no error: it is reported.
    pub async fn ask_witnesses(&self, store: &Store, now: Instant) -> anyhow::Result<Vec<Asked>> {
        let (Some(policy), Some(newest)) = (self.policy()?, store.newest_checkpoint().await?) else {
            return Ok(Vec::new());
        };
        let there = store.cosignatures(newest.generation, newest.size).await?;
        let lacking = policy.witnesses.iter().filter(|witness| {
            let name = witness.key.name.as_str();
            witness.url.is_some() && !there.iter().any(|(signed, _)| signed == name)
        });
        let client = reqwest::Client::builder()
            .timeout(PATIENCE)
            .redirect(reqwest::redirect::Policy::none())
            .build()?;
        let asked = lacking.map(|witness| self.ask(store, &client, witness, &newest, now));
        Ok(futures_util::future::join_all(asked).await)
    }

    async fn ask(
        &self,
        store: &Store,
        client: &reqwest::Client,
        witness: &Witness,
        newest: &KeptCheckpoint,
        now: Instant,
    ) -> Asked {
        let done = cosigned(store, client, witness, newest, now).await;
        let declined = done.err().map(|error| format!("{error:#}"));
        if let Some(says) = &declined {
            tracing::warn!(witness = witness.name, says, "not cosigned");
        }
        Asked {
            witness: witness.name.clone(),
            declined,
        }
    }
}

async fn cosigned(
    store: &Store,
    client: &reqwest::Client,
    witness: &Witness,
    newest: &KeptCheckpoint,
    now: Instant,
) -> anyhow::Result<()> {
    let mut old = store.cosigned_until(newest.generation, &witness.key.name).await?;
    for _ in 0..3 {
        let (status, said) = sent(store, client, witness, newest, old).await?;
        match status {
            200 => return keep(store, witness, newest, &said, now).await,
            409 => {
                let size: u64 = said.trim().parse().context("it answers 409 without a size")?;
                anyhow::ensure!(
                    size <= newest.size,
                    "it has cosigned {size} events, but this log has {}: was the database ROLLED BACK?",
                    newest.size
                );
                anyhow::ensure!(size != old, "it has another root for size {size}: the log was FORKED");
                old = size;
            }
            422 => anyhow::bail!("what it cosigned is not continued by this log: the log was FORKED"),
            other => anyhow::bail!("it answers {other}: {}", said.trim()),
        }
    }
    anyhow::bail!("it changes its mind about what it has cosigned")
}

async fn sent(
    store: &Store,
    client: &reqwest::Client,
    witness: &Witness,
    newest: &KeptCheckpoint,
    old: u64,
) -> anyhow::Result<(u16, String)> {
    let proof = match old {
        0 => Vec::new(),
        _ => store.consistency_proof(newest.generation, old, newest.size).await?,
    };
    let request = Request {
        old,
        proof,
        note: newest.note.clone(),
    };
    let url = witness.url.as_deref().unwrap_or_default().trim_end_matches('/');
    let sent = client.post(format!("{url}/add-checkpoint")).body(request.text()).send();
    let mut answer = sent.await.context("it does not answer")?;
    let (status, mut said) = (answer.status().as_u16(), Vec::new());
    while let Some(chunk) = answer.chunk().await? {
        anyhow::ensure!(said.len() + chunk.len() <= LONGEST_ANSWER, "its answer is too long");
        said.extend_from_slice(&chunk);
    }
    Ok((status, String::from_utf8(said).context("its answer is no text")?))
}

/// Keeps the cosignature, if it is one: of this witness, over this checkpoint, and not from another time.
async fn keep(
    store: &Store,
    witness: &Witness,
    newest: &KeptCheckpoint,
    said: &str,
    now: Instant,
) -> anyhow::Result<()> {
    let text = Note::parse(&newest.note)?.text;
    let line = said.lines().find_map(|line| {
        let note = Note::parse(&format!("{text}\n{line}\n")).ok()?;
        Some((line, witness.key.signature_on(&note)?))
    });
    let (line, time) = line.context("what it answers is not its cosignature on this checkpoint")?;
    let ours = u64::try_from(now.as_second()).unwrap_or_default();
    anyhow::ensure!(
        time.abs_diff(ours) <= SKEW,
        "its cosignature is of another time: {time}"
    );
    match store
        .keep_cosignature(newest, &witness.key.name, &format!("{line}\n"))
        .await
    {
        // Another instance asked too.
        Ok(()) | Err(StoreError::Conflict) => Ok(()),
        Err(error) => Err(NotaryError::from(error).into()),
    }
}

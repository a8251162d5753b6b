//! The mail clerk: takes the letters that are owed, writes and sends them, and notes what became of each.
//!
//! A letter is taken under a lease, so that several clerks never work on the same one at once and another takes over
//! when a clerk dies. A clerk that dies between sending and noting causes a second message with the same
//! `Message-ID`: at least once, and recognisably the same.

use crate::{
    config::{MailTls, Settings, Transport},
    domain::{Instant, id::LetterId},
    notify::{
        mailer::{Mailer, Security, SendError, SmtpSettings},
        message::message_id,
        render::{Letterhead, render},
        seal::sealed,
    },
    store::{Store, StoreError, commit::LetterOwed},
};
use anyhow::Context;
use futures_util::{StreamExt, stream};
use jiff::SignedDuration;
use std::{fmt::Display, future::Future, time::Duration};

pub use crate::store::outbox::Claimed;

/// How long a clerk may keep a letter before another may take it.
pub const LEASE: SignedDuration = SignedDuration::from_mins(5);
/// The most letters taken at once.
pub const BATCH: usize = 20;
/// How many of them are on their way at the same time.
const ABREAST: usize = 5;
/// The longest that one letter may take. With [`BATCH`] and [`ABREAST`] all are done before the lease ends.
const PATIENCE: Duration = Duration::from_secs(45);
/// The waits between attempts, in minutes; three days in all. After the last the letter has failed.
const WAITS: &[i64] = &[1, 5, 15, 60, 120, 240, 360, 480, 720, 720, 720, 720, 180];

/// The letters that are owed.
pub trait Outbox: Sync {
    type Error: Display + Send;

    /// Takes up to `limit` letters that are due, oldest first. Nobody else gets them before `now + lease`.
    fn claim(
        &self,
        now: Instant,
        limit: usize,
        lease: SignedDuration,
    ) -> impl Future<Output = Result<Vec<Claimed>, Self::Error>> + Send;

    /// Notes that it was sent, under this `Message-ID`. What was sent stays sent.
    fn mark_sent(
        &self,
        letter: LetterId,
        now: Instant,
        message_id: &str,
    ) -> impl Future<Output = Result<(), Self::Error>> + Send;

    /// Notes a failed attempt: the next at `again`, or none any more. Changes nothing of a letter that was sent.
    fn mark_failed(
        &self,
        letter: LetterId,
        now: Instant,
        reason: &str,
        again: Option<Instant>,
    ) -> impl Future<Output = Result<(), Self::Error>> + Send;
}

impl Outbox for Store {
    type Error = StoreError;

    async fn claim(&self, now: Instant, limit: usize, lease: SignedDuration) -> Result<Vec<Claimed>, StoreError> {
        let until = now.checked_add(lease).unwrap_or(Instant::MAX);
        self.claim_letters(now, until, u32::try_from(limit).unwrap_or(u32::MAX))
            .await
    }

    async fn mark_sent(&self, letter: LetterId, now: Instant, message_id: &str) -> Result<(), StoreError> {
        self.letter_sent(letter, now, message_id).await
    }

    async fn mark_failed(
        &self,
        letter: LetterId,
        _now: Instant,
        reason: &str,
        again: Option<Instant>,
    ) -> Result<(), StoreError> {
        self.letter_failed(letter, again, reason).await
    }
}

/// The way out and the letterhead that the settings name.
///
/// # Errors
/// When the sender is not an address, the password cannot be read, or the TLS settings cannot be used.
///
/// # Panics
/// Outside a tokio runtime, which the connections need.
pub fn equipment(settings: &Settings) -> anyhow::Result<(Mailer, Letterhead)> {
    let mail = &settings.mail;
    let sender: lettre::message::Mailbox = mail.from.parse().context("mail.from is not an address")?;
    let letterhead = Letterhead {
        base_url: settings.server.base_url.clone(),
        from_name: sender.name.unwrap_or_else(|| "Corridor".to_owned()),
        from_address: sender.email.to_string(),
    };
    if mail.transport == Transport::Folder {
        return Ok((Mailer::Folder(settings.letters_folder()), letterhead));
    }
    let smtp = &mail.smtp;
    let password = smtp.secret().context("the mail server's password")?;
    let server = SmtpSettings {
        host: smtp.host.clone(),
        port: smtp.port,
        security: match smtp.tls {
            MailTls::None => Security::None,
            MailTls::Starttls => Security::StartTls,
            MailTls::Tls => Security::Tls,
        },
        credentials: password.map(|password| (smtp.user.clone(), password)),
        extra_root: None,
        timeout: Duration::from_secs(smtp.timeout_seconds),
        connections: ABREAST as u32,
    };
    Ok((Mailer::smtp(&server).context("the mail server's TLS")?, letterhead))
}

/// What a clerk did in one go.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TickReport {
    pub claimed: usize,
    pub sent: usize,
    /// To be tried again.
    pub postponed: usize,
    /// Given up.
    pub failed: usize,
    /// Sent or tried, but the outbox could not be told.
    pub unmarked: usize,
    /// The outbox could not be asked for letters.
    pub outbox_down: bool,
}

#[derive(Clone, Copy)]
enum Fate {
    Sent,
    Postponed,
    Failed,
    Unmarked,
}

/// When to try again after this many failed attempts; none: give up.
#[must_use]
pub fn next_attempt(now: Instant, attempts: u32) -> Option<Instant> {
    let wait = WAITS.get(usize::try_from(attempts).ok()?.checked_sub(1)?)?;
    now.checked_add(SignedDuration::from_mins(*wait)).ok()
}

/// One go: takes what is due, sends it, notes the result. Never fails: what went wrong is in the report and the log.
pub async fn tick(outbox: &impl Outbox, mailer: &Mailer, now: Instant, letterhead: &Letterhead) -> TickReport {
    let mut report = TickReport::default();
    let claimed = match outbox.claim(now, BATCH, LEASE).await {
        Ok(claimed) => claimed,
        Err(error) => {
            tracing::error!(%error, "letters: the outbox does not answer");
            report.outbox_down = true;
            return report;
        }
    };
    report.claimed = claimed.len();
    let mut fates = stream::iter(claimed)
        .map(|claimed| async move { deliver(outbox, mailer, now, letterhead, &claimed).await })
        .buffer_unordered(ABREAST);
    while let Some(fate) = fates.next().await {
        match fate {
            Fate::Sent => report.sent += 1,
            Fate::Postponed => report.postponed += 1,
            Fate::Failed => report.failed += 1,
            Fate::Unmarked => report.unmarked += 1,
        }
    }
    report
}

async fn deliver(
    outbox: &impl Outbox,
    mailer: &Mailer,
    now: Instant,
    letterhead: &Letterhead,
    claimed: &Claimed,
) -> Fate {
    let letter = &claimed.letter;
    let (fate, marked) = match send(mailer, letterhead, claimed).await {
        Ok(()) => (
            Fate::Sent,
            outbox.mark_sent(letter.id, now, &message_id(letter, letterhead)).await,
        ),
        Err(error) => {
            let again = match &error {
                SendError::Temporary(_) => next_attempt(now, claimed.attempts.saturating_add(1)),
                SendError::Permanent(_) => None,
            };
            log(letter, &error, again);
            let fate = if again.is_some() { Fate::Postponed } else { Fate::Failed };
            (
                fate,
                outbox.mark_failed(letter.id, now, &error.to_string(), again).await,
            )
        }
    };
    match marked {
        Ok(()) => fate,
        Err(error) => {
            tracing::error!(letter = %letter.id, %error, "letters: the outcome could not be noted");
            Fate::Unmarked
        }
    }
}

async fn send(mailer: &Mailer, letterhead: &Letterhead, claimed: &Claimed) -> Result<(), SendError> {
    let letter = &claimed.letter;
    let mut written = render(letter, letterhead).map_err(|error| SendError::Permanent(error.to_string()))?;
    if let Some(note) = &claimed.checkpoint {
        written = sealed(written, note, letter.language);
    }
    match tokio::time::timeout(PATIENCE, mailer.send(letter, &written, letterhead)).await {
        Ok(sent) => sent,
        Err(_) => Err(SendError::Temporary("the mail server took too long".to_owned())),
    }
}

fn log(letter: &LetterOwed, error: &SendError, again: Option<Instant>) {
    match again {
        Some(again) => tracing::warn!(letter = %letter.id, %again, %error, "letters: not delivered yet"),
        None => tracing::error!(letter = %letter.id, %error, "letters: given up"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_and_end_after_three_days() {
        let start: Instant = "2025-10-01T10:00:00Z".parse().unwrap();
        let (mut now, mut attempts, mut times) = (start, 1, Vec::new());
        while let Some(again) = next_attempt(now, attempts) {
            times.push(again.duration_since(start).as_mins());
            (now, attempts) = (again, attempts + 1);
        }
        assert_eq!(times[..5], [1, 6, 21, 81, 201]);
        let hours = now.duration_since(start).as_hours();
        assert!((72..73).contains(&hours), "{hours}");
        assert_eq!(attempts as usize, WAITS.len() + 1);
    }

    #[tokio::test]
    async fn the_settings_name_the_sender_and_the_way_out() {
        let mut settings = Settings::default();
        settings.mail.from = "Waivers <waivers@example.org>".to_owned();
        let (mailer, letterhead) = equipment(&settings).unwrap();
        assert!(matches!(mailer, Mailer::Folder(folder) if folder == settings.letters_folder()));
        assert_eq!(
            (letterhead.from_name.as_str(), letterhead.host()),
            ("Waivers", "example.org")
        );
        settings.mail.transport = Transport::Smtp;
        assert!(matches!(equipment(&settings).unwrap().0, Mailer::Smtp(_)));
        settings.mail.from = "nobody".to_owned();
        assert!(equipment(&settings).is_err());
    }

    #[test]
    fn a_batch_is_done_before_its_lease_ends() {
        let rounds = u32::try_from(BATCH.div_ceil(ABREAST)).unwrap();
        assert!(SignedDuration::try_from(PATIENCE * rounds).unwrap() < LEASE);
    }
}

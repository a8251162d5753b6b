//! An outbox in memory, with leases, that can be told to fail.

use corridor::{
    domain::{Instant, id::LetterId},
    jobs::mail_clerk::{Claimed, Outbox},
    store::commit::LetterOwed,
};
use jiff::SignedDuration;
use std::sync::{
    Mutex,
    atomic::{AtomicBool, Ordering},
};

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Status {
    Waiting,
    Sent { message_id: String },
    Failed { reason: String },
}

pub struct Row {
    pub letter: LetterOwed,
    pub attempts: u32,
    pub due: Instant,
    pub status: Status,
    pub marked_sent: u32,
}

#[derive(Default)]
pub struct InMemory {
    pub rows: Mutex<Vec<Row>>,
    /// The clerk is killed before it can note that a letter was sent.
    pub deaf: AtomicBool,
}

impl InMemory {
    /// Owes this letter; once for each event and address.
    pub fn owe(&self, letter: LetterOwed) {
        let mut rows = self.rows.lock().unwrap();
        if !rows
            .iter()
            .any(|row| row.letter.event == letter.event && row.letter.address == letter.address)
        {
            let due = letter.owed_since;
            rows.push(Row {
                letter,
                attempts: 0,
                due,
                status: Status::Waiting,
                marked_sent: 0,
            });
        }
    }

    pub fn statuses(&self) -> Vec<Status> {
        self.rows.lock().unwrap().iter().map(|row| row.status.clone()).collect()
    }

    fn change(&self, id: LetterId, change: impl FnOnce(&mut Row)) {
        let mut rows = self.rows.lock().unwrap();
        change(rows.iter_mut().find(|row| row.letter.id == id).unwrap());
    }
}

impl Outbox for InMemory {
    type Error = String;

    async fn claim(&self, now: Instant, limit: usize, lease: SignedDuration) -> Result<Vec<Claimed>, String> {
        let mut rows = self.rows.lock().unwrap();
        let due = rows
            .iter_mut()
            .filter(|row| row.status == Status::Waiting && row.due <= now)
            .take(limit);
        let claimed = due.map(|row| {
            row.due = now + lease;
            row.attempts += 1;
            Claimed {
                letter: row.letter.clone(),
                attempts: row.attempts - 1,
                checkpoint: None,
            }
        });
        Ok(claimed.collect())
    }

    async fn mark_sent(&self, letter: LetterId, _now: Instant, message_id: &str) -> Result<(), String> {
        if self.deaf.load(Ordering::SeqCst) {
            return Err("killed".to_owned());
        }
        self.change(letter, |row| {
            row.status = Status::Sent {
                message_id: message_id.to_owned(),
            };
            row.marked_sent += 1;
        });
        Ok(())
    }

    async fn mark_failed(
        &self,
        letter: LetterId,
        _now: Instant,
        reason: &str,
        again: Option<Instant>,
    ) -> Result<(), String> {
        self.change(letter, |row| match (&row.status, again) {
            (Status::Waiting, Some(again)) => row.due = again,
            (Status::Waiting, None) => {
                row.status = Status::Failed {
                    reason: reason.to_owned(),
                }
            }
            _ => {}
        });
        Ok(())
    }
}

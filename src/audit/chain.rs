//! The chain check: are the events of a stream all there, in order, unedited?

use super::leaf::{LeafError, NO_PREDECESSOR, Opened, PrivateValue, leaf_hash, open, open_strictly};
use uuid::Uuid;

/// What is wrong with an event.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    #[error(transparent)]
    Leaf(#[from] LeafError),
    #[error("the recorded hash is not the hash of the event")]
    Hash,
    #[error("the event names another predecessor than the one before it")]
    Predecessor,
    #[error("event {expected} of the stream is expected here, but this is event {found}")]
    Gap { expected: u32, found: u32 },
    #[error("the history of the stream does not begin with its first event")]
    Beginning,
    #[error("the streams are not in order, or one occurs twice")]
    Order,
}

impl Fault {
    /// The stable code of this fault.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Leaf(LeafError::Commitment(_)) => "commitment",
            Self::Leaf(LeafError::Stray(_)) => "stray_opening",
            Self::Leaf(_) => "leaf",
            Self::Hash => "hash",
            Self::Predecessor => "predecessor",
            Self::Gap { .. } => "gap",
            Self::Beginning => "beginning",
            Self::Order => "order",
        }
    }
}

/// Where a stream stands after its last checked event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tail {
    pub kind: String,
    pub stream: Uuid,
    pub first: u32,
    pub last: u32,
    pub hash: [u8; 32],
}

/// Checks events that come stream by stream (by kind, then id), each stream in the order of its sequence. It
/// remembers one event, however long the history.
#[derive(Clone, Debug)]
pub struct Chain {
    whole: bool,
    tail: Option<Tail>,
}

impl Chain {
    /// For streams that must begin with their first event.
    #[must_use]
    pub fn of_whole_streams() -> Self {
        Self {
            whole: true,
            tail: None,
        }
    }

    /// For parts of streams: each may begin anywhere, but has no gap.
    #[must_use]
    pub fn of_parts() -> Self {
        Self {
            whole: false,
            tail: None,
        }
    }

    /// Where the present stream stands.
    #[must_use]
    pub fn tail(&self) -> Option<&Tail> {
        self.tail.as_ref()
    }

    /// Checks the next event. After a fault the check goes on from this event, so that one fault is reported once.
    ///
    /// # Errors
    /// The first thing that is wrong with the event.
    pub fn next(&mut self, body: &[u8], hash: &[u8; 32], private: &[PrivateValue]) -> Result<Opened, Fault> {
        match open_strictly(body, private) {
            Ok(opened) => {
                let verdict = self.check(&opened, body, hash);
                self.stand_at(&opened, hash);
                verdict.map(|()| opened)
            }
            Err(error) => {
                if let Ok(opened) = open(body, &[]) {
                    self.stand_at(&opened, hash);
                }
                Err(error.into())
            }
        }
    }

    fn stand_at(&mut self, opened: &Opened, hash: &[u8; 32]) {
        let first = match &self.tail {
            Some(tail) if same(tail, opened) => tail.first,
            _ => opened.seq,
        };
        self.tail = Some(Tail {
            kind: opened.kind.clone(),
            stream: opened.stream,
            first,
            last: opened.seq,
            hash: *hash,
        });
    }

    fn check(&self, opened: &Opened, body: &[u8], hash: &[u8; 32]) -> Result<(), Fault> {
        match &self.tail {
            Some(tail) if same(tail, opened) => {
                let expected = tail.last.saturating_add(1);
                if opened.seq != expected {
                    return Err(Fault::Gap {
                        expected,
                        found: opened.seq,
                    });
                }
                if opened.prev != tail.hash {
                    return Err(Fault::Predecessor);
                }
            }
            Some(tail) if (tail.kind.as_str(), tail.stream) > (opened.kind.as_str(), opened.stream) => {
                return Err(Fault::Order);
            }
            _ if self.whole && opened.seq != 1 => return Err(Fault::Beginning),
            _ if (opened.seq == 1) != (opened.prev == NO_PREDECESSOR) => return Err(Fault::Predecessor),
            _ => {}
        }
        if leaf_hash(body) == *hash {
            Ok(())
        } else {
            Err(Fault::Hash)
        }
    }
}

fn same(tail: &Tail, opened: &Opened) -> bool {
    tail.stream == opened.stream && tail.kind == opened.kind
}

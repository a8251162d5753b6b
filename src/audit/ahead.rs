//! Leaves read ahead: one thread unpacks them, others hash each and look at it, and the check takes them in their order.

use super::{
    bundle::BundleManifest,
    entries::{Archive, Inspection, cut, listed, wrong},
    leaf::{LONGEST_BODY, leaf_hash},
    scan::{Brief, brief},
    tree::Hash,
};
use std::{
    io::{Read, Seek},
    sync::{
        Mutex, PoisonError,
        mpsc::{Receiver, SyncSender, sync_channel},
    },
    thread::{Scope, available_parallelism},
};

/// The entry with the leaves.
pub(super) const EVENTS: &str = "events.ndjson";
/// How many bytes are unpacked at once.
const USUAL: u64 = 256 << 10;
/// How many batches are under way.
const AHEAD: usize = 6;

/// Whole lines, and what was found in each.
#[derive(Debug, Default)]
pub(super) struct Batch {
    /// The lines as they stand in the entry.
    pub(super) bytes: Vec<u8>,
    looks: Vec<Look>,
}

#[derive(Debug)]
struct Look {
    /// Where its line ends, before the newline.
    end: usize,
    hash: Hash,
    brief: Option<Brief>,
}

/// One leaf.
#[derive(Debug)]
pub(super) struct Leaf<'a> {
    pub(super) body: &'a [u8],
    pub(super) hash: Hash,
    /// None if it has to be read the long way, or if nobody asked.
    pub(super) brief: Option<&'a Brief>,
}

impl Batch {
    /// Looks at every leaf; `glance` if it is worth reading what can be read at a glance.
    fn look(&mut self, glance: bool) {
        let mut begins = 0;
        for end in memchr::memchr_iter(b'\n', &self.bytes) {
            let body = self.bytes.get(begins..end).unwrap_or_default();
            self.looks.push(Look {
                end,
                hash: leaf_hash(body),
                brief: glance.then(|| brief(body)).flatten(),
            });
            begins = end + 1;
        }
    }

    pub(super) fn leaves(&self) -> impl Iterator<Item = Leaf<'_>> {
        let begins = [0].into_iter().chain(self.looks.iter().map(|look| look.end + 1));
        begins.zip(&self.looks).map(|(begin, look)| Leaf {
            body: self.bytes.get(begin..look.end).unwrap_or_default(),
            hash: look.hash,
            brief: look.brief.as_ref(),
        })
    }
}

/// A batch that somebody is looking at, or why there is none.
pub(super) type Coming = Result<Receiver<Batch>, Inspection>;

/// Begins to read ahead. Whoever takes the batches need not take all of them.
pub(super) fn read_ahead<'scope, R: Read + Seek>(
    scope: &'scope Scope<'scope, '_>,
    archive: impl FnOnce() -> Result<Archive<R>, Inspection> + Send + 'scope,
    manifest: &'scope BundleManifest,
    glance: bool,
) -> Receiver<Coming> {
    let (ready, batches) = sync_channel(AHEAD);
    let (give, take) = sync_channel::<(Batch, SyncSender<Batch>)>(AHEAD);
    let take = std::sync::Arc::new(Mutex::new(take));
    for _ in 0..available_parallelism().map_or(1, usize::from).min(8) {
        let take = take.clone();
        scope.spawn(move || {
            loop {
                let taken = take.lock().unwrap_or_else(PoisonError::into_inner).recv();
                let Ok((mut batch, done)) = taken else { return };
                batch.look(glance);
                // Nobody may want it any more.
                let _ = done.send(batch);
            }
        });
    }
    scope.spawn(move || {
        let unpack = || -> Result<(), Inspection> {
            let mut archive = archive()?;
            unpack(&mut archive, manifest, |batch| {
                let (done, coming) = sync_channel(1);
                give.send((batch, done)).is_ok() && ready.send(Ok(coming)).is_ok()
            })
        };
        if let Err(error) = unpack() {
            let _ = ready.send(Err(error));
        }
    });
    batches
}

/// Unpacks the entry and hands on its lines, a batch at a time, until they are no longer wanted.
fn unpack<R: Read + Seek>(
    archive: &mut Archive<R>,
    manifest: &BundleManifest,
    mut hand_on: impl FnMut(Batch) -> bool,
) -> Result<(), Inspection> {
    let entry = listed(manifest, EVENTS)?;
    let mut file = archive
        .by_name(EVENTS)
        .map_err(|error| wrong("entries", format!("{EVENTS}: {error}")))?;
    let (mut total, mut rest) = (0, Vec::new());
    loop {
        let mut bytes = std::mem::take(&mut rest);
        bytes.reserve(USUAL as usize);
        let read = Read::take(&mut file, USUAL).read_to_end(&mut bytes);
        // What came before an error is checked before the error is told.
        let ended = memchr::memrchr(b'\n', &bytes).map_or(0, |last| last + 1);
        rest = bytes.split_off(ended);
        let looks = Vec::new();
        if !bytes.is_empty() && !hand_on(Batch { bytes, looks }) {
            return Ok(());
        }
        let read = read?;
        total += read as u64;
        if rest.len() > LONGEST_BODY || total > entry.bytes || (read == 0 && !rest.is_empty()) {
            return Err(cut(EVENTS));
        }
        if read == 0 {
            return Ok(());
        }
    }
}

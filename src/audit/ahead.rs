//! Leaves read ahead: one thread unpacks them, others hash each and look at it, and the check takes them in their order.

use super::{
    bundle::BundleManifest,
    entries::{Archive, Inspection, Measured, changed, cut, listed, wrong},
    leaf::{LONGEST_BODY, leaf_hash},
    scan::{Brief, brief},
    tree::Hash,
};
use std::{
    io::{self, Read, Seek, Write as _},
    sync::{
        Mutex, PoisonError,
        mpsc::{Receiver, SyncSender, sync_channel},
    },
    thread::{Scope, available_parallelism},
};

/// The entry with the leaves.
pub(super) const EVENTS: &str = "events.ndjson";
/// How many bytes are unpacked at once. To wake another thread takes as long as to look at some dozen leaves.
const USUAL: usize = 512 << 10;
/// How many batches are under way.
const AHEAD: usize = 12;

/// Whole lines, and what was found in each. Used again and again: fresh memory would have to be cleared each time.
#[derive(Debug, Default)]
pub(super) struct Batch {
    room: Vec<u8>,
    /// How much of the room is lines.
    used: usize,
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
    /// The lines as they stand in the entry.
    pub(super) fn bytes(&self) -> &[u8] {
        self.room.get(..self.used).unwrap_or_default()
    }

    /// Fills it with what was left of the batch before and with what the file has next, as far as whole lines go; what
    /// is left now, and how much was read.
    fn fill(&mut self, rest: &[u8], file: &mut impl Read) -> (Vec<u8>, io::Result<usize>) {
        self.looks.clear();
        self.room.resize(LONGEST_BODY + USUAL, 0);
        let (front, back) = self.room.split_at_mut(rest.len());
        front.copy_from_slice(rest);
        let back = back.get_mut(..USUAL).unwrap_or_default();
        let (mut read, mut ended) = (0, Ok(()));
        while let Some(empty) = back.get_mut(read..).filter(|empty| !empty.is_empty()) {
            match file.read(empty) {
                Ok(0) => break,
                Ok(more) => read += more,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    ended = Err(error);
                    break;
                }
            }
        }
        let filled = self.room.get(..rest.len() + read).unwrap_or_default();
        self.used = memchr::memrchr(b'\n', filled).map_or(0, |last| last + 1);
        let rest = filled.get(self.used..).unwrap_or_default().to_vec();
        (rest, ended.map(|()| read))
    }

    /// Looks at every leaf; `glance` if it is worth reading what can be read at a glance.
    fn look(&mut self, glance: bool) {
        let mut begins = 0;
        let bytes = self.room.get(..self.used).unwrap_or_default();
        for end in memchr::memchr_iter(b'\n', bytes) {
            let body = bytes.get(begins..end).unwrap_or_default();
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
            body: self.bytes().get(begin..look.end).unwrap_or_default(),
            hash: look.hash,
            brief: look.brief.as_ref(),
        })
    }
}

/// A batch that somebody is looking at, or why there is none.
pub(super) type Coming = Result<Receiver<Batch>, Inspection>;

/// The batches in their order, and where they go when they were taken.
pub(super) type Batches = (Receiver<Coming>, SyncSender<Batch>);

/// Begins to read ahead. Whoever takes the batches need not take all of them, nor give any back.
pub(super) fn read_ahead<'scope, R: Read + Seek>(
    scope: &'scope Scope<'scope, '_>,
    archive: impl FnOnce() -> Result<Archive<R>, Inspection> + Send + 'scope,
    manifest: &'scope BundleManifest,
    glance: bool,
) -> Batches {
    let (ready, batches) = sync_channel(AHEAD);
    let (give_back, spare) = sync_channel::<Batch>(AHEAD);
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
            unpack(&mut archive, manifest, &spare, |batch| {
                let (done, coming) = sync_channel(1);
                give.send((batch, done)).is_ok() && ready.send(Ok(coming)).is_ok()
            })
        };
        if let Err(error) = unpack() {
            let _ = ready.send(Err(error));
        }
    });
    (batches, give_back)
}

/// Unpacks the entry and hands on its lines, a batch at a time, until they are no longer wanted.
fn unpack<R: Read + Seek>(
    archive: &mut Archive<R>,
    manifest: &BundleManifest,
    spare: &Receiver<Batch>,
    mut hand_on: impl FnMut(Batch) -> bool,
) -> Result<(), Inspection> {
    let entry = listed(manifest, EVENTS)?;
    let mut file = archive
        .by_name(EVENTS)
        .map_err(|error| wrong("entries", format!("{EVENTS}: {error}")))?;
    let (mut sum, mut total, mut rest) = (Measured::default(), 0, Vec::new());
    loop {
        let mut batch = spare.try_recv().unwrap_or_default();
        let read;
        (rest, read) = batch.fill(&rest, &mut file);
        // Hashed by whoever has it in the cache.
        sum.write_all(batch.bytes())?;
        // What came before an error is checked before the error is told.
        if batch.used > 0 && !hand_on(batch) {
            return Ok(());
        }
        let read = read?;
        total += read as u64;
        if rest.len() > LONGEST_BODY || total > entry.bytes || (read == 0 && !rest.is_empty()) {
            return Err(cut(EVENTS));
        }
        if read == 0 {
            return if sum.entry() == *entry {
                Ok(())
            } else {
                Err(changed(EVENTS))
            };
        }
    }
}

//! Leaves read ahead: one thread unpacks them, each is hashed and looked at by whoever has nothing else to do, and the check
//! takes them in their order.

use super::{
    belt::{Belt, Next},
    bundle::BundleManifest,
    entries::{Archive, Inspection, Measured, changed, cut, listed, wrong},
    leaf::{LONGEST_BODY, leaf_hash},
    scan::{Brief, brief},
    tree::Hash,
};
use std::{
    io::{self, Read, Seek, Write as _},
    sync::{
        Arc,
        mpsc::{Receiver, SyncSender, sync_channel},
    },
    thread::{Scope, ScopedJoinHandle, available_parallelism},
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

type Looks = Belt<Batch, Box<dyn Fn(&mut Batch) + Send + Sync>>;

/// The batches in their order.
pub(super) struct Batches<'scope> {
    belt: Arc<Looks>,
    unpacker: Option<ScopedJoinHandle<'scope, Result<(), Inspection>>>,
    give_back: SyncSender<Batch>,
}

impl Batches<'_> {
    /// The next one, looked at.
    ///
    /// # Errors
    /// What is wrong with the entry, after everything before it was taken.
    pub(super) fn next(&mut self) -> Result<Option<Batch>, Inspection> {
        let gone = || wrong("unreadable", "the events could not be read to their end");
        match self.belt.take() {
            Next::Thing(batch) => Ok(Some(batch)),
            Next::Lost => Err(gone()),
            Next::End => match self.unpacker.take().map(ScopedJoinHandle::join) {
                Some(Err(_)) => Err(gone()),
                Some(Ok(ended)) => ended.map(|()| None),
                None => Ok(None),
            },
        }
    }

    /// Gives one back, to be used again.
    pub(super) fn give_back(&self, batch: Batch) {
        // If there are enough of them it is not needed.
        let _ = self.give_back.try_send(batch);
    }
}

impl Drop for Batches<'_> {
    fn drop(&mut self) {
        self.belt.leave();
    }
}

/// Begins to read ahead. Whoever takes the batches need not take all of them, nor give any back.
pub(super) fn read_ahead<'scope, R: Read + Seek>(
    scope: &'scope Scope<'scope, '_>,
    archive: impl FnOnce() -> Result<Archive<R>, Inspection> + Send + 'scope,
    manifest: &'scope BundleManifest,
    glance: bool,
) -> Batches<'scope> {
    let belt = Arc::new(Belt::new(
        AHEAD,
        Box::new(move |batch: &mut Batch| batch.look(glance)) as Box<_>,
    ));
    let (give_back, spare) = sync_channel::<Batch>(AHEAD);
    // Whoever unpacks and whoever checks look at batches, too.
    let others = available_parallelism()
        .map_or(0, |cores| cores.get().saturating_sub(2))
        .min(6);
    for _ in 0..others {
        let belt = belt.clone();
        scope.spawn(move || belt.work_along());
    }
    let unpacked = Closing(belt.clone());
    let unpacker = scope.spawn(move || unpack(&mut archive()?, manifest, &spare, |batch| unpacked.0.put(batch)));
    Batches {
        belt,
        unpacker: Some(unpacker),
        give_back,
    }
}

/// Says that nothing more comes, whatever ended the unpacking.
struct Closing(Arc<Looks>);

impl Drop for Closing {
    fn drop(&mut self) {
        self.0.close();
    }
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

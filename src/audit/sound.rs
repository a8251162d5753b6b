//! A file that fails for good: once something went wrong with it, nothing more is written.
//!
//! Whoever packs an archive closes it when it is dropped, also after an error, and would do so on a file whose middle is
//! missing: after a disk that was full for a moment only, that ends in a panic or in an archive that looks whole.

use std::io::{self, Seek, SeekFrom, Write};

#[derive(Debug)]
pub(super) struct Sound<W> {
    out: W,
    failed: bool,
}

impl<W> Sound<W> {
    pub(super) fn new(out: W) -> Self {
        Self { out, failed: false }
    }

    pub(super) fn into_inner(self) -> W {
        self.out
    }

    fn once<T>(&mut self, act: impl FnOnce(&mut W) -> io::Result<T>) -> io::Result<T> {
        if self.failed {
            return Err(io::Error::other("the file was given up after an error"));
        }
        let result = act(&mut self.out);
        // A call that was only interrupted is made again.
        self.failed = result
            .as_ref()
            .is_err_and(|error| error.kind() != io::ErrorKind::Interrupted);
        result
    }
}

impl<W: Write> Write for Sound<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.once(|out| out.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.once(W::flush)
    }
}

impl<W: Seek> Seek for Sound<W> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.once(|out| out.seek(to))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::bundle::{BundleKind, BundleManifest, BundleWriter, FORMAT};
    use std::io::{BufWriter, Cursor};

    /// A disk that is full at one call, once.
    struct Disk {
        kept: Cursor<Vec<u8>>,
        calls: usize,
        full_at: usize,
    }

    impl Disk {
        fn call(&mut self) -> io::Result<()> {
            self.calls += 1;
            if self.calls == self.full_at {
                return Err(io::ErrorKind::StorageFull.into());
            }
            Ok(())
        }
    }

    impl Write for Disk {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.call()?;
            self.kept.write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            self.kept.flush()
        }
    }

    impl Seek for Disk {
        fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
            self.kept.seek(to)
        }
    }

    /// A bundle of two entries on a disk that is full at this call; the calls that were made.
    fn bundle(full_at: usize) -> io::Result<usize> {
        let (kept, calls) = (Cursor::new(Vec::new()), 0);
        let disk = Disk { kept, calls, full_at };
        let mut bundle = BundleWriter::new(BufWriter::with_capacity(512, disk));
        let mut chance = 1_u32;
        for name in ["events.ndjson", "verify.py"] {
            bundle.begin(name)?;
            for _ in 0..200 {
                // Nothing that packs well.
                chance = chance.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                bundle.write(hex::encode(chance.to_be_bytes()).as_bytes())?;
            }
        }
        let manifest = BundleManifest {
            events: 0,
            files: Default::default(),
            filter: serde_json::json!({}),
            format: FORMAT.to_owned(),
            kind: BundleKind::Full,
            opened: 0,
            origin: "log.example/log/1".to_owned(),
            size: 0,
            withhold: false,
        };
        let (out, _) = bundle.finish(manifest)?;
        Ok(out.into_inner()?.calls)
    }

    #[test]
    fn a_disk_that_is_full_for_a_moment_ends_the_bundle() {
        let calls = bundle(0).unwrap();
        assert!(calls > 5, "{calls}");
        for full_at in 1..=calls {
            assert!(bundle(full_at).is_err(), "call {full_at} of {calls}");
        }
    }
}

//! A planned change of the log's key. The next key lies in a file beside the present one; as long as it does, both sign.
//!
//! That the key is added, and that the old one is retired, stands in the log (see `process::log_keys`). A stolen key is
//! not changed in this way: then the log itself is begun anew (see `recover`).

use super::Notary;
use crate::{
    audit::checkpoint::{Checkpoint, KeyKind, Signer, Verifier},
    auth::keys::secret_file,
};
use anyhow::{Context as _, ensure};
use std::{
    fs::{self, File},
    path::{Path, PathBuf},
};

impl Notary {
    /// Where the next key lies while both sign.
    pub(super) fn coming_path(&self) -> PathBuf {
        self.secret_path.with_extension("coming")
    }

    /// The keys that sign, the present one first.
    pub(super) fn signers(&self, origin: &str) -> anyhow::Result<Vec<Signer>> {
        let mut signers = vec![self.signer(origin)?];
        if self.coming_path().exists() {
            signers.push(self.coming(origin)?);
        }
        Ok(signers)
    }

    fn coming(&self, origin: &str) -> anyhow::Result<Signer> {
        let secret = secret_file(&self.coming_path()).context("the next key of the log")?;
        Signer::new(origin, KeyKind::Log, &secret).with_context(|| format!("{origin} cannot be the name of a key"))
    }

    /// The public keys of this generation of the log, the present one first.
    ///
    /// # Errors
    /// When a key cannot be read.
    pub fn verifiers(&self, origin: &str) -> anyhow::Result<Vec<Verifier>> {
        let signers = self.signers(origin)?;
        Ok(signers.iter().map(|signer| signer.verifier().clone()).collect())
    }

    /// The checkpoint of a note that a key of this instance signed.
    pub(super) fn signed_here(&self, note: &str, origin: &str) -> anyhow::Result<Option<Checkpoint>> {
        for key in self.verifiers(origin)? {
            if let Some(signed) = Checkpoint::signed_by(note, &key)? {
                return Ok(Some(signed));
            }
        }
        Ok(None)
    }

    /// Makes the next key, unless it is there: from now on both sign. The present one and the next.
    ///
    /// # Errors
    /// When a key cannot be read or made.
    pub fn prepare_key(&self, origin: &str) -> anyhow::Result<(Verifier, Verifier)> {
        let present = self.verifier(origin)?;
        Ok((present, self.coming(origin)?.verifier().clone()))
    }

    /// Lets the next key sign alone. The old one stays beside it under another name, for whoever must destroy it.
    ///
    /// # Errors
    /// When there is no next key, or a file cannot be written: then both go on signing.
    pub fn retire_key(&self, origin: &str) -> anyhow::Result<PathBuf> {
        let coming = self.coming_path();
        ensure!(
            coming.exists(),
            "there is no next key: begin with `corridor log rotate`"
        );
        let old = self.verifier(origin)?.vkey();
        let id = old.split('+').nth(1).unwrap_or_default();
        let aside = self.secret_path.with_extension(format!("retired-{id}"));
        // A second name first, then the exchange in one step: there is always a key that signs.
        if !aside.exists() {
            fs::hard_link(&self.secret_path, &aside).with_context(|| format!("cannot make {}", aside.display()))?;
        }
        fs::rename(&coming, &self.secret_path)?;
        File::open(self.secret_path.parent().unwrap_or(Path::new(".")))?.sync_all()?;
        Ok(aside)
    }
}

//! A document on its way in.

use super::{DocumentError, MediaKind, inspect::Inspector};
use crate::domain::id::DocumentId;
use bytes::Bytes;
use futures_util::{Stream, StreamExt as _};
use object_store::{MultipartUpload, WriteMultipart};
use sha2::{Digest as _, Sha256};
use std::fmt;

/// Parts that may be on their way to the store at a time.
const AT_ONCE: usize = 2;

/// A document that was received whole, is what it was announced as, and now waits in quarantine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Received {
    pub id: DocumentId,
    /// The sender's name for it, fit to be shown.
    pub name: String,
    pub kind: MediaKind,
    /// Number of bytes.
    pub bytes: u64,
    /// SHA-256 of the bytes.
    pub sha256: [u8; 32],
}

/// A document being received. Nothing of it can be read before [`Receiving::finish`]; when it is dropped or aborted,
/// nothing of it remains.
pub struct Receiving {
    id: DocumentId,
    name: String,
    kind: MediaKind,
    most: u64,
    bytes: u64,
    sha256: Sha256,
    inspector: Option<Inspector>,
    upload: Option<WriteMultipart>,
}

impl fmt::Debug for Receiving {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Receiving")
            .field("id", &self.id)
            .field("bytes", &self.bytes)
            .finish_non_exhaustive()
    }
}

impl Receiving {
    pub(super) fn new(
        id: DocumentId,
        name: String,
        kind: MediaKind,
        most: u64,
        upload: Box<dyn MultipartUpload>,
        part_bytes: usize,
    ) -> Self {
        Self {
            id,
            name,
            kind,
            most,
            bytes: 0,
            sha256: Sha256::new(),
            inspector: Some(Inspector::new(kind)),
            upload: Some(WriteMultipart::new_with_chunk_size(upload, part_bytes)),
        }
    }

    /// The next bytes. After an error only [`Receiving::abort`] makes sense.
    ///
    /// # Errors
    /// [`DocumentError::TooLarge`] beyond the limit, [`DocumentError::Refused`] for content that is not accepted,
    /// [`DocumentError::StorageFull`] and [`DocumentError::Unavailable`].
    pub async fn write(&mut self, chunk: Bytes) -> Result<(), DocumentError> {
        self.bytes += chunk.len() as u64;
        if self.bytes > self.most {
            return Err(DocumentError::TooLarge { most: self.most });
        }
        let (Some(inspector), Some(upload)) = (&mut self.inspector, &mut self.upload) else {
            return Err(DocumentError::CutShort);
        };
        inspector.pass(&chunk)?;
        self.sha256.update(&chunk);
        upload.wait_for_capacity(AT_ONCE).await?;
        upload.put(chunk);
        Ok(())
    }

    /// The end: the document is judged as a whole, and kept under its id.
    ///
    /// # Errors
    /// As [`Receiving::write`]; nothing of the document remains.
    pub async fn finish(mut self) -> Result<Received, DocumentError> {
        let judged = self
            .inspector
            .take()
            .ok_or(DocumentError::CutShort)
            .and_then(Inspector::finish);
        if let Err(error) = judged {
            self.abort().await;
            return Err(error);
        }
        let upload = self.upload.take().ok_or(DocumentError::CutShort)?;
        upload.finish().await?;
        Ok(Received {
            id: self.id,
            name: std::mem::take(&mut self.name),
            kind: self.kind,
            bytes: self.bytes,
            sha256: std::mem::take(&mut self.sha256).finalize().into(),
        })
    }

    /// Takes a whole stream, and finishes or aborts.
    ///
    /// # Errors
    /// As [`Receiving::write`]; [`DocumentError::CutShort`] when the stream fails.
    pub async fn take_all<E>(
        mut self,
        mut stream: impl Stream<Item = Result<Bytes, E>> + Unpin,
    ) -> Result<Received, DocumentError> {
        while let Some(chunk) = stream.next().await {
            let written = match chunk {
                Ok(chunk) => self.write(chunk).await,
                Err(_) => Err(DocumentError::CutShort),
            };
            if let Err(error) = written {
                self.abort().await;
                return Err(error);
            }
        }
        self.finish().await
    }

    /// Forgets the document.
    pub async fn abort(mut self) {
        if let Some(upload) = self.upload.take() {
            forget(self.id, upload).await;
        }
    }
}

impl Drop for Receiving {
    fn drop(&mut self) {
        if let (Some(upload), Ok(runtime)) = (self.upload.take(), tokio::runtime::Handle::try_current()) {
            runtime.spawn(forget(self.id, upload));
        }
    }
}

async fn forget(id: DocumentId, upload: WriteMultipart) {
    if let Err(error) = upload.abort().await {
        tracing::warn!(document = %id, %error, "an unfinished upload could not be cleared away");
    }
}

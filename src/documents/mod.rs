//! Document bytes: received as a stream, hashed and examined on the way, kept under the document's id, handed out
//! again as a stream.
//!
//! A document is in quarantine from the moment it is received; [`DocumentStore::examine`] says whether it may
//! leave it. Who remembers that state, and who may read what, is not decided here.

mod archive;
pub mod inspect;
pub mod kind;
mod name;
mod pdf;
mod receiving;
mod scanner;

pub use kind::MediaKind;
pub use name::display_name;
pub use receiving::{Received, Receiving};
pub use scanner::{Examination, Scanner};

use crate::{
    config::{ConfigError, Settings, StoreKind},
    domain::{Instant, id::DocumentId},
};
use bytes::Bytes;
use futures_util::{StreamExt as _, stream::BoxStream};
use object_store::{ObjectStore, ObjectStoreExt as _, local::LocalFileSystem, path::Path as Key};
use std::{
    error::Error as StdError,
    fmt, io,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

/// After which time an upload that was never finished may be cleared away.
const FORGOTTEN: Duration = Duration::from_secs(24 * 60 * 60);

/// Why a document was not received or cannot be handed out.
#[derive(Debug, thiserror::Error)]
pub enum DocumentError {
    /// More bytes than are allowed.
    #[error("a document may have {most} bytes")]
    TooLarge { most: u64 },
    /// What the document is or contains is not accepted. `code` is stable; the sentence is for the submitter.
    #[error("{sentence}")]
    Refused { code: &'static str, sentence: String },
    /// The sender went away before the end.
    #[error("the document ended before it was complete")]
    CutShort,
    /// No room left.
    #[error("there is no room to store the document")]
    StorageFull(#[source] Box<dyn StdError + Send + Sync>),
    /// There is no such document.
    #[error("there is no such document")]
    NotFound,
    /// The store does not answer.
    #[error("the document store cannot be used")]
    Unavailable(#[source] Box<dyn StdError + Send + Sync>),
}

impl DocumentError {
    fn refused(code: &'static str, sentence: impl Into<String>) -> Self {
        Self::Refused {
            code,
            sentence: sentence.into(),
        }
    }
}

impl From<object_store::Error> for DocumentError {
    fn from(error: object_store::Error) -> Self {
        if matches!(error, object_store::Error::NotFound { .. }) {
            Self::NotFound
        } else if is_full(&error) {
            Self::StorageFull(error.into())
        } else {
            Self::Unavailable(error.into())
        }
    }
}

impl From<ConfigError> for DocumentError {
    fn from(error: ConfigError) -> Self {
        Self::Unavailable(error.into())
    }
}

fn is_full(error: &(dyn StdError + 'static)) -> bool {
    let mut next = Some(error);
    while let Some(error) = next {
        let kind = error.downcast_ref::<io::Error>().map(io::Error::kind);
        if matches!(kind, Some(io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded)) {
            return true;
        }
        next = error.source();
    }
    false
}

/// The bytes of a document on their way out.
pub type Bytestream = BoxStream<'static, Result<Bytes, DocumentError>>;

/// Where document bytes are kept.
#[derive(Clone)]
pub struct DocumentStore {
    objects: Arc<dyn ObjectStore>,
    /// The folder, when it is one.
    folder: Option<PathBuf>,
    part_bytes: usize,
    max_bytes: u64,
    scanner: Scanner,
}

impl fmt::Debug for DocumentStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DocumentStore({})", self.objects)
    }
}

impl DocumentStore {
    /// The store that the settings name; a folder is made when missing.
    ///
    /// # Errors
    /// [`DocumentError::Unavailable`] when the folder cannot be made, or an S3 store lacks something.
    pub fn open(settings: &Settings) -> Result<Self, DocumentError> {
        let scanner = Scanner::of(&settings.documents);
        match settings.documents.store {
            StoreKind::Folder => Self::in_folder(&settings.documents_folder(), settings.documents.max_bytes, scanner),
            StoreKind::S3 => Self::in_s3(settings, scanner),
        }
    }

    /// A store in a folder, which is made when missing.
    ///
    /// # Errors
    /// [`DocumentError::Unavailable`] when the folder cannot be made.
    pub fn in_folder(folder: &Path, max_bytes: u64, scanner: Scanner) -> Result<Self, DocumentError> {
        std::fs::create_dir_all(folder).map_err(|error| DocumentError::Unavailable(error.into()))?;
        let objects = LocalFileSystem::new_with_prefix(folder)?.with_fsync(true);
        Ok(Self {
            objects: Arc::new(objects),
            folder: Some(folder.to_owned()),
            part_bytes: 1024 * 1024,
            max_bytes,
            scanner,
        })
    }

    #[cfg(feature = "s3")]
    fn in_s3(settings: &Settings, scanner: Scanner) -> Result<Self, DocumentError> {
        use secrecy::ExposeSecret as _;
        // Another part of the program may have installed a provider already: either will do.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let s3 = &settings.documents.s3;
        let mut builder = object_store::aws::AmazonS3Builder::new()
            .with_bucket_name(&s3.bucket)
            .with_region(&s3.region)
            .with_access_key_id(&s3.access_key_id);
        if let Some(secret) = s3.secret()? {
            builder = builder.with_secret_access_key(secret.expose_secret());
        }
        if !s3.endpoint.is_empty() {
            builder = builder
                .with_endpoint(&s3.endpoint)
                .with_allow_http(s3.endpoint.starts_with("http://"));
        }
        let bucket = builder.build()?;
        let objects = object_store::prefix::PrefixStore::new(bucket, s3.prefix.as_str());
        Ok(Self {
            objects: Arc::new(objects),
            folder: None,
            // The smallest part that S3 accepts.
            part_bytes: 5 * 1024 * 1024,
            max_bytes: settings.documents.max_bytes,
            scanner,
        })
    }

    #[cfg(not(feature = "s3"))]
    fn in_s3(_: &Settings, _: Scanner) -> Result<Self, DocumentError> {
        Err(DocumentError::Unavailable(
            "this program was built without the feature s3".into(),
        ))
    }

    /// Begins to receive a document. `name` is what the sender calls the file; `declared` its media type, if any.
    ///
    /// # Errors
    /// [`DocumentError::Refused`] when the name's extension or the declared type is not accepted, or they disagree;
    /// [`DocumentError::StorageFull`] and [`DocumentError::Unavailable`].
    pub async fn begin(&self, id: DocumentId, name: &str, declared: Option<&str>) -> Result<Receiving, DocumentError> {
        let name = display_name(name);
        let kind = MediaKind::announced(&name, declared)?;
        let upload = self.objects.put_multipart(&key(id)).await?;
        Ok(Receiving::new(id, name, kind, self.max_bytes, upload, self.part_bytes))
    }

    /// Whether a received document may leave quarantine. Asks the scanner; may be asked again.
    ///
    /// # Errors
    /// [`DocumentError::NotFound`]; [`DocumentError::Unavailable`] when the bytes cannot be read.
    pub async fn examine(&self, id: DocumentId) -> Result<Examination, DocumentError> {
        let (_, bytes) = self.read(id).await?;
        self.scanner.examine(bytes).await
    }

    /// The number of bytes, and the bytes.
    ///
    /// # Errors
    /// [`DocumentError::NotFound`] and [`DocumentError::Unavailable`]; the stream may fail later, too.
    pub async fn read(&self, id: DocumentId) -> Result<(u64, Bytestream), DocumentError> {
        let found = self.objects.get(&key(id)).await?;
        let bytes = found.meta.size;
        Ok((
            bytes,
            found
                .into_stream()
                .map(|chunk| chunk.map_err(DocumentError::from))
                .boxed(),
        ))
    }

    /// Destroys the bytes of a document that was rejected or lawfully erased; without them nothing happens.
    ///
    /// # Errors
    /// [`DocumentError::Unavailable`].
    pub async fn destroy(&self, id: DocumentId) -> Result<(), DocumentError> {
        match self.objects.delete(&key(id)).await.map_err(DocumentError::from) {
            Ok(()) | Err(DocumentError::NotFound) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Whether the store answers.
    pub async fn is_ready(&self) -> bool {
        match &self.folder {
            Some(folder) => tokio::fs::metadata(folder).await.is_ok_and(|found| found.is_dir()),
            None => match self.objects.head(&Key::from("ready")).await {
                Ok(_) => true,
                Err(error) => matches!(error, object_store::Error::NotFound { .. }),
            },
        }
    }

    /// Clears away what uploads left behind that were cut off by the end of the process more than a day ago.
    /// Returns how many. In an S3 store the bucket's own rule for incomplete uploads does this.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn sweep(&self, now: Instant) -> io::Result<usize> {
        let Some(folder) = &self.folder else {
            return Ok(0);
        };
        let mut swept = 0;
        for group in std::fs::read_dir(folder)?
            .flatten()
            .filter(|entry| entry.path().is_dir())
        {
            for file in std::fs::read_dir(group.path())?.flatten() {
                let partial = file.file_name().to_string_lossy().contains('#');
                if partial && is_forgotten(&file, now) && std::fs::remove_file(file.path()).is_ok() {
                    swept += 1;
                }
            }
        }
        Ok(swept)
    }
}

fn is_forgotten(file: &std::fs::DirEntry, now: Instant) -> bool {
    let changed = file.metadata().and_then(|found| found.modified()).ok();
    let changed = changed.and_then(|time| Instant::try_from(time).ok());
    changed.is_some_and(|changed| now.duration_since(changed).unsigned_abs() > FORGOTTEN && changed < now)
}

/// Spread over 256 folders by the random end of the id.
fn key(id: DocumentId) -> Key {
    let id = id.to_string();
    let group = id.get(id.len().saturating_sub(2)..).unwrap_or_default();
    Key::from(format!("{group}/{id}"))
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;

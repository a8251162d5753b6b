use super::*;
use futures_util::{TryStreamExt as _, stream};
use sha2::{Digest as _, Sha256};
use std::sync::Mutex;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
};

const TEXT: &str = "Grain for Ethiopia and Sudan.\n";

fn store(folder: &Path, most: u64, scanner: Scanner) -> DocumentStore {
    DocumentStore::in_folder(folder, most, scanner).unwrap()
}

fn chunks(text: &[u8], size: usize) -> impl futures_util::Stream<Item = Result<Bytes, io::Error>> + Unpin {
    let chunks: Vec<_> = text
        .chunks(size)
        .map(|chunk| Ok(Bytes::copy_from_slice(chunk)))
        .collect();
    stream::iter(chunks)
}

async fn put(store: &DocumentStore, text: &[u8]) -> Result<Received, DocumentError> {
    store
        .begin(DocumentId::fresh(), "note.txt", Some("text/plain"))
        .await?
        .take_all(chunks(text, 1000))
        .await
}

async fn whole(store: &DocumentStore, id: DocumentId) -> Vec<u8> {
    let (bytes, stream) = store.read(id).await.unwrap();
    let all: Vec<u8> = stream.try_collect::<Vec<Bytes>>().await.unwrap().concat();
    assert_eq!(bytes, all.len() as u64);
    all
}

/// Every file below the folder, finished or not.
fn files(folder: &Path) -> usize {
    let groups = std::fs::read_dir(folder)
        .unwrap()
        .flatten()
        .filter(|entry| entry.path().is_dir());
    groups
        .map(|group| std::fs::read_dir(group.path()).unwrap().count())
        .sum()
}

async fn settled(folder: &Path) -> usize {
    for _ in 0..100 {
        if files(folder) == 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    files(folder)
}

#[tokio::test]
async fn what_was_received_is_handed_out_byte_for_byte() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path(), 100 << 20, Scanner::None);
    let text = TEXT.repeat(200_000);
    let received = put(&store, text.as_bytes()).await.unwrap();
    assert_eq!(received.bytes, text.len() as u64);
    assert_eq!(received.sha256, <[u8; 32]>::from(Sha256::digest(&text)));
    assert_eq!((received.name.as_str(), received.kind), ("note.txt", MediaKind::Text));
    assert!(whole(&store, received.id).await == text.as_bytes());
    assert_eq!(store.examine(received.id).await.unwrap(), Examination::Clean);
    assert_eq!(files(folder.path()), 1);
    store.destroy(received.id).await.unwrap();
    store.destroy(received.id).await.unwrap();
    assert!(matches!(store.read(received.id).await, Err(DocumentError::NotFound)));
    assert!(store.is_ready().await);
}

#[tokio::test]
async fn a_document_at_the_limit_is_accepted_and_one_byte_more_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path(), 5000, Scanner::None);
    let received = put(&store, &[b'x'; 5000]).await.unwrap();
    store.destroy(received.id).await.unwrap();
    let error = put(&store, &[b'x'; 5001]).await.unwrap_err();
    assert!(matches!(error, DocumentError::TooLarge { most: 5000 }));
    assert_eq!(settled(folder.path()).await, 0);
}

#[tokio::test]
async fn nothing_remains_of_what_was_cut_refused_aborted_or_dropped() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path(), 100 << 20, Scanner::None);
    let id = DocumentId::fresh();
    let begin = || store.begin(id, "note.txt", None);
    let pieces = [Ok(Bytes::from_static(b"half")), Err(io::Error::other("gone"))];
    let cut = begin().await.unwrap().take_all(stream::iter(pieces)).await;
    assert!(matches!(cut, Err(DocumentError::CutShort)));
    assert!(put(&store, b"<html>").await.is_err());
    assert!(put(&store, b"").await.is_err());
    let mut aborted = begin().await.unwrap();
    aborted.write(Bytes::from(vec![b'x'; 3 << 20])).await.unwrap();
    aborted.abort().await;
    let mut dropped = begin().await.unwrap();
    dropped.write(Bytes::from(vec![b'x'; 3 << 20])).await.unwrap();
    drop(dropped);
    assert_eq!(settled(folder.path()).await, 0);
    assert!(matches!(store.read(id).await, Err(DocumentError::NotFound)));
}

#[tokio::test]
async fn a_document_cannot_be_read_before_it_is_whole() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path(), 100 << 20, Scanner::None);
    let id = DocumentId::fresh();
    let mut receiving = store.begin(id, "../../x.txt", None).await.unwrap();
    receiving.write(Bytes::from(vec![b'x'; 3 << 20])).await.unwrap();
    assert!(matches!(store.read(id).await, Err(DocumentError::NotFound)));
    assert_eq!(receiving.finish().await.unwrap().name, "x.txt");
    assert!(store.read(id).await.is_ok());
}

#[tokio::test]
async fn forgotten_uploads_are_swept_and_others_left() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path(), 100 << 20, Scanner::None);
    let kept = put(&store, TEXT.as_bytes()).await.unwrap();
    std::fs::create_dir_all(folder.path().join("00")).unwrap();
    let partial = folder.path().join("00/x#1");
    std::fs::write(&partial, "half").unwrap();
    let written = Instant::try_from(std::fs::metadata(&partial).unwrap().modified().unwrap()).unwrap();
    let later = |hours: i64| written + jiff::SignedDuration::from_hours(hours);
    assert_eq!(store.sweep(later(23)).unwrap(), 0);
    assert_eq!(store.sweep(later(25)).unwrap(), 1);
    assert!(!partial.exists());
    assert!(store.read(kept.id).await.is_ok());
}

#[test]
fn a_full_disk_is_told_apart_from_a_broken_one() {
    #[derive(Debug, thiserror::Error)]
    #[error("wrapped")]
    struct Wrapped(#[source] io::Error);
    let generic = |kind: io::ErrorKind| object_store::Error::Generic {
        store: "LocalFileSystem",
        source: Box::new(Wrapped(kind.into())),
    };
    assert!(matches!(
        DocumentError::from(generic(io::ErrorKind::StorageFull)),
        DocumentError::StorageFull(_)
    ));
    assert!(matches!(
        DocumentError::from(generic(io::ErrorKind::PermissionDenied)),
        DocumentError::Unavailable(_)
    ));
}

/// What a stand-in for clamd does with the document that it gets.
#[derive(Clone, Copy)]
enum Manner {
    Scans,
    SaysNothing,
    ClosesEarly,
}

/// A stand-in for clamd on loopback that really reads the protocol; returns its address.
async fn clamd(manner: Manner, heard: Arc<Mutex<Vec<u8>>>) -> Scanner {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    tokio::spawn(async move {
        while let Ok((mut line, _)) = listener.accept().await {
            let mut command = [0; 10];
            line.read_exact(&mut command).await.unwrap();
            assert_eq!(&command, b"zINSTREAM\0");
            if matches!(manner, Manner::ClosesEarly) {
                line.write_all(b"INSTREAM size limit exceeded. ERROR\0").await.unwrap();
                continue;
            }
            let mut document = Vec::new();
            loop {
                let length = line.read_u32().await.unwrap();
                if length == 0 {
                    break;
                }
                let mut piece = vec![0; length as usize];
                line.read_exact(&mut piece).await.unwrap();
                document.extend(piece);
            }
            if matches!(manner, Manner::SaysNothing) {
                tokio::time::sleep(Duration::from_secs(60)).await;
            }
            let bad = document.windows(5).any(|window| window == b"EICAR");
            let answer: &[u8] = if bad {
                b"stream: Eicar-Test-Signature FOUND\0"
            } else {
                b"stream: OK\0"
            };
            *heard.lock().unwrap() = document;
            line.write_all(answer).await.unwrap();
        }
    });
    Scanner::Clamd {
        address,
        patience: Duration::from_millis(1500),
    }
}

async fn examined(scanner: Scanner, text: &[u8]) -> Examination {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path(), 100 << 20, scanner);
    let received = put(&store, text).await.unwrap();
    store.examine(received.id).await.unwrap()
}

#[tokio::test]
async fn the_scanner_hears_every_byte_and_its_verdict_counts() {
    let heard = Arc::default();
    let scanner = clamd(Manner::Scans, Arc::clone(&heard)).await;
    let text = TEXT.repeat(30_000);
    assert_eq!(examined(scanner.clone(), text.as_bytes()).await, Examination::Clean);
    assert!(*heard.lock().unwrap() == text.as_bytes());
    let rejected = Examination::Rejected {
        signature: "Eicar-Test-Signature".to_owned(),
    };
    assert_eq!(examined(scanner, b"this stands for EICAR").await, rejected);
}

#[tokio::test]
async fn without_a_verdict_a_document_stays_in_quarantine() {
    let waits = |examination: Examination| matches!(examination, Examination::Waiting { .. });
    assert!(waits(
        examined(clamd(Manner::SaysNothing, Arc::default()).await, TEXT.as_bytes()).await
    ));
    let large = TEXT.repeat(200_000);
    assert!(waits(
        examined(clamd(Manner::ClosesEarly, Arc::default()).await, large.as_bytes()).await
    ));
    let nobody = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = nobody.local_addr().unwrap().to_string();
    drop(nobody);
    for address in [address, "/nonexistent/clamd.ctl".to_owned()] {
        let down = Scanner::Clamd {
            address,
            patience: Duration::from_secs(1),
        };
        assert!(waits(examined(down, TEXT.as_bytes()).await));
    }
}

/// Joins in when `CORRIDOR_TEST_S3` names a store such as `http://127.0.0.1:5000`.
#[cfg(feature = "s3")]
#[tokio::test]
async fn the_same_holds_in_an_s3_store() {
    let Ok(endpoint) = std::env::var("CORRIDOR_TEST_S3") else {
        assert!(
            std::env::var_os("CORRIDOR_REQUIRE_ALL").is_none(),
            "CORRIDOR_TEST_S3 is not set"
        );
        return;
    };
    let mut settings = Settings::default();
    settings.documents.store = StoreKind::S3;
    settings.documents.s3 = crate::config::S3 {
        bucket: "corridor-trial".to_owned(),
        region: "us-east-1".to_owned(),
        endpoint: endpoint.clone(),
        prefix: "documents".to_owned(),
        access_key_id: "trial".to_owned(),
        secret_access_key: Some("trial".to_owned().into()),
        ..Default::default()
    };
    let store = DocumentStore::open(&settings).unwrap();
    let plain = reqwest::Client::builder().no_proxy().build().unwrap();
    plain
        .put(format!("{endpoint}/corridor-trial"))
        .send()
        .await
        .unwrap()
        .error_for_status()
        .unwrap();
    assert!(store.is_ready().await);
    let text = TEXT.repeat(400_000);
    let received = put(&store, text.as_bytes()).await.unwrap();
    assert_eq!(received.sha256, <[u8; 32]>::from(Sha256::digest(&text)));
    assert!(whole(&store, received.id).await == text.as_bytes());
    store.destroy(received.id).await.unwrap();
    assert!(matches!(store.read(received.id).await, Err(DocumentError::NotFound)));
    assert!(put(&store, b"<html>").await.is_err());
    assert_eq!(store.sweep(Instant::UNIX_EPOCH).unwrap(), 0);
}

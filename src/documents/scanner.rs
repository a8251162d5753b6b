//! Who looks for malware, and what that means for a document: whatever is not known to be clean stays in quarantine.

use super::{Bytestream, DocumentError};
use crate::config::{Documents, ScannerKind};
use futures_util::StreamExt as _;
use std::{io, time::Duration};
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _},
    net::TcpStream,
};

/// Longest answer read from a scanner, in bytes.
const LONGEST_ANSWER: u64 = 4096;
/// Largest piece sent to a scanner at a time, in bytes.
const PIECE: usize = 128 * 1024;

/// What is known about a document after an examination.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Examination {
    /// Nothing was found: it may leave quarantine.
    Clean,
    /// Malware was found: it must never leave quarantine.
    Rejected {
        /// What the scanner calls it.
        signature: String,
    },
    /// The scanner could not tell: it stays in quarantine and is examined again.
    Waiting {
        /// For the log.
        why: String,
    },
}

/// Who looks for malware.
#[derive(Clone, Debug)]
pub enum Scanner {
    /// Nobody: the checks of form and content, which every document has passed, are all there is.
    None,
    /// A ClamAV daemon, spoken to with INSTREAM.
    Clamd {
        /// `host:port`, or the absolute path of a Unix socket.
        address: String,
        /// For the whole of one examination.
        patience: Duration,
    },
}

impl Scanner {
    /// By these settings.
    #[must_use]
    pub fn of(settings: &Documents) -> Self {
        match settings.scanner {
            ScannerKind::None => Self::None,
            ScannerKind::Clamd => Self::Clamd {
                address: settings.clamd_address.clone(),
                patience: Duration::from_secs(settings.clamd_seconds),
            },
        }
    }

    /// Examines the bytes of a document.
    ///
    /// # Errors
    /// When the bytes cannot be read. That the scanner cannot be used is not an error but [`Examination::Waiting`].
    pub async fn examine(&self, bytes: Bytestream) -> Result<Examination, DocumentError> {
        let Self::Clamd { address, patience } = self else {
            return Ok(Examination::Clean);
        };
        let waiting = |why: String| Ok(Examination::Waiting { why });
        match tokio::time::timeout(*patience, ask(address, bytes)).await {
            Ok(Ok(answer)) => Ok(understood(&answer)),
            Ok(Err(Failure::Document(error))) => Err(error),
            Ok(Err(Failure::Scanner(error))) => waiting(format!("the scanner cannot be used: {error}")),
            Err(_) => waiting("the scanner took too long".to_owned()),
        }
    }
}

enum Failure {
    Document(DocumentError),
    Scanner(io::Error),
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Scanner(error)
    }
}

/// `stream: OK`, `stream: NAME FOUND`; anything else is no verdict.
fn understood(answer: &str) -> Examination {
    let answer = answer.trim_end_matches(['\0', '\n', '\r', ' ']);
    let verdict = answer.strip_prefix("stream: ");
    match (verdict, verdict.and_then(|verdict| verdict.strip_suffix(" FOUND"))) {
        (Some("OK"), _) => Examination::Clean,
        (_, Some(signature)) => Examination::Rejected {
            signature: signature.chars().take(200).collect(),
        },
        _ => Examination::Waiting {
            why: format!("the scanner said {:?}", answer.chars().take(200).collect::<String>()),
        },
    }
}

async fn ask(address: &str, bytes: Bytestream) -> Result<String, Failure> {
    #[cfg(unix)]
    if address.starts_with('/') {
        return converse(tokio::net::UnixStream::connect(address).await?, bytes).await;
    }
    converse(TcpStream::connect(address).await?, bytes).await
}

async fn converse(mut line: impl AsyncRead + AsyncWrite + Unpin, bytes: Bytestream) -> Result<String, Failure> {
    match send(&mut line, bytes).await {
        // A scanner that has heard enough closes the line while we still speak: hear why.
        Ok(()) | Err(Failure::Scanner(_)) => {}
        Err(document) => return Err(document),
    }
    let mut answer = Vec::new();
    line.take(LONGEST_ANSWER).read_to_end(&mut answer).await?;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}

async fn send(line: &mut (impl AsyncWrite + Unpin), mut bytes: Bytestream) -> Result<(), Failure> {
    line.write_all(b"zINSTREAM\0").await?;
    while let Some(chunk) = bytes.next().await {
        let chunk = chunk.map_err(Failure::Document)?;
        for piece in chunk.chunks(PIECE) {
            let length = u32::try_from(piece.len()).unwrap_or(0);
            line.write_all(&length.to_be_bytes()).await?;
            line.write_all(piece).await?;
        }
    }
    line.write_all(&0_u32.to_be_bytes()).await?;
    line.flush().await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_ok_means_clean() {
        assert_eq!(understood("stream: OK\0"), Examination::Clean);
        let rejected = Examination::Rejected {
            signature: "Eicar-Test-Signature".to_owned(),
        };
        assert_eq!(understood("stream: Eicar-Test-Signature FOUND\0"), rejected);
        for unclear in [
            "",
            "OK",
            "stream: ok",
            "INSTREAM size limit exceeded. ERROR\0",
            "stream: OK FOUND?",
            "<html>",
        ] {
            assert!(matches!(understood(unclear), Examination::Waiting { .. }), "{unclear}");
        }
    }
}

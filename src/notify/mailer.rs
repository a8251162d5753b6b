//! Delivers letters: to a mail server, or into a folder (demonstrations).

use super::{
    message::{MessageError, compose},
    render::{Letterhead, Rendered},
};
use crate::store::commit::LetterOwed;
use lettre::{
    AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    transport::smtp::{
        PoolConfig,
        authentication::Credentials,
        client::{Certificate, Tls, TlsParameters},
    },
};
use secrecy::{ExposeSecret, SecretString};
use std::{
    path::{Path, PathBuf},
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

/// How the conversation with the mail server is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Security {
    /// Not at all: for a relay on the same machine or in a closed network.
    None,
    /// STARTTLS, required: a server that does not offer it gets no letter.
    StartTls,
    /// TLS from the first byte.
    Tls,
}

/// The mail server and how to speak to it.
#[derive(Clone, Debug)]
pub struct SmtpSettings {
    pub host: String,
    pub port: u16,
    pub security: Security,
    /// User and password; none: no authentication.
    pub credentials: Option<(String, SecretString)>,
    /// A certificate authority to trust beside the system's, in PEM.
    pub extra_root: Option<Vec<u8>>,
    /// For each step of the conversation.
    pub timeout: Duration,
    /// The most connections at once.
    pub connections: u32,
}

/// The way out.
#[derive(Clone)]
pub enum Mailer {
    /// Each letter becomes a folder of its own, named by its id.
    Folder(PathBuf),
    Smtp(AsyncSmtpTransport<Tokio1Executor>),
}

/// Why a letter was not delivered.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// It may succeed later.
    #[error("{0}")]
    Temporary(String),
    /// It will never succeed as it is.
    #[error("{0}")]
    Permanent(String),
}

impl Mailer {
    /// Speaks to a mail server. Nothing is connected yet.
    ///
    /// # Errors
    /// When the TLS settings or the extra certificate cannot be used.
    ///
    /// # Panics
    /// Outside a tokio runtime, which the connections need.
    pub fn smtp(settings: &SmtpSettings) -> Result<Self, lettre::transport::smtp::Error> {
        let tls = match settings.security {
            Security::None => Tls::None,
            Security::StartTls => Tls::Required(tls_parameters(settings)?),
            Security::Tls => Tls::Wrapper(tls_parameters(settings)?),
        };
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&settings.host)
            .port(settings.port)
            .tls(tls)
            .timeout(Some(settings.timeout))
            .pool_config(PoolConfig::new().max_size(settings.connections.max(1)));
        if let Some((user, password)) = &settings.credentials {
            builder = builder.credentials(Credentials::new(user.clone(), password.expose_secret().to_owned()));
        }
        Ok(Self::Smtp(builder.build()))
    }

    /// Delivers this letter. Delivering the same letter again repeats the same message, under the same name; a folder
    /// holds it once.
    ///
    /// # Errors
    /// [`SendError::Permanent`] when the address is none or the server refuses the letter for good (550 to 559);
    /// everything else may succeed later.
    pub async fn send(&self, owed: &LetterOwed, letter: &Rendered, letterhead: &Letterhead) -> Result<(), SendError> {
        let message = compose(owed, letter, letterhead)?;
        match self {
            Self::Folder(folder) => {
                let name = owed.id.to_string();
                put_into(folder, &name, &message, letter)
                    .await
                    .map_err(|error| SendError::Temporary(format!("the folder of letters: {error}")))
            }
            Self::Smtp(transport) => transport.send(message).await.map(drop).map_err(|error| judged(&error)),
        }
    }
}

impl From<MessageError> for SendError {
    fn from(error: MessageError) -> Self {
        Self::Permanent(error.to_string())
    }
}

fn tls_parameters(settings: &SmtpSettings) -> Result<TlsParameters, lettre::transport::smtp::Error> {
    let mut builder = TlsParameters::builder(settings.host.clone());
    if let Some(pem) = &settings.extra_root {
        builder = builder.add_root_certificate(Certificate::from_pem(pem)?);
    }
    builder.build()
}

/// Replies 550 to 559 speak about this letter or its recipient. Other refusals (authentication, a command the server
/// does not know) are faults of the settings, which somebody will mend.
fn judged(error: &lettre::transport::smtp::Error) -> SendError {
    let code = error.status().map(u16::from);
    let said =
        std::error::Error::source(error).map_or_else(|| error.to_string(), |source| format!("{error}: {source}"));
    match code {
        Some(550..=559) => SendError::Permanent(said),
        _ => SendError::Temporary(said),
    }
}

/// Written aside and moved into place whole: a letter is there with all its parts, or not at all.
async fn put_into(folder: &Path, name: &str, message: &Message, letter: &Rendered) -> std::io::Result<()> {
    static ASIDE: AtomicU64 = AtomicU64::new(0);
    let place = folder.join(name);
    if tokio::fs::try_exists(&place).await? {
        return flush(folder).await;
    }
    let turn = ASIDE.fetch_add(1, Ordering::Relaxed);
    let aside = folder.join(format!(".{name}.{}.{turn}", std::process::id()));
    tokio::fs::create_dir_all(&aside).await?;
    write(&aside.join("subject.txt"), format!("{}\n", letter.subject).as_bytes()).await?;
    write(&aside.join("body.txt"), letter.text.as_bytes()).await?;
    write(&aside.join("body.html"), letter.html.as_bytes()).await?;
    for attachment in &letter.attachments {
        write(&aside.join(&attachment.name), attachment.content.as_ref()).await?;
    }
    write(&aside.join("letter.eml"), &message.formatted()).await?;
    flush(&aside).await?;
    let moved = tokio::fs::rename(&aside, &place).await;
    flush(folder).await?;
    if moved.is_err() && tokio::fs::try_exists(&place).await? {
        return tokio::fs::remove_dir_all(&aside).await;
    }
    moved
}

/// A part of a letter, flushed: once it is noted that the letter left, no loss of power may take it back.
async fn write(path: &Path, content: &[u8]) -> std::io::Result<()> {
    tokio::fs::write(path, content).await?;
    flush(path).await
}

async fn flush(path: &Path) -> std::io::Result<()> {
    tokio::fs::File::open(path).await?.sync_all().await
}

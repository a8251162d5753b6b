//! Looks for new versions of lists, in folders and at https addresses. Nothing is deleted before something better is
//! there: what cannot be got, or is no list, leaves the last good one in force.

use crate::{
    config::screening::{ListSource, is_safe_address},
    domain::{Instant, people::Actor},
    engine::files::Incoming,
    house::House,
    process::{
        ActError,
        lists::{Offered, offer_files},
    },
};
use anyhow::{Context as _, bail};
use futures_util::StreamExt as _;
use reqwest::{StatusCode, header};
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    time::Duration,
};
use tokio::io::AsyncWriteExt as _;

/// How long a file may take to arrive.
const PATIENCE: Duration = Duration::from_secs(300);

/// How long the files of a folder must lie still before they are read.
const SETTLES: Duration = Duration::from_secs(1);

/// What came of one source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Looked {
    /// It has no other files than before.
    Unchanged,
    InForce,
    Held,
    /// Why nothing came of it.
    Trouble(String),
}

/// Looks at every source; what came of each, by the list's name.
pub async fn look(house: &House) -> BTreeMap<String, Looked> {
    let mut looked = BTreeMap::new();
    for source in &house.settings.screening.sources {
        let came = match one(house, source).await {
            Ok(came) => came,
            Err(error) => {
                let why = format!("{error:#}");
                tracing::warn!(list = %source.list, %why, "a list could not be got; the last good one stays in force");
                if let Err(error) = house.store.list_looked_at(&source.list, None, None, Some(&why)).await {
                    tracing::error!(%error, "the trouble with a list could not be noted");
                }
                Looked::Trouble(why)
            }
        };
        looked.insert(source.list.clone(), came);
    }
    looked
}

async fn one(house: &House, source: &ListSource) -> anyhow::Result<Looked> {
    let work = Work::begin(house)?;
    let (files, etag) = match &source.folder {
        Some(folder) => (settled(folder).await?, None),
        None => match fetched(house, source, &work.folder).await? {
            Some(fetched) => fetched,
            None => return unchanged(house, source).await,
        },
    };
    let offered = offer_files(house, &Actor::system(), &source.list, None, files).await;
    let came = match offered {
        Ok(Offered::Unchanged(_)) => Looked::Unchanged,
        Ok(Offered::InForce(_)) => Looked::InForce,
        Ok(Offered::Held(_)) => Looked::Held,
        Err(ActError::Refused(refusal)) => bail!("{}: {}", refusal.code, refusal.sentence),
        Err(error) => return Err(error.into()),
    };
    noted(house, source, None, etag).await?;
    Ok(came)
}

/// The address has what it had last time: the version in force is the newest, unless that one waits for a word.
async fn unchanged(house: &House, source: &ListSource) -> anyhow::Result<Looked> {
    let states = house.store.list_states().await?;
    let held = states
        .iter()
        .any(|state| state.source == source.list && state.held.is_some());
    noted(house, source, (!held).then(|| house.clock.now()), None).await?;
    Ok(if held { Looked::Held } else { Looked::Unchanged })
}

async fn noted(
    house: &House,
    source: &ListSource,
    checked_at: Option<Instant>,
    etag: Option<String>,
) -> anyhow::Result<()> {
    Ok(house
        .store
        .list_looked_at(&source.list, checked_at, etag.as_deref(), None)
        .await?)
}

/// The files of a folder, once nobody writes to them.
async fn settled(folder: &Path) -> anyhow::Result<Vec<Incoming>> {
    let sizes = |files: &[Incoming]| {
        let facts = files.iter().map(|file| {
            let facts = std::fs::metadata(&file.path)?;
            std::io::Result::Ok((file.path.clone(), facts.len(), facts.modified()?))
        });
        facts.collect::<std::io::Result<Vec<_>>>()
    };
    let before = sizes(&in_folder(folder)?)?;
    tokio::time::sleep(SETTLES).await;
    let files = in_folder(folder)?;
    if before != sizes(&files)? {
        bail!("files in {} are still being written", folder.display());
    }
    Ok(files)
}

fn in_folder(folder: &Path) -> anyhow::Result<Vec<Incoming>> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).with_context(|| format!("reading the folder {}", folder.display()))? {
        let path = entry?.path();
        let name = path
            .file_name()
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default();
        if path.is_file() && !name.starts_with('.') {
            files.push(Incoming { name, path });
        }
    }
    files.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(files)
}

/// The files of a source and what to ask with next time; none if nothing has changed since last time.
async fn fetched(
    house: &House,
    source: &ListSource,
    into: &Path,
) -> anyhow::Result<Option<(Vec<Incoming>, Option<String>)>> {
    // A second installation is refused, and changes nothing.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = reqwest::Client::builder()
        .timeout(PATIENCE)
        .connect_timeout(Duration::from_secs(10))
        .redirect(reqwest::redirect::Policy::none())
        .build()?;
    let states = house.store.list_states().await?;
    let known = states
        .into_iter()
        .find(|state| state.source == source.list && state.current.is_some());
    let known = known.and_then(|state| state.etag);
    // Several files are one version: all of them must be as they were.
    let tags: Vec<String> = known
        .map(|tags| tags.split('\n').map(str::to_owned).collect())
        .unwrap_or_default();
    let mut answers = Vec::new();
    for (number, url) in source.urls.iter().enumerate() {
        if !is_safe_address(url) {
            bail!("{url} is not an https address");
        }
        let mut request = client.get(url);
        if let Some(tag) = tags.get(number).filter(|tag| !tag.is_empty() && source.urls.len() == 1) {
            request = request.header(header::IF_NONE_MATCH, tag);
        }
        let answer = request.send().await.with_context(|| format!("asking {url}"))?;
        match answer.status() {
            StatusCode::NOT_MODIFIED => return Ok(None),
            StatusCode::OK => answers.push((url, answer)),
            other => bail!("{url} answered {other}"),
        }
    }
    let tag = |answer: &reqwest::Response| {
        let tag = answer.headers().get(header::ETAG).and_then(|tag| tag.to_str().ok());
        tag.unwrap_or_default().to_owned()
    };
    let now: Vec<String> = answers.iter().map(|(_, answer)| tag(answer)).collect();
    if now == tags && now.iter().all(|tag| !tag.is_empty()) {
        return Ok(None);
    }
    let mut files = Vec::new();
    for (number, (url, answer)) in answers.into_iter().enumerate() {
        let name = url
            .split(['?', '#'])
            .next()
            .and_then(|path| path.rsplit('/').next())
            .filter(|name| !name.is_empty());
        let path = into.join(number.to_string());
        kept(answer, &path, house.settings.screening.max_list_bytes)
            .await
            .with_context(|| format!("getting {url}"))?;
        files.push(Incoming {
            name: name.unwrap_or("list").to_owned(),
            path,
        });
    }
    Ok(Some((files, Some(now.join("\n")))))
}

async fn kept(answer: reqwest::Response, path: &Path, most: u64) -> anyhow::Result<()> {
    let announced = answer.content_length();
    let mut file = tokio::fs::File::create(path).await?;
    let (mut chunks, mut bytes) = (answer.bytes_stream(), 0_u64);
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk?;
        bytes += chunk.len() as u64;
        if bytes > most {
            bail!("it is larger than {most} bytes");
        }
        file.write_all(&chunk).await?;
    }
    if announced.is_some_and(|announced| announced != bytes) {
        bail!("it was cut short");
    }
    Ok(file.flush().await?)
}

/// A folder of its own, gone when the work is done.
pub struct Work {
    pub folder: PathBuf,
}

impl Work {
    /// Within the data folder.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn begin(house: &House) -> std::io::Result<Self> {
        let name = crate::domain::id::EventId::fresh().to_string();
        let folder = house.settings.data.folder.join("incoming").join(name);
        std::fs::create_dir_all(&folder)?;
        Ok(Self { folder })
    }
}

impl Drop for Work {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_dir_all(&self.folder) {
            tracing::warn!(%error, "a folder of incoming files could not be removed");
        }
    }
}

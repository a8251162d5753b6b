//! Asking another server: with patience, but not without end, and believing nothing that is not as documented.

use super::Unavailable;
use crate::config::screening::EngineServer;
use anyhow::Context as _;
use futures_util::StreamExt as _;
use reqwest::{RequestBuilder, header};
use serde_json::Value;
use std::time::Duration;

/// A server with a documented JSON interface.
#[derive(Clone, Debug)]
pub(super) struct Server {
    client: reqwest::Client,
    base: String,
    retries: u32,
    most: u64,
}

impl Server {
    pub fn new(settings: &EngineServer) -> anyhow::Result<Self> {
        let mut headers = header::HeaderMap::new();
        if let Some(file) = &settings.key_file {
            let key = std::fs::read_to_string(file).with_context(|| format!("reading {}", file.display()))?;
            let mut value = header::HeaderValue::from_str(&format!("Bearer {}", key.trim()))?;
            value.set_sensitive(true);
            headers.insert(header::AUTHORIZATION, value);
        }
        // A second installation is refused, and changes nothing.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder()
            .timeout(Duration::from_secs(settings.timeout_seconds.max(1)))
            .redirect(reqwest::redirect::Policy::none())
            .default_headers(headers)
            .build()
            .context("making the client of the screening server")?;
        Ok(Self {
            client,
            base: settings.url.trim_end_matches('/').to_owned(),
            retries: settings.retries,
            most: settings.max_bytes,
        })
    }

    pub fn get(&self, path: &str) -> RequestBuilder {
        self.client.get(format!("{}{path}", self.base))
    }

    pub fn post(&self, path: &str) -> RequestBuilder {
        self.client.post(format!("{}{path}", self.base))
    }

    /// The answer as JSON, and its bytes. Asked again when the server is silent or says that it has trouble.
    pub async fn json(&self, request: RequestBuilder) -> Result<(Value, Vec<u8>), Unavailable> {
        let mut tries = 0;
        loop {
            let again = request.try_clone();
            let request =
                again.ok_or_else(|| Unavailable::new("engine_unavailable", "the request cannot be repeated"))?;
            match self.once(request).await {
                Err((true, _)) if tries < self.retries => {
                    tries += 1;
                    tokio::time::sleep(Duration::from_millis(200 * u64::from(tries))).await;
                }
                Err((_, why)) => return Err(Unavailable::new("engine_unavailable", why)),
                Ok(bytes) => {
                    let value = serde_json::from_slice(&bytes).map_err(|_| odd("it is not JSON"))?;
                    return Ok((value, bytes));
                }
            }
        }
    }

    /// Once; an error says whether it may be worth asking again.
    async fn once(&self, request: RequestBuilder) -> Result<Vec<u8>, (bool, String)> {
        // Of an error only its kind is told: the address may hold a name.
        let kind = |error: &reqwest::Error| {
            if error.is_timeout() {
                "it took too long"
            } else {
                "it could not be reached"
            }
        };
        let response = request.send().await.map_err(|error| (true, kind(&error).to_owned()))?;
        let status = response.status();
        if !status.is_success() {
            let again = status.is_server_error() || status.as_u16() == 429;
            return Err((again, format!("it answered {status}")));
        }
        let mut bytes = Vec::new();
        let mut chunks = response.bytes_stream();
        while let Some(chunk) = chunks.next().await {
            bytes.extend_from_slice(&chunk.map_err(|error| (true, kind(&error).to_owned()))?);
            if bytes.len() as u64 > self.most {
                return Err((false, "its answer is too large".to_owned()));
            }
        }
        Ok(bytes)
    }
}

/// An answer that is not as documented.
pub(super) fn odd(why: impl ToString) -> Unavailable {
    Unavailable::new("engine_answer_invalid", why)
}

/// A score from 0 to 1; anything else is no answer.
pub(super) fn score(value: Option<&Value>) -> Result<f64, Unavailable> {
    let score = value
        .and_then(Value::as_f64)
        .ok_or_else(|| odd("a result has no score"))?;
    if (0.0..=1.0).contains(&score) {
        Ok(score)
    } else {
        Err(odd(format!("a score is {score}")))
    }
}

/// A text that must be there.
pub(super) fn text<'a>(value: &'a Value, pointer: &str) -> Result<&'a str, Unavailable> {
    let found = value
        .pointer(pointer)
        .and_then(Value::as_str)
        .filter(|text| !text.is_empty());
    found.ok_or_else(|| odd(format!("{pointer} is missing")))
}

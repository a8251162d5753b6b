//! Closed-loop load over HTTP: so many clients, each asking again as soon as it was answered.

use anyhow::{Context as _, bail};
use futures_util::future::join_all;
use serde::Serialize;
use serde_json::Value;
use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

/// What one run came to.
#[derive(Clone, Debug, Serialize)]
pub struct Measured {
    pub per_second: f64,
    pub p50_ms: f64,
    pub p99_ms: f64,
}

impl Measured {
    /// Of these latencies, met within this time.
    pub fn of(mut times: Vec<Duration>, within: Duration) -> Self {
        times.sort_unstable();
        let at = |share: f64| {
            let place = ((times.len() as f64 * share) as usize).min(times.len().saturating_sub(1));
            times.get(place).map_or(0.0, |time| time.as_secs_f64() * 1000.0)
        };
        Self {
            per_second: times.len() as f64 / within.as_secs_f64(),
            p50_ms: at(0.5),
            p99_ms: at(0.99),
        }
    }
}

/// One request: path, token, body (none: a read).
pub struct Ask {
    pub path: String,
    pub token: Option<String>,
    pub body: Option<Value>,
}

/// The service that is asked.
#[derive(Clone)]
pub struct Service {
    pub client: reqwest::Client,
    pub base: String,
}

impl Service {
    /// One answer, which must be a success.
    ///
    /// # Errors
    /// When there is none, or another.
    pub async fn ask(&self, ask: &Ask) -> anyhow::Result<Vec<u8>> {
        let url = format!("{}{}", self.base, ask.path);
        let mut request = match &ask.body {
            Some(body) => self.client.post(url).json(body),
            None => self.client.get(url),
        };
        if let Some(token) = &ask.token {
            request = request.bearer_auth(token);
        }
        let answer = request.send().await.context("the service does not answer")?;
        let (status, bytes) = (answer.status(), answer.bytes().await?);
        if !status.is_success() {
            bail!("{} answered {status}: {}", ask.path, String::from_utf8_lossy(&bytes));
        }
        Ok(bytes.to_vec())
    }

    /// So many clients for so long; `make` says what the n-th request is.
    ///
    /// # Errors
    /// The first request that fails.
    pub async fn load(
        &self,
        clients: usize,
        length: Duration,
        make: impl Fn(usize) -> Ask + Send + Sync + 'static,
    ) -> anyhow::Result<Measured> {
        let (make, next, begun) = (Arc::new(make), Arc::new(AtomicUsize::new(0)), Instant::now());
        let each = (0..clients).map(|_| {
            let (service, make, next) = (self.clone(), make.clone(), next.clone());
            tokio::spawn(async move {
                let mut times = Vec::new();
                while begun.elapsed() < length {
                    let ask = make(next.fetch_add(1, Ordering::Relaxed));
                    let asked = Instant::now();
                    service.ask(&ask).await?;
                    times.push(asked.elapsed());
                }
                anyhow::Ok(times)
            })
        });
        let mut times = Vec::new();
        for done in join_all(each).await {
            times.extend(done.context("a client broke down")??);
        }
        Ok(Measured::of(times, begun.elapsed()))
    }
}

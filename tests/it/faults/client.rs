//! What clients do while a fault comes, and what they are told.

use super::world::World;
use reqwest::Method;
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    path::PathBuf,
    time::{Duration, Instant},
};

/// Something that a client was told and may rely on.
#[derive(Clone, Debug)]
pub enum Told {
    /// This case has come to this version.
    Version(String, u64),
    /// This document was received, with this SHA-256.
    Document(String, String),
    /// The register shows the decision of this case.
    Registered(String),
    /// A signed checkpoint.
    Checkpoint(String),
    /// A bundle, fetched whole.
    Bundle(Vec<u8>),
}

/// What was told, each after so many bytes of the trace.
#[derive(Default)]
pub struct Seen {
    pub told: Vec<(usize, Told)>,
    /// Answers that no client should get, in words.
    pub wrong: Vec<String>,
    /// How much was told before a bundle was asked for.
    pub before_bundle: usize,
    /// How many requests were answered with 5xx and a problem.
    pub refused: usize,
    /// How many got no answer.
    pub unanswered: usize,
}

pub struct Client<'a> {
    world: &'a World,
    base: String,
    tokens: BTreeMap<&'static str, String>,
    http: reqwest::Client,
    trace: PathBuf,
    /// The control: an acknowledgement is believed when the request is sent.
    pub too_early: bool,
    pub seen: Seen,
}

struct Answer {
    status: u16,
    location: Option<String>,
    body: Vec<u8>,
}

impl Answer {
    fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }

    /// The version of the case in it.
    fn version(&self) -> Option<u64> {
        self.json()["version"].as_u64()
    }
}

impl<'a> Client<'a> {
    pub fn new(world: &'a World, base: &str, trace: PathBuf) -> Self {
        Self {
            world,
            base: base.to_owned(),
            tokens: world.tokens(),
            http: reqwest::Client::builder()
                .no_proxy()
                .timeout(Duration::from_secs(20))
                .build()
                .unwrap(),
            trace,
            too_early: false,
            seen: Seen::default(),
        }
    }

    fn tell(&mut self, told: Told) {
        let mark = std::fs::metadata(&self.trace).map_or(0, |found| found.len() as usize);
        self.seen.told.push((mark, told));
    }

    fn request(&self, who: &str, method: Method, path: &str) -> reqwest::RequestBuilder {
        self.http
            .request(method, format!("{}{path}", self.base))
            .bearer_auth(&self.tokens[who])
    }

    /// Sends it: the answer if it was granted. What was not must be a problem of the service, not of the client.
    async fn send(&mut self, request: reqwest::RequestBuilder) -> Option<Answer> {
        let (client, request) = request.build_split();
        let request = request.unwrap();
        let what = format!("{} {}", request.method(), request.url().path());
        let answer = async {
            let response = client.execute(request).await?;
            let header = |name: &str| {
                let value = response.headers().get(name).and_then(|value| value.to_str().ok());
                value.map(str::to_owned)
            };
            let (status, location) = (response.status().as_u16(), header("location"));
            let is_problem = header("content-type").is_some_and(|kind| kind.starts_with("application/problem+json"));
            let body = response.bytes().await?.to_vec();
            let answer = Answer { status, location, body };
            Ok::<_, reqwest::Error>((answer, is_problem))
        };
        match answer.await {
            Ok((answer, _)) if answer.status < 300 => Some(answer),
            Ok((answer, true)) if answer.status >= 500 => {
                self.seen.refused += 1;
                None
            }
            Ok((answer, _)) => {
                let said = String::from_utf8_lossy(&answer.body).into_owned();
                self.seen.wrong.push(format!("{what}: {} {said}", answer.status));
                None
            }
            Err(_) => {
                self.seen.unanswered += 1;
                None
            }
        }
    }

    async fn act(&mut self, who: &str, case: &str, action: &str, body: Value) -> bool {
        let request = self
            .request(who, Method::POST, &format!("/cases/{case}/actions"))
            .json(&json!({ "action": action, "body": body }));
        if self.too_early
            && let Some(before) = self.version(who, case).await
        {
            self.tell(Told::Version(case.to_owned(), before + 1));
        }
        let Some(answer) = self.send(request).await else {
            return false;
        };
        match answer.version() {
            Some(version) => self.tell(Told::Version(case.to_owned(), version)),
            None => self.seen.wrong.push(format!("{action}: an answer without a version")),
        }
        true
    }

    async fn version(&mut self, who: &str, case: &str) -> Option<u64> {
        let request = self.request(who, Method::GET, &format!("/cases/{case}"));
        self.send(request).await?.version()
    }

    /// The same work every time: a document, three transitions, a look at the register, a bundle.
    pub async fn work(&mut self) {
        self.upload(&self.world.draft.clone()).await;
        self.checkpoint().await;
        let signed = self.transitions().await;
        self.checkpoint().await;
        if signed {
            self.look_until_registered(&self.world.voted.clone()).await;
        }
        self.bundle().await;
        self.checkpoint().await;
    }

    /// A dossier is submitted, and both chairs sign a decision: did they?
    pub async fn transitions(&mut self) -> bool {
        let (voted, draft) = (self.world.voted.clone(), self.world.draft.clone());
        self.act(
            "signatory",
            &draft,
            "submit_dossier",
            json!({ "declaration": "2025-1" }),
        )
        .await;
        let mut signed = true;
        for chair in ["us_chair", "ru_chair"] {
            let body = json!({ "draft": self.world.digest });
            signed &= self.act(chair, &voted, "sign_decision", body).await;
        }
        signed
    }

    async fn upload(&mut self, case: &str) {
        let path = format!("/cases/{case}/documents?file_name=more.txt");
        let request = self
            .request("drafter", Method::POST, &path)
            .header("content-type", "text/plain")
            .body("What else there is to say.");
        if let Some(answer) = self.send(request).await {
            let row = answer.json();
            let word = |name: &str| row[name].as_str().unwrap_or_default().to_owned();
            self.tell(Told::Document(word("id"), word("sha256")));
        }
    }

    /// Asks for the newest checkpoint.
    pub async fn checkpoint(&mut self) {
        if let Some(answer) = self.send(self.request("auditor", Method::GET, "/log/checkpoint")).await {
            self.tell(Told::Checkpoint(String::from_utf8(answer.body).unwrap()));
        }
    }

    /// Both chairs have signed: the register shows it as soon as it is in the log.
    async fn look_until_registered(&mut self, case: &str) {
        let begun = Instant::now();
        while begun.elapsed() < Duration::from_secs(10) {
            let request = self.http.get(format!("{}/register", self.base));
            let Some(answer) = self.send(request).await else { return };
            if answer.json()["items"].as_array().is_some_and(|items| !items.is_empty()) {
                return self.tell(Told::Registered(case.to_owned()));
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    async fn bundle(&mut self) {
        self.seen.before_bundle = self.seen.told.len();
        let request = self
            .request("auditor", Method::POST, "/bundles")
            .json(&json!({ "whole": true }));
        let Some(made) = self.send(request).await else { return };
        let Some(location) = made.location else {
            return self.seen.wrong.push("a bundle without a place".to_owned());
        };
        let path = location.trim_start_matches("/api/v1").to_owned();
        if let Some(fetched) = self.send(self.request("auditor", Method::GET, &path)).await {
            self.tell(Told::Bundle(fetched.body));
        }
    }

    /// After everything: the service still does its work on this draft.
    pub async fn goes_on(&mut self, draft: &str) -> Result<(), String> {
        let before = self.seen.wrong.len();
        if self.act("drafter", draft, "discard_dossier", json!({})).await {
            return Ok(());
        }
        let (refused, unanswered) = (self.seen.refused, self.seen.unanswered);
        let said = self.seen.wrong[before..].join("; ");
        Err(format!("refused {refused}, unanswered {unanswered}: {said}"))
    }
}

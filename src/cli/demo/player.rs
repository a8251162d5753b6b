//! Plays the steps: signs people in, puts their wishes to the API, remembers what it answers and tells the story.

use super::{
    account::Account,
    pdf,
    people::{self, Directory, PASSWORD},
    script::{Doing, Scene, Step, Tag},
    stage::{Carry, Reply, Request, Stage},
};
use crate::domain::{Instant, case_fixture::CaseDocument, dossier::DocumentRef};
use anyhow::{Context as _, bail};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Minutes after which a token is not used any more.
const TOKEN_MINUTES: i64 = 55;

/// Who plays what where.
pub struct Player<'a> {
    stage: &'a Stage,
    pub directory: Directory,
    tokens: BTreeMap<String, (Instant, String)>,
    notices: BTreeMap<Tag, String>,
    pub cases: BTreeMap<Tag, String>,
    papers: BTreeMap<Tag, BTreeMap<String, DocumentRef>>,
    pub kept: BTreeMap<Tag, BTreeMap<&'static str, Value>>,
    pub account: Account,
}

impl<'a> Player<'a> {
    /// Registers the organisations and enrols the people.
    pub async fn with_cast(stage: &'a Stage, account: Account) -> anyhow::Result<Self> {
        let mut directory = Directory::default();
        for body in people::BODIES {
            directory
                .organisations
                .insert(body.key, stage.register(body.registration()).await?);
        }
        for part in people::PARTS {
            let organisation = directory.organisations.get(part.body()).copied();
            let organisation = organisation.with_context(|| format!("{} belongs to no organisation", part.key))?;
            let person = part.invitation(organisation, people::unit_of(part.body()));
            let id = stage
                .enrol(person, PASSWORD)
                .await
                .with_context(|| format!("enrolling {}", part.key))?;
            directory.people.insert(part.key, id);
        }
        Ok(Self {
            stage,
            directory,
            tokens: BTreeMap::new(),
            notices: BTreeMap::new(),
            cases: BTreeMap::new(),
            papers: BTreeMap::new(),
            kept: BTreeMap::new(),
            account,
        })
    }

    /// Plays every step in its turn.
    pub async fn play(&mut self, steps: &[Step]) -> anyhow::Result<()> {
        for step in steps {
            if step.at > self.stage.now() {
                self.stage.move_to(step.at).await?;
            }
            let action = match &step.doing {
                Doing::CreateNotice(_) => "create_notice",
                Doing::StartCase(..) => "start_dossier",
                Doing::Upload(paper, _) => paper.class.as_str(),
                Doing::ActOnNotice(action, _) | Doing::ActOnCase(action, _) | Doing::Read(action, _) => action,
            };
            let played = self.step(step).await;
            let view = played.with_context(|| format!("{} {}: {} does {action}", step.at, step.tag, step.who))?;
            if !step.says.is_empty() {
                self.account.tell(step, &view);
            }
        }
        Ok(())
    }

    async fn step(&mut self, step: &Step) -> anyhow::Result<Value> {
        match &step.doing {
            Doing::CreateNotice(content) => {
                let view = self.post(&step.who, "/notices", json!({ "content": content })).await?;
                self.notices.insert(step.tag, id_of(&view)?);
                Ok(view)
            }
            Doing::StartCase(notice, dossier) => {
                let notice = self.notices.get(notice).context("the notice does not exist yet")?;
                let body = json!({ "notice": notice, "dossier": dossier });
                let view = self.post(&step.who, "/cases", body).await?;
                self.cases.insert(step.tag, id_of(&view)?);
                Ok(view)
            }
            Doing::ActOnNotice(action, words) => self.act(step, action, words).await,
            Doing::ActOnCase(action, words) => self.act(step, action, words).await,
            Doing::Upload(paper, attach) => self.upload(step, paper, *attach).await,
            Doing::Read(name, suffix) => {
                let path = format!("{}{suffix}", self.path(step.tag)?);
                let view = self.read(&step.who, &path).await?;
                self.kept.entry(step.tag).or_default().insert(name, view.clone());
                Ok(view)
            }
        }
    }

    /// Reads, makes the body from what is seen, and acts on the version that was seen.
    async fn act(&mut self, step: &Step, action: &str, words: &super::script::Words) -> anyhow::Result<Value> {
        let path = self.path(step.tag)?;
        let view = self.read(&step.who, &path).await?;
        let (no_papers, nothing_kept) = (BTreeMap::new(), BTreeMap::new());
        let scene = Scene {
            view: &view,
            directory: &self.directory,
            papers: self.papers.get(step.tag).unwrap_or(&no_papers),
            kept: self.kept.get(step.tag).unwrap_or(&nothing_kept),
        };
        let body = words(&scene)?;
        let command = json!({ "action": action, "body": body, "expected_version": view.get("version") });
        self.post(&step.who, &format!("{path}/actions"), command).await
    }

    async fn upload(&mut self, step: &Step, paper: &CaseDocument, attach: bool) -> anyhow::Result<Value> {
        let path = self.path(step.tag)?;
        let file = pdf::page(&[
            &paper.class,
            step.tag,
            "Example data: this paper was made for the demonstration.",
        ]);
        let bytes = u64::try_from(file.len())?;
        let target = format!("{path}/documents?file_name={}", paper.file_name);
        let stored = self.send(&step.who, target, Carry::Pdf(file)).await?.json();
        let id = id_of(&stored)?;
        let reference = DocumentRef {
            id: id.parse()?,
            class: paper.class.clone(),
            file_name: paper.file_name.clone(),
            language: paper.language,
            sha256: stored
                .pointer("/sha256")
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_owned(),
            bytes,
            media_type: "application/pdf".to_owned(),
            confidential: false,
            public_twin: None,
            no_twin_reason: None,
            replaces: None,
        };
        self.papers
            .entry(step.tag)
            .or_default()
            .insert(paper.class.clone(), reference);
        if !attach {
            return Ok(stored);
        }
        let body = json!({ "document": id, "class": paper.class, "language": paper.language });
        self.post(
            &step.who,
            &format!("{path}/actions"),
            json!({ "action": "attach_document", "body": body }),
        )
        .await
    }

    /// Each case as this person sees it now.
    pub async fn views(&mut self, who: &str) -> anyhow::Result<BTreeMap<Tag, Value>> {
        let mut views = BTreeMap::new();
        for tag in self.cases.keys().copied().collect::<Vec<_>>() {
            let path = self.path(tag)?;
            views.insert(
                tag,
                self.read(who, &path).await.with_context(|| format!("reading {tag}"))?,
            );
        }
        Ok(views)
    }

    fn path(&self, tag: Tag) -> anyhow::Result<String> {
        let notice = self.notices.get(tag).map(|id| format!("/notices/{id}"));
        let case = self.cases.get(tag).map(|id| format!("/cases/{id}"));
        notice.or(case).with_context(|| format!("{tag} does not exist yet"))
    }

    async fn read(&mut self, who: &str, path: &str) -> anyhow::Result<Value> {
        Ok(self.send(who, path.to_owned(), Carry::Nothing).await?.json())
    }

    async fn post(&mut self, who: &str, path: &str, body: Value) -> anyhow::Result<Value> {
        Ok(self.send(who, path.to_owned(), Carry::Json(body)).await?.json())
    }

    /// A request in this person's name; anything but success is an error that quotes the refusal.
    pub async fn send(&mut self, who: &str, path: String, carry: Carry) -> anyhow::Result<Reply> {
        let mut reply = self.ask(who, &path, carry.clone()).await?;
        if reply.status == 401 {
            // Before an act that cannot be taken back.
            self.tokens.remove(who);
            reply = self.ask(who, &path, carry).await?;
        }
        if !(200..300).contains(&reply.status) {
            bail!(
                "{path} answered {}: {}",
                reply.status,
                String::from_utf8_lossy(&reply.bytes)
            );
        }
        Ok(reply)
    }

    async fn ask(&mut self, who: &str, path: &str, carry: Carry) -> anyhow::Result<Reply> {
        let token = Some(self.token(who).await?);
        let path = path.to_owned();
        self.stage.ask(Request { path, token, carry }).await
    }

    /// Signs the person in, unless that was done within the last minutes.
    async fn token(&mut self, who: &str) -> anyhow::Result<String> {
        let now = self.stage.now();
        let fresh = |(at, _): &&(Instant, String)| now.duration_since(*at).as_mins() < TOKEN_MINUTES;
        if let Some((_, token)) = self.tokens.get(who).filter(fresh) {
            return Ok(token.clone());
        }
        let part = people::part(who).with_context(|| format!("nobody is called {who}"))?;
        let carry = Carry::Json(json!({ "email": part.email(), "password": PASSWORD }));
        let reply = self
            .stage
            .ask(Request {
                path: "/sessions".to_owned(),
                token: None,
                carry,
            })
            .await?;
        let token = reply
            .json()
            .pointer("/access_token")
            .and_then(Value::as_str)
            .map(str::to_owned);
        let token = token.with_context(|| {
            format!(
                "{who} could not sign in ({}): {}",
                reply.status,
                String::from_utf8_lossy(&reply.bytes)
            )
        })?;
        self.tokens.insert(who.to_owned(), (now, token.clone()));
        Ok(token)
    }
}

fn id_of(view: &Value) -> anyhow::Result<String> {
    let id = view.pointer("/id").and_then(Value::as_str);
    id.map(str::to_owned)
        .with_context(|| format!("the answer has no id: {view}"))
}

//! The stage: a running instance with its own folder, reached through its HTTP API. Its clock is moved by hand.

use crate::{
    cli::{person, serve},
    clock::Clock,
    config::{Settings, screening::EngineKind},
    domain::{
        Instant,
        id::{OrganisationId, PersonId},
    },
    house::House,
    jobs::{deadline_clerk, mail_clerk},
    notify::{mailer::Mailer, render::Letterhead},
    workflow::people::{InvitePerson, RegisterOrganisation},
};
use anyhow::{Context as _, bail};
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE};
use serde_json::Value;
use std::{
    net::{Ipv4Addr, SocketAddr},
    path::Path,
    sync::Arc,
};

/// What a request carries.
#[derive(Clone, Debug)]
pub enum Carry {
    /// A read.
    Nothing,
    Json(Value),
    /// A file.
    Pdf(Vec<u8>),
}

/// One request of the API.
#[derive(Clone, Debug)]
pub struct Request {
    /// Below `/api/v1`, query included; `GET` if it carries nothing, else `POST`.
    pub path: String,
    pub token: Option<String>,
    pub carry: Carry,
}

/// Its answer.
#[derive(Clone, Debug)]
pub struct Reply {
    pub status: u16,
    pub bytes: Vec<u8>,
}

impl Reply {
    /// The answer as JSON; null if it is none.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or_default()
    }
}

/// An instance while the play runs.
pub struct Stage {
    house: Arc<House>,
    running: serve::Serving,
    mailer: Mailer,
    letterhead: Letterhead,
    client: reqwest::Client,
    base: String,
}

/// Everything in one folder, letters as files, links to the address that is served in the end.
fn settings(folder: &Path, listen: SocketAddr) -> Settings {
    let mut settings = Settings::default();
    settings.data.folder = folder.to_owned();
    settings.mail.folder = Some(folder.join("letters"));
    settings.server.listen = listen;
    settings.server.base_url = format!("http://{listen}");
    settings.log.level = "warn".to_owned();
    settings.screening.engine = EngineKind::None;
    settings
}

/// Many sign in at the same hour of the play: no limit, and the least cost that is safe.
fn unhurried(settings: &mut Settings) {
    settings.limits.requests_per_second = 0;
    settings.passwords.memory_kib = 19 * 1024;
    settings.passwords.iterations = 2;
}

impl Stage {
    /// Opens the folder with a clock that stands at this instant; listens on a free port of this machine only.
    pub async fn open(folder: &Path, listen: SocketAddr, at: Instant) -> anyhow::Result<Self> {
        let mut settings = settings(folder, listen);
        settings.server.listen = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        unhurried(&mut settings);
        settings.tokens.access_minutes = 60;
        // The clerks work when the play lets time act, and at no other moment.
        settings.jobs.enabled = false;
        let (mailer, letterhead) = mail_clerk::equipment(&settings)?;
        serve::begin_log(&settings);
        let house = serve::open_house(settings, Clock::standing_at(at))
            .await
            .context("opening the instance")?;
        let running = serve::start(&house, false).context("starting the instance")?;
        let address = running.address().context("the instance listens nowhere")?;
        let base = format!("http://{address}/api/v1");
        let client = reqwest::Client::builder()
            .no_proxy()
            .build()
            .context("making the client")?;
        Ok(Self {
            house,
            running,
            mailer,
            letterhead,
            client,
            base,
        })
    }

    /// Sends the last letters and stops the instance; what it wrote stays.
    pub async fn close(self) -> anyhow::Result<()> {
        self.let_time_act().await?;
        self.running.stop().await.context("stopping the instance")
    }

    /// Timers that are due take effect, and letters leave.
    async fn let_time_act(&self) -> anyhow::Result<()> {
        deadline_clerk::tick(&self.house).await.context("letting time act")?;
        self.house.log_now().await.context("writing the log")?;
        loop {
            let report = mail_clerk::tick(&self.house.store, &self.mailer, self.now(), &self.letterhead).await;
            if report.outbox_down || report.failed > 0 {
                bail!("letters could not be sent: {report:?}");
            }
            if report.claimed == 0 {
                return Ok(());
            }
        }
    }

    pub fn now(&self) -> Instant {
        self.house.clock.now()
    }

    /// Moves the clock; day by day as long as timers fall due on the way, as a clerk would have lived it, so that
    /// reminders and letters bear their own date.
    pub async fn move_to(&self, to: Instant) -> anyhow::Result<()> {
        while let Some(next) = next_day(&self.house, to).await? {
            self.house.clock.move_to(next);
            self.let_time_act().await?;
        }
        self.house.clock.move_to(to);
        self.let_time_act().await
    }

    pub async fn register(&self, organisation: RegisterOrganisation) -> anyhow::Result<OrganisationId> {
        person::register_organisation(&self.house, organisation).await
    }

    pub async fn enrol(&self, invitation: InvitePerson, password: &str) -> anyhow::Result<PersonId> {
        person::create(&self.house, invitation, password).await
    }

    pub async fn ask(&self, request: Request) -> anyhow::Result<Reply> {
        let address = format!("{}{}", self.base, request.path);
        let asked = match request.carry {
            Carry::Nothing => self.client.get(address),
            Carry::Json(body) => self.client.post(address).json(&body),
            Carry::Pdf(file) => self
                .client
                .post(address)
                .header(CONTENT_TYPE, "application/pdf")
                .body(file),
        };
        let asked = match request.token {
            Some(token) => asked.header(AUTHORIZATION, format!("Bearer {token}")),
            None => asked,
        };
        let reply = asked.send().await.with_context(|| format!("asking {}", request.path))?;
        let status = reply.status().as_u16();
        Ok(Reply {
            status,
            bytes: reply.bytes().await.context("reading the answer")?.to_vec(),
        })
    }
}

/// Serves the folder on the machine's own clock until it is told to stop; if that clock has not yet come to the end of
/// the play, the instance keeps the play's last hour, for nothing may happen before its past.
pub async fn serve(folder: &Path, listen: SocketAddr, ended: Instant) -> anyhow::Result<()> {
    let settings = settings(folder, listen);
    let clock = if Clock::Wall.now() < ended {
        println!("\nThis machine's clock is not yet at the end of the play: the instance stands still at {ended}.");
        Clock::standing_at(ended)
    } else {
        Clock::Wall
    };
    serve::begin_log(&settings);
    let house = serve::open_house(settings, clock)
        .await
        .context("opening the instance")?;
    let running = serve::start(&house, true).context("starting the instance")?;
    let address = running.address().context("the instance listens nowhere")?;
    println!("\nServing on http://{address}  (API: http://{address}/api/docs); stop with Ctrl-C.");
    running.wait().await.context("serving")
}

/// The same hour tomorrow, if something falls due before this instant.
async fn next_day(house: &House, to: Instant) -> anyhow::Result<Option<Instant>> {
    if house.store.due_streams(to, 1).await?.is_empty() {
        return Ok(None);
    }
    let next = house.clock.now().checked_add(jiff::SignedDuration::from_hours(24));
    Ok(next.ok().filter(|next| *next < to))
}

/// An instance whose clock is moved by hand while it serves; its clerks work.
pub struct Rehearsal {
    pub house: Arc<House>,
    pub running: serve::Serving,
    pub address: SocketAddr,
}

/// Serves the folder with a clock that stands at this instant.
pub async fn rehearse(folder: &Path, listen: SocketAddr, at: Instant) -> anyhow::Result<Rehearsal> {
    let mut settings = settings(folder, listen);
    unhurried(&mut settings);
    settings.jobs.tick_ms = 100;
    serve::begin_log(&settings);
    let house = serve::open_house(settings, Clock::standing_at(at))
        .await
        .context("opening the instance")?;
    let running = serve::start(&house, true).context("starting the instance")?;
    let address = running.address().context("the instance listens nowhere")?;
    Ok(Rehearsal {
        house,
        running,
        address,
    })
}

/// Moves the clock, as [`Stage::move_to`] does; the clerks send the letters.
pub async fn let_time_pass(house: &Arc<House>, to: Instant) -> anyhow::Result<()> {
    while let Some(next) = next_day(house, to).await? {
        house.clock.move_to(next);
        deadline_clerk::tick(house).await.context("letting time act")?;
    }
    house.clock.move_to(to);
    deadline_clerk::tick(house).await.context("letting time act")?;
    house.log_now().await.context("writing the log")
}

//! Bundles over HTTP: made into a file once, then fetched whole or in parts as often as needed within a day.

use super::{
    Caller, TheHouse,
    exports::{ExportRequest, Slot, selection},
    write_down,
};
use crate::{
    domain::{
        Instant,
        id::{CaseId, EventId},
        people::Role,
        text::Words,
    },
    house::House,
    process,
    store::{BundleMade, history::Selection},
    web::{body::StrictJson, problem::Problem, ranges},
};
use actix_web::{HttpRequest, HttpResponse, get, post, web};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::{
    fs::{self, File},
    io::{self, BufWriter, Read as _, Write as _},
    path::{Path, PathBuf},
    time::Duration,
};
use uuid::Uuid;

/// How long a bundle can be fetched.
const KEPT: Duration = Duration::from_secs(24 * 60 * 60);

/// What to bundle: the whole log, certain cases, or a period. One of them.
#[derive(Debug, Clone, Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BundleRequest {
    #[serde(default)]
    pub whole: bool,
    #[serde(default)]
    pub cases: Vec<CaseId>,
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub from: Option<Instant>,
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub to: Option<Instant>,
    /// Leave out names and texts; their commitments stay.
    #[serde(default)]
    pub withhold: bool,
    /// What it is for; kept with the record of the export.
    #[serde(default)]
    pub purpose: Option<Words>,
}

/// A bundle that can be fetched.
#[derive(Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct BundleReady {
    #[schema(value_type = String)]
    pub id: Uuid,
    /// Who may fetch it.
    #[schema(value_type = String)]
    pub person: Uuid,
    pub events: u64,
    /// Events of the whole log.
    pub size: u64,
    /// Private values that are in it.
    pub opened: u64,
    pub manifest_sha256: String,
    pub bytes: u64,
    /// Of the file; also its entity tag.
    pub sha256: String,
}

fn folder(house: &House) -> PathBuf {
    house.settings.data.folder.join("exports")
}

fn place(house: &House, id: Uuid, ending: &str) -> PathBuf {
    folder(house).join(format!("{id}.{ending}"))
}

/// Makes a bundle that can be verified offline (`corridor verify`, `verify.py`). The export is itself an event, logged before the bundle is made. Fetch it from `Location` within a day.
#[utoipa::path(tag = "audit", request_body = BundleRequest, responses((status = 201, description = "Ready to be fetched from Location", body = BundleReady), (status = 403, description = "Not for you", body = Problem), (status = 404, description = "No such case", body = Problem), (status = 422, description = "Not usable", body = Problem), (status = 429, description = "Too many exports at once", body = Problem)))]
#[post("/bundles")]
pub async fn create_bundle(
    house: TheHouse,
    caller: Caller,
    body: StrictJson<BundleRequest>,
) -> Result<HttpResponse, Problem> {
    let wanted = body.value;
    if !caller.actor.is(Role::Auditor) {
        write_down(&house, &caller, "export", None, "wrong_role", Some("12")).await;
        return Err(Problem::of("forbidden").detail("Exports are for auditors.").rule("12"));
    }
    let selection = chosen(&wanted)?;
    if let Some(Selection::Streams(streams)) = &selection {
        for stream in streams {
            super::cases::visible(&house, &caller, CaseId(stream.id)).await?;
        }
    }
    let slot = Slot::take(&house)?;
    let purpose = wanted.purpose.as_ref().map(Words::as_str);
    process::record_export(&house, &caller.actor, selection.as_ref(), "bundle", purpose).await?;
    // The record of the export goes into the log before anything leaves; and a seal, up to which histories are complete.
    if let Some(selection) = &selection {
        process::seal_for(&house, selection).await.map_err(Problem::internal)?;
    }
    house.log_now().await.map_err(Problem::internal)?;
    let ready = made(&house, selection, wanted.withhold, caller.actor.person.0).await?;
    drop(slot);
    Ok(HttpResponse::Created()
        .insert_header(("Location", format!("/api/v1/bundles/{}", ready.id)))
        .json(ready))
}

fn chosen(wanted: &BundleRequest) -> Result<Option<Selection>, Problem> {
    if wanted.whole && wanted.cases.is_empty() && wanted.from.is_none() && wanted.to.is_none() {
        return Ok(None);
    }
    let mut like = ExportRequest::of(wanted.cases.clone(), wanted.from, wanted.to);
    if wanted.whole {
        // Both at once: refused as neither.
        like = ExportRequest::of(Vec::new(), None, None);
    }
    selection(&like).map(Some)
}

async fn made(
    house: &TheHouse,
    selection: Option<Selection>,
    withhold: bool,
    person: Uuid,
) -> Result<BundleReady, Problem> {
    let id = EventId::fresh().0;
    let (runtime, inside) = (tokio::runtime::Handle::current(), house.get_ref().clone());
    let write = move || -> Result<BundleReady, Problem> {
        fs::create_dir_all(folder(&inside)).map_err(Problem::internal)?;
        sweep(&folder(&inside));
        let aside = place(&inside, id, "part");
        let file = BufWriter::new(File::create(&aside).map_err(Problem::internal)?);
        let policy = inside.notary.policy_text().map_err(Problem::internal)?;
        let with = (withhold, policy.as_deref());
        let making = inside.store.bundle(selection.as_ref(), with, file, &|_| {});
        let done = runtime
            .block_on(making)
            .map_err(Problem::from)
            .and_then(|(file, made)| {
                let file = file
                    .into_inner()
                    .map_err(|error| Problem::internal(error.into_error()))?;
                let ready = ready(id, person, &made, &aside).map_err(Problem::internal)?;
                settled(&inside, file, &ready).map_err(Problem::internal)?;
                Ok(ready)
            });
        if done.is_err() {
            let _ = fs::remove_file(&aside);
        }
        done
    };
    web::block(write).await.map_err(Problem::internal)?
}

/// Gives the bundle its name. What has the name is whole, also after a loss of power.
fn settled(house: &House, bundle: File, ready: &BundleReady) -> io::Result<()> {
    bundle.sync_all()?;
    let mut facts = File::create(place(house, ready.id, "json"))?;
    facts.write_all(&serde_json::to_vec(ready)?)?;
    facts.sync_all()?;
    fs::rename(place(house, ready.id, "part"), place(house, ready.id, "zip"))?;
    File::open(folder(house))?.sync_all()
}

fn ready(id: Uuid, person: Uuid, made: &BundleMade, path: &Path) -> io::Result<BundleReady> {
    let (mut file, mut sum, mut bytes) = (File::open(path)?, Sha256::new(), 0);
    let mut piece = vec![0; 256 * 1024];
    loop {
        let read = file.read(&mut piece)?;
        if read == 0 {
            break;
        }
        sum.update(&piece[..read]);
        bytes += read as u64;
    }
    Ok(BundleReady {
        id,
        person,
        events: made.events,
        size: made.size,
        opened: made.opened,
        manifest_sha256: made.manifest_sha256.clone(),
        bytes,
        sha256: hex::encode(sum.finalize()),
    })
}

/// Removes bundles that nobody may fetch any more.
fn sweep(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let changed = entry.metadata().and_then(|found| found.modified()).ok();
        // By the clock of the file system, not that of the house.
        let age = changed.and_then(|changed| changed.elapsed().ok());
        if age.is_some_and(|age| age > KEPT) {
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// The bundle, whole or in part (`Range`, `If-Range`, `If-None-Match`); for the person who had it made.
#[utoipa::path(tag = "audit", params(("id" = String, Path)), responses((status = 200, description = "The whole file"), (status = 206, description = "The part that was asked for"), (status = 304, description = "Known already"), (status = 404, description = "Not there (any more), or not yours", body = Problem), (status = 416, description = "Beyond the end", body = Problem)))]
#[get("/bundles/{id}")]
pub async fn fetch_bundle(
    house: TheHouse,
    caller: Caller,
    request: HttpRequest,
    id: web::Path<Uuid>,
) -> Result<HttpResponse, Problem> {
    let facts = tokio::fs::read(place(&house, *id, "json")).await;
    let ready = facts
        .ok()
        .and_then(|facts| serde_json::from_slice::<BundleReady>(&facts).ok());
    let theirs = |ready: &BundleReady| ready.person == caller.actor.person.0 && caller.actor.is(Role::Auditor);
    let Some(ready) = ready.filter(theirs) else {
        write_down(
            &house,
            &caller,
            "fetch_bundle",
            Some(("bundle", *id)),
            "not_found",
            Some("12"),
        )
        .await;
        return Err(Problem::of("not_found"));
    };
    let name = format!("corridor-{}.zip", ready.size);
    ranges::hand_out(
        &request,
        &place(&house, *id, "zip"),
        &name,
        "application/zip",
        &ready.sha256,
    )
    .await
}

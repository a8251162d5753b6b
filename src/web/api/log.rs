//! The live log, for auditors: C2SP tlog-tiles under `/api/v1/log`, and proofs made from it.
//!
//! Only what a signed checkpoint covers is given out. A full tile never changes, and may be kept for ever.

use super::{Caller, TheHouse, write_down};
use crate::{
    audit::{
        checkpoint::write_hash,
        proof::Proof,
        tiles::{FULL, Level, Tile},
    },
    domain::people::Role,
    house::House,
    store::checkpoints::KeptCheckpoint,
    web::{body::StrictQuery, problem::Problem},
};
use actix_web::{
    HttpResponse, get,
    http::{StatusCode, header},
    web::Path,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

async fn for_auditors(house: &House, caller: &Caller) -> Result<KeptCheckpoint, Problem> {
    if !caller.actor.is(Role::Auditor) {
        write_down(house, caller, "read_log", None, "wrong_role", Some("12")).await;
        return Err(Problem::of("forbidden").detail("The log is for auditors.").rule("12"));
    }
    let newest = house.store.newest_checkpoint().await?;
    newest.ok_or_else(|| Problem::of("not_found").detail("Nothing is in the log yet."))
}

/// The newest signed checkpoint of the log (C2SP tlog-checkpoint), with the cosignatures of its witnesses.
#[utoipa::path(tag = "audit", responses((status = 200, description = "A signed note", body = String, content_type = "text/plain"), (status = 403, description = "Not for you", body = Problem), (status = 404, description = "Nothing is in the log yet", body = Problem)))]
#[get("/log/checkpoint")]
pub async fn log_checkpoint(house: TheHouse, caller: Caller) -> Result<HttpResponse, Problem> {
    let newest = for_auditors(&house, &caller).await?;
    Ok(HttpResponse::Ok()
        .content_type("text/plain; charset=utf-8")
        .body(house.store.cosigned_note(&newest).await?))
}

/// A tile of the log (C2SP tlog-tiles): hashes (`0/x001/234`, partial `0/005.p/17`), or leaves (`entries/005`).
#[utoipa::path(tag = "audit", params(("path" = String, Path, description = "The tile's name by tlog-tiles, for example 0/000 or entries/x001/234.p/17")), responses((status = 200, description = "The tile", content_type = "application/octet-stream"), (status = 403, description = "Not for you", body = Problem), (status = 404, description = "No such tile in the signed log", body = Problem)))]
#[get("/log/tile/{path:.*}")]
pub async fn log_tile(house: TheHouse, caller: Caller, path: Path<String>) -> Result<HttpResponse, Problem> {
    let newest = for_auditors(&house, &caller).await?;
    let tile = Tile::parse(&path).filter(|tile| tile.needs().is_some_and(|needs| needs <= newest.size));
    let tile = tile.ok_or_else(|| Problem::of("not_found").detail("The signed log has no such tile."))?;
    let bytes = match tile.level {
        Level::Hashes(level) => {
            let hashes = house.store.log_tile(newest.generation, level, tile.n, tile.width);
            hashes.await?.concat()
        }
        Level::Entries => house.store.log_entries(newest.generation, tile.n, tile.width).await?,
    };
    let keep = if tile.width == FULL {
        "private, max-age=31536000, immutable"
    } else {
        "no-store"
    };
    Ok(HttpResponse::Ok()
        .content_type("application/octet-stream")
        .insert_header((header::CACHE_CONTROL, keep))
        .body(bytes))
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
pub struct InclusionQuery {
    /// The event's id, as it stands in its history.
    event: Uuid,
}

/// That an event is in the log, as of the newest checkpoint.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Inclusion {
    index: u64,
    size: u64,
    /// In Base64, from the leaf's neighbour up.
    hashes: Vec<String>,
    /// The same as a file of C2SP tlog-proof, with the checkpoint.
    proof: String,
}

/// Proves that an event is in the log.
#[utoipa::path(tag = "audit", params(InclusionQuery), responses((status = 200, description = "The proof", body = Inclusion), (status = 403, description = "Not for you", body = Problem), (status = 404, description = "The signed log has no such event", body = Problem), (status = 422, description = "Not usable", body = Problem)))]
#[get("/log/proofs/inclusion")]
pub async fn prove_inclusion(
    house: TheHouse,
    caller: Caller,
    query: StrictQuery<InclusionQuery>,
) -> Result<HttpResponse, Problem> {
    for_auditors(&house, &caller).await?;
    let proof = proof_of(&house, query.0.event).await?;
    let size = proof.checkpoint.lines().nth(1).and_then(|size| size.parse().ok());
    Ok(HttpResponse::Ok().json(Inclusion {
        index: proof.index,
        size: size.unwrap_or_default(),
        hashes: proof.hashes.iter().map(write_hash).collect(),
        proof: proof.text(),
    }))
}

/// That this event is in the log, as of the newest checkpoint.
///
/// # Errors
/// `not_found` if it is not.
pub async fn proof_of(house: &House, event: Uuid) -> Result<Proof, Problem> {
    let absent = || Problem::of("not_found").detail("The signed log has no such event.");
    let newest = house.store.newest_checkpoint().await?.ok_or_else(absent)?;
    let logged = house.store.logged(event).await?;
    let logged = logged.filter(|logged| logged.generation == newest.generation && logged.index < newest.size);
    let index = logged.ok_or_else(absent)?.index;
    let hashes = house
        .store
        .inclusion_proof(newest.generation, index, newest.size)
        .await?;
    Ok(Proof {
        index,
        hashes,
        checkpoint: house.store.cosigned_note(&newest).await?,
    })
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
pub struct ConsistencyQuery {
    /// The size of an earlier checkpoint, 1 or more.
    from: u64,
    /// The size of a later one; without it the newest.
    to: Option<u64>,
}

/// That a later log continues an earlier one.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Consistency {
    from: u64,
    to: u64,
    /// In Base64, by RFC 6962.
    hashes: Vec<String>,
}

/// Proves that the log of one size continues the log of a smaller one.
#[utoipa::path(tag = "audit", params(ConsistencyQuery), responses((status = 200, description = "The proof", body = Consistency), (status = 403, description = "Not for you", body = Problem), (status = 404, description = "Nothing is in the log yet", body = Problem), (status = 422, description = "Not two sizes of this log", body = Problem)))]
#[get("/log/proofs/consistency")]
pub async fn prove_consistency(
    house: TheHouse,
    caller: Caller,
    query: StrictQuery<ConsistencyQuery>,
) -> Result<HttpResponse, Problem> {
    let newest = for_auditors(&house, &caller).await?;
    let (from, to) = (query.0.from, query.0.to.unwrap_or(newest.size));
    if !(1..=to).contains(&from) || to > newest.size {
        let says = format!(
            "Ask for 1 ≤ “from” ≤ “to” ≤ {}, the size of the signed log.",
            newest.size
        );
        let problem = Problem::refused(StatusCode::UNPROCESSABLE_ENTITY, "bad_parameter", &says);
        return Err(problem.field("from", "bad_parameter", &says));
    }
    let hashes = house.store.consistency_proof(newest.generation, from, to).await?;
    Ok(HttpResponse::Ok().json(Consistency {
        from,
        to,
        hashes: hashes.iter().map(write_hash).collect(),
    }))
}

//! The prepared world that every trial begins with: a case before its decision is signed, and drafts.

use super::place::{Place, copied_database, copy, drop_database};
use crate::{
    api::course,
    house::{Engine, House},
};
use corridor::{audit::checkpoint::Verifier, auth::token, clock::Clock};
use sea_orm::ConnectionTrait;
use std::{collections::BTreeMap, path::PathBuf};

/// Those who act in a trial.
pub const ACTORS: [&str; 6] = ["drafter", "signatory", "officer", "us_chair", "ru_chair", "auditor"];

pub struct World {
    pub house: House,
    pub engine: Engine,
    /// Voted on, not yet signed.
    pub voted: String,
    /// A draft that can be submitted.
    pub draft: String,
    /// A draft for the time after the fault.
    pub later: String,
    /// One for the time after the fault, before the next start.
    pub sooner: String,
    /// The digest that the chairs sign.
    pub digest: serde_json::Value,
    pub log: Verifier,
    template: PathBuf,
    /// The database that the places are copied from.
    pub template_url: String,
    claims: BTreeMap<&'static str, token::Claims>,
    _folder: tempfile::TempDir,
}

impl World {
    /// None where this database, or the library of faults, cannot be had.
    pub async fn prepare(engine: Engine) -> Option<Self> {
        super::shim::library()?;
        let house = House::open(engine, |_| {}).await?;
        // The service under test goes by the clock on the wall; opening the ballot takes four days.
        house.move_to(Clock::Wall.now() - jiff::SignedDuration::from_hours(24 * 4));
        let voted = course::ballot(&house).await;
        course::vote(&house, &voted, "us_head", "approve").await;
        course::vote(&house, &voted, "ru_head", "approve").await;
        house.move_to(Clock::Wall.now());
        let notice = house.case("officer", &voted).await["notice"]
            .as_str()
            .unwrap_or_default()
            .to_owned();
        let draft = course::drafted_under(&house, &notice).await;
        let later = course::drafted_under(&house, &notice).await;
        let sooner = course::drafted_under(&house, &notice).await;
        let digest = course::digest(&house, &voted).await;
        let claims = sign_in(&house).await;
        house.deliver_letters().await;
        let origin = house.inside.store.log_head().await.unwrap().unwrap().origin;
        let log = house.inside.notary.verifier(&origin).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let template = folder.path().join("data");
        let mut template_url = house.inside.settings.database.url.clone().unwrap();
        if engine == Engine::Sqlite {
            house
                .rows
                .execute_unprepared("PRAGMA wal_checkpoint(TRUNCATE)")
                .await
                .unwrap();
        } else {
            template_url = copied_database(&template_url).await;
        }
        copy(&house.inside.settings.data.folder, &template);
        let _ = std::fs::remove_dir_all(template.join("letters"));
        for ending in ["-wal", "-shm"] {
            let _ = std::fs::remove_file(template.join(format!("corridor.sqlite{ending}")));
        }
        Some(Self {
            house,
            engine,
            voted,
            draft,
            later,
            sooner,
            digest,
            log,
            template,
            template_url,
            claims,
            _folder: folder,
        })
    }

    /// A place of its own for one trial.
    pub async fn place(&self) -> Place {
        let mut place = Place::copied(&self.house.inside.settings, self.engine, &self.template);
        if self.engine == Engine::Postgres {
            place.settings.database.url = Some(copied_database(&self.template_url).await);
        }
        place
    }

    /// What is in the folder when a trial begins.
    pub fn template(&self) -> &std::path::Path {
        &self.template
    }

    /// Everything of a trial that is not in its folder.
    pub async fn clear(&self, place: Place) {
        if self.engine == Engine::Postgres {
            drop_database(place.url()).await;
        }
    }

    /// A token of each actor, as of a sign-in of this moment: some steps ask for that.
    pub fn tokens(&self) -> BTreeMap<&'static str, String> {
        let (door, now) = (&self.house.inside.door, Clock::Wall.now());
        let renewed = self.claims.iter().map(|(who, claims)| {
            let claims = token::Claims {
                iat: now.as_second(),
                auth_time: now.as_second(),
                exp: now.as_second() + 600,
                ..claims.clone()
            };
            (*who, token::sign(&claims, &door.keys, now).unwrap())
        });
        renewed.collect()
    }
}

/// Signs everybody in: the sign-ins are in the database before it is copied.
async fn sign_in(house: &House) -> BTreeMap<&'static str, token::Claims> {
    let (door, mut claims) = (&house.inside.door, BTreeMap::new());
    for who in ACTORS {
        let given = house.fresh_token(who).await;
        let said = token::verify(&given, &door.keys, &door.issuer, &door.audience, house.clock.now());
        claims.insert(who, said.unwrap());
    }
    claims
}

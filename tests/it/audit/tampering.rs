//! What happens when somebody changes the database behind the service's back.

use crate::{
    api::course,
    house::{Engine, House, both_databases},
};
use corridor::{cli::serve, notary::NotaryError};
use sea_orm::{ConnectionTrait, DbBackend};
use std::path::PathBuf;

/// Takes the fences of a table away, as its owner can.
pub async fn without_fences(house: &House, table: &str) {
    let sql = match house.rows.get_database_backend() {
        DbBackend::Postgres => format!("ALTER TABLE {table} DISABLE TRIGGER USER"),
        _ => {
            let triggers = "SELECT group_concat('DROP TRIGGER ' || name, ';') AS all_of_them FROM sqlite_master WHERE type = 'trigger' AND tbl_name = ";
            let statement = sea_orm::Statement::from_string(DbBackend::Sqlite, format!("{triggers}'{table}'"));
            house
                .rows
                .query_one_raw(statement)
                .await
                .unwrap()
                .unwrap()
                .try_get("", "all_of_them")
                .unwrap()
        }
    };
    house.rows.execute_unprepared(&sql).await.unwrap();
}

/// Flips one bit of the last byte of a column.
pub fn flipped(house: &House, column: &str) -> String {
    match house.rows.get_database_backend() {
        DbBackend::Postgres => {
            format!("set_byte({column}, length({column}) - 1, get_byte({column}, length({column}) - 1) # 1)")
        }
        _ => format!("CAST(substr({column}, 1, length({column}) - 1) || x'01' AS BLOB)"),
    }
}

fn refusal(error: &anyhow::Error) -> &NotaryError {
    error
        .downcast_ref::<NotaryError>()
        .unwrap_or_else(|| panic!("{error:#}"))
}

/// An open house that nobody closes: its end would find what was done to it.
pub async fn each_engine(test: impl AsyncFn(&House)) {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        if let Some(house) = House::open(engine, |_| {}).await {
            test(&house).await;
        }
    }
}

fn database_file(house: &House) -> PathBuf {
    house.inside.settings.data.folder.join("corridor.sqlite")
}

both_databases! {
    /// The fences of the database stop every accident.
    async fn the_log_cannot_be_edited_by_accident(house) {
        house.inside.log_now().await.unwrap();
        for statement in [
            "UPDATE log_leaf SET idx = idx + 1000", "DELETE FROM log_leaf", "UPDATE log_checkpoint SET note = ''",
            "DELETE FROM log_checkpoint", "UPDATE log_head SET size = size - 1", "UPDATE log_head SET origin = 'x', size = size + 1",
            "DELETE FROM log_head", "INSERT INTO log_cosignature VALUES (1, 1, 'w', 'l')", "UPDATE log_cosignature SET line = ''",
            "DELETE FROM log_cosignature", "DELETE FROM event",
        ] {
            let done = house.rows.execute_unprepared(statement).await;
            assert_eq!(done.is_ok(), statement.starts_with("INSERT"), "{statement}: {done:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_event_changed_before_it_is_logged_stops_everything() {
    each_engine(async |house| {
        house.inside.log_now().await.unwrap();
        let size = house.inside.store.newest_checkpoint().await.unwrap().unwrap().size;
        course::drafted(house).await;
        without_fences(house, "event").await;
        let body = flipped(house, "body");
        let sql =
            format!("UPDATE event SET body = {body} WHERE id = (SELECT event_id FROM unsequenced ORDER BY id LIMIT 1)");
        house.rows.execute_unprepared(&sql).await.unwrap();
        let error = house.inside.log_now().await.unwrap_err();
        assert!(
            error.to_string().contains("it was changed after it was recorded"),
            "{error:#}"
        );
        assert!(house.inside.store.halted().is_some());
        assert_eq!(
            house.inside.store.newest_checkpoint().await.unwrap().unwrap().size,
            size
        );
        let new = corridor::workflow::people::RegisterOrganisation {
            name: "Too late".to_owned(),
            kind: corridor::workflow::people::OrganisationKind::Submitter,
            type_: None,
            unit: String::new(),
            affiliation: None,
        };
        let refused = corridor::cli::person::register_organisation(&house.inside, new).await;
        assert!(refused.unwrap_err().to_string().contains("the log does not fit"));
        let ready = reqwest::get(house.base.replace("/api/v1", "/health/ready"))
            .await
            .unwrap();
        assert_eq!(ready.status(), 503);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_leaf_or_tile_changed_after_it_was_signed_is_a_fork() {
    each_engine(async |house| {
        house.inside.log_now().await.unwrap();
        without_fences(house, "log_leaf").await;
        let hash = flipped(house, "hash");
        house
            .rows
            .execute_unprepared(&format!("UPDATE log_leaf SET hash = {hash} WHERE idx = 3"))
            .await
            .unwrap();
        let error = house.inside.notary.check(&house.inside.store).await.unwrap_err();
        assert!(matches!(refusal(&error), NotaryError::Forked { .. }), "{error:#}");
        let again = serve::open_house(house.inside.settings.clone(), house.clock.clone()).await;
        assert!(matches!(refusal(&again.err().unwrap()), NotaryError::Forked { .. }));
        // Nothing more is signed for.
        crate::audit::grow(&house.inside, 1).await;
        assert!(house.inside.log_now().await.is_err());
        assert!(house.inside.store.halted().is_some());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_restored_from_a_backup_is_refused_before_any_write() {
    let house = House::open(Engine::Sqlite, |_| {}).await.unwrap();
    house.inside.log_now().await.unwrap();
    let settings = house.inside.settings.clone();
    let backup = settings.data.folder.join("backup.sqlite");
    let sql = format!("VACUUM INTO '{}'", backup.display());
    house.rows.execute_unprepared(&sql).await.unwrap();
    course::drafted(&house).await;
    house.inside.log_now().await.unwrap();
    let memory = std::fs::read_to_string(settings.log_memory_file()).unwrap();
    let mut restored = settings.clone();
    let file = settings.data.folder.join("restored.sqlite");
    std::fs::copy(&backup, &file).unwrap();
    restored.database.url = Some(format!("sqlite://{}", file.display()));
    let open = async || serve::open_house(restored.clone(), house.clock.clone()).await;
    let error = open().await.err().unwrap();
    assert!(matches!(refusal(&error), NotaryError::RolledBack { .. }), "{error:#}");
    // Beyond the header, which says how the file is journalled, nothing was written.
    let content = |file: &PathBuf| std::fs::read(file).unwrap()[100..].to_vec();
    assert!(content(&file) == content(&backup));
    // An empty database is no better.
    let mut empty = settings.clone();
    empty.database.url = Some(format!(
        "sqlite://{}",
        settings.data.folder.join("empty.sqlite").display()
    ));
    let error = serve::open_house(empty, house.clock.clone()).await.err().unwrap();
    assert!(
        matches!(refusal(&error), NotaryError::RolledBack { found: 0, .. }),
        "{error:#}"
    );
    // Without its memory the instance cannot know; when it grew on and the memory is back, it is a fork.
    std::fs::remove_file(settings.log_memory_file()).unwrap();
    let other = open().await.unwrap();
    crate::audit::grow(&other, 200).await;
    other.log_now().await.unwrap();
    std::fs::write(settings.log_memory_file(), memory).unwrap();
    let error = open().await.err().unwrap();
    assert!(matches!(refusal(&error), NotaryError::Forked { .. }), "{error:#}");
    assert!(database_file(&house).exists());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_key_or_none_is_refused() {
    let house = House::open(Engine::Sqlite, |_| {}).await.unwrap();
    house.inside.log_now().await.unwrap();
    let (settings, key) = (&house.inside.settings, house.inside.settings.log_key_file());
    let secret = std::fs::read_to_string(&key).unwrap();
    std::fs::remove_file(&key).unwrap();
    let opened = serve::open_house(settings.clone(), house.clock.clone()).await;
    assert!(format!("{:#}", opened.err().unwrap()).contains("is missing"));
    corridor::auth::keys::secret_file(&key).unwrap();
    std::fs::remove_file(settings.log_memory_file()).unwrap();
    let opened = serve::open_house(settings.clone(), house.clock.clone()).await;
    assert!(matches!(refusal(&opened.err().unwrap()), NotaryError::ForeignKey(_)));
    std::fs::write(&key, secret).unwrap();
    assert!(serve::open_house(settings.clone(), house.clock.clone()).await.is_ok());
}

//! A copy of the prepared world: a data folder and a database of its own.

use crate::house::Engine;
use corridor::config::Settings;
use sea_orm::{ConnectionTrait, Database, Statement};
use std::{
    fs,
    path::{Path, PathBuf},
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

/// Where one trial happens; gone afterwards.
pub struct Place {
    pub settings: Settings,
    pub engine: Engine,
    /// The address by which the service under test reaches the database, if not straight.
    pub via: Option<String>,
    /// Where it remembers the newest checkpoint, if not in the folder.
    pub memory: Option<PathBuf>,
    /// Nothing works in the background: no notary, no letters.
    pub idle: bool,
    _folder: tempfile::TempDir,
}

impl Place {
    /// A place in a new folder, for which everything below `from` is copied.
    pub fn copied(settings: &Settings, engine: Engine, from: &Path) -> Self {
        let holder = tempfile::tempdir().unwrap();
        let folder = holder.path().canonicalize().unwrap().join("data");
        copy(from, &folder);
        Self::in_folder(settings, engine, holder, folder)
    }

    /// The same, with a database that is filled already.
    pub fn in_folder(settings: &Settings, engine: Engine, holder: tempfile::TempDir, folder: PathBuf) -> Self {
        let mut settings = settings.clone();
        if engine == Engine::Sqlite {
            let file = folder.join("corridor.sqlite");
            settings.database.url = Some(format!("sqlite://{}", file.display()));
        }
        settings.data.folder = folder;
        Self {
            settings,
            engine,
            via: None,
            memory: None,
            idle: false,
            _folder: holder,
        }
    }

    pub fn folder(&self) -> &Path {
        &self.settings.data.folder
    }

    pub fn url(&self) -> &str {
        self.settings.database.url.as_deref().unwrap()
    }

    /// Beside the data folder, where no fault is put in.
    pub fn beside(&self, name: &str) -> PathBuf {
        self.folder().parent().unwrap().join(name)
    }
}

/// Copies files and folders.
pub fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().flatten() {
        let (path, to) = (entry.path(), to.join(entry.file_name()));
        if path.is_dir() {
            copy(&path, &to);
        } else {
            fs::copy(&path, &to).unwrap();
        }
    }
}

/// The address of the server's own database, and the name of this one.
fn parts(url: &str) -> (String, &str) {
    let (server, name) = url.rsplit_once('/').unwrap();
    (format!("{server}/postgres"), name)
}

async fn tell(url: &str, sql: &[String]) {
    let server = Database::connect(url).await.unwrap();
    for sql in sql {
        server.execute_unprepared(sql).await.unwrap();
    }
    server.close().await.unwrap();
}

/// A copy of a PostgreSQL database, whose connections are cut for it.
pub async fn copied_database(url: &str) -> String {
    static NUMBER: AtomicU32 = AtomicU32::new(1);
    let (server, name) = parts(url);
    let copy = format!("{name}_{}", NUMBER.fetch_add(1, Ordering::Relaxed));
    let cut = format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'");
    tell(&server, &[cut, format!("CREATE DATABASE {copy} TEMPLATE {name}")]).await;
    url.replace(&format!("/{name}"), &format!("/{copy}"))
}

/// Drops a copy, even while somebody is connected.
pub async fn drop_database(url: &str) {
    let (server, name) = parts(url);
    tell(&server, &[format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")]).await;
}

/// Waits until nobody else is connected to this database: what was under way is over.
pub async fn others_gone(url: &str) {
    let (server, name) = parts(url);
    let server = Database::connect(&server).await.unwrap();
    let sql = format!("SELECT count(*) FROM pg_stat_activity WHERE datname = '{name}'");
    for _ in 0..400 {
        let statement = Statement::from_string(server.get_database_backend(), sql.clone());
        let row = server.query_one_raw(statement).await.unwrap().unwrap();
        if row.try_get_by_index::<i64>(0).unwrap() == 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    server.close().await.unwrap();
}

//! A throw-away PostgreSQL, if it is installed: one cluster for the test process, one fresh database for each test.
//! `CORRIDOR_TEST_POSTGRES` names a server that is there already.
//!
//! Without PostgreSQL the tests that want it say so and pass; with `CORRIDOR_REQUIRE_ALL=1` they fail instead.

use std::{
    fs,
    io::Read,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{
        OnceLock,
        atomic::{AtomicU32, Ordering},
    },
    thread,
    time::Duration,
};

/// A running cluster.
pub struct Cluster {
    bin: PathBuf,
    directory: PathBuf,
    port: u16,
    /// Its standard input stays open as long as this process lives; nothing is ever written to it.
    server: Option<Child>,
    /// The shells of servers that crashed.
    before: Vec<Child>,
}

/// The URL of a new, empty database, or nothing if PostgreSQL is not installed.
pub fn fresh_database() -> Option<String> {
    static CLUSTER: OnceLock<Option<Cluster>> = OnceLock::new();
    static NUMBER: AtomicU32 = AtomicU32::new(1);
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    if let Ok(given) = std::env::var("CORRIDOR_TEST_POSTGRES") {
        return Some(database_at(&given, &format!("t{}_{number}", std::process::id())));
    }
    let Some(cluster) = CLUSTER.get_or_init(start) else {
        assert!(
            std::env::var("CORRIDOR_REQUIRE_ALL").as_deref() != Ok("1"),
            "CORRIDOR_REQUIRE_ALL=1, but PostgreSQL is not installed"
        );
        println!("skipped: PostgreSQL not installed");
        return None;
    };
    let name = format!("t{number}");
    let created = cluster
        .command("psql")
        .args([
            "-h",
            &cluster.directory.to_string_lossy(),
            "-p",
            &cluster.port.to_string(),
            "-U",
            "corridor",
        ])
        .args(["-d", "postgres", "-qc", &format!("CREATE DATABASE {name}")])
        .output()
        .unwrap();
    assert!(created.status.success(), "{}", String::from_utf8_lossy(&created.stderr));
    Some(format!("postgres://corridor@127.0.0.1:{}/{name}", cluster.port))
}

/// A cluster for one test alone, which may crash it; none if PostgreSQL is not installed here.
pub fn cluster_to_crash() -> Option<Cluster> {
    start()
}

/// A new database on a server that is there already, whose address names a database to begin with.
fn database_at(server: &str, name: &str) -> String {
    let created = Command::new("psql")
        .args([server, "-qc", &format!("CREATE DATABASE {name}")])
        .output()
        .unwrap();
    assert!(created.status.success(), "{}", String::from_utf8_lossy(&created.stderr));
    let (place, _) = server.rsplit_once('/').unwrap();
    format!("{place}/{name}")
}

fn start() -> Option<Cluster> {
    let bin = binaries()?;
    let directory = tempfile::Builder::new()
        .prefix("corridor-pg-")
        .tempdir()
        .unwrap()
        .keep();
    let port = free_port();
    let mut cluster = Cluster {
        bin,
        directory,
        port,
        server: None,
        before: Vec::new(),
    };
    cluster.own_directory();
    let data = cluster.directory.join("data");
    let made = cluster
        .command("initdb")
        .args([
            "-U",
            "corridor",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C",
            "--no-sync",
            "-D",
        ])
        .arg(&data)
        .output()
        .unwrap();
    assert!(
        made.status.success(),
        "initdb: {}",
        String::from_utf8_lossy(&made.stderr)
    );
    cluster.server = Some(cluster.serve(&data));
    cluster.wait();
    Some(cluster)
}

impl Cluster {
    /// PostgreSQL refuses to run as root; then it runs as the user `postgres`.
    fn command(&self, program: &str) -> Command {
        let path = self.bin.join(program);
        let mut command = if is_root() {
            let mut command = Command::new("runuser");
            command.args(["-u", "postgres", "--"]).arg(path);
            command
        } else {
            Command::new(path)
        };
        command.current_dir(&self.directory).env("LC_ALL", "C").env("TZ", "UTC");
        command
    }

    fn own_directory(&self) {
        if is_root() {
            let done = Command::new("chown")
                .arg("postgres")
                .arg(&self.directory)
                .status()
                .unwrap();
            assert!(done.success());
        }
        fs::set_permissions(&self.directory, fs::Permissions::from_mode(0o700)).unwrap();
    }

    /// The server lives exactly as long as this process: a shell waits for the end of its standard input, which
    /// comes however this process ends, stops the server and removes its files.
    fn serve(&self, data: &Path) -> Child {
        let script = r#"
            "$0" -D "$1" -k "$2" -p "$3" -c listen_addresses=127.0.0.1 -c fsync=off -c max_connections=200 \
                 -c shared_buffers=32MB -c logging_collector=off > "$2/log" 2>&1 < /dev/null &
            server=$!
            cat > /dev/null
            kill -INT "$server"
            wait "$server"
            rm -rf "$2"
        "#;
        let mut shell = if is_root() {
            let mut command = Command::new("runuser");
            command.args(["-u", "postgres", "--", "sh", "-c", script]);
            command
        } else {
            let mut command = Command::new("sh");
            command.args(["-c", script]);
            command
        };
        shell
            .arg(self.bin.join("postgres"))
            .arg(data)
            .arg(&self.directory)
            .arg(self.port.to_string())
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap()
    }

    /// The address of one of its databases.
    pub fn url(&self, name: &str) -> String {
        format!("postgres://corridor@127.0.0.1:{}/{name}", self.port)
    }

    /// Copies a database of another cluster into a new one of this name.
    pub fn take(&self, url: &str, name: &str) {
        let dump = self
            .command("pg_dump")
            .args(["--no-owner", "-f"])
            .arg(self.directory.join("dump"))
            .arg(url)
            .output();
        let dump = dump.unwrap();
        assert!(dump.status.success(), "{}", String::from_utf8_lossy(&dump.stderr));
        let file = self.directory.join("dump").display().to_string();
        for (database, option, value) in [
            ("postgres", "-c", format!("CREATE DATABASE {name}")),
            (name, "-f", file),
        ] {
            let mut psql = self.command("psql");
            psql.args(["-q", "-v", "ON_ERROR_STOP=1", "-d", &self.url(database), option, &value]);
            let told = psql.output().unwrap();
            assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stderr));
        }
    }

    /// Ends at once, as `pg_ctl stop -m immediate` does, and starts again: it recovers from its write-ahead log.
    pub fn crash(&mut self) {
        let data = self.directory.join("data");
        let stopped = self
            .command("pg_ctl")
            .args(["stop", "-m", "immediate", "-D"])
            .arg(&data)
            .output()
            .unwrap();
        assert!(stopped.status.success(), "{}", String::from_utf8_lossy(&stopped.stderr));
        // The shell that served it would remove its files: it is left waiting until this process ends.
        let next = self.serve(&data);
        self.before.extend(self.server.replace(next));
        self.wait();
    }

    fn wait(&self) {
        for _ in 0..300 {
            let ready = self
                .command("pg_isready")
                .args(["-q", "-h", "127.0.0.1", "-p", &self.port.to_string()])
                .status()
                .unwrap();
            if ready.success() {
                return;
            }
            thread::sleep(Duration::from_millis(100));
        }
        let mut log = String::new();
        if let Ok(mut file) = fs::File::open(self.directory.join("log")) {
            let _ = file.read_to_string(&mut log);
        }
        panic!("PostgreSQL did not start: {log}");
    }
}

/// Where `initdb` and its like are.
fn binaries() -> Option<PathBuf> {
    let mut places: Vec<PathBuf> = fs::read_dir("/usr/lib/postgresql")
        .map(|versions| versions.flatten().map(|version| version.path().join("bin")).collect())
        .unwrap_or_default();
    places.sort();
    let path = std::env::var_os("PATH").unwrap_or_default();
    places
        .into_iter()
        .rev()
        .chain(std::env::split_paths(&path))
        .find(|place| {
            ["initdb", "postgres", "psql", "pg_isready"]
                .iter()
                .all(|program| place.join(program).exists())
        })
}

fn is_root() -> bool {
    let id = Command::new("id").arg("-u").output().unwrap();
    id.stdout.trim_ascii() == b"0"
}

fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port()
}

//! `corridor witness`: cosigns the checkpoints of another party's log (C2SP tlog-witness).
//!
//! It has no database and no other part of the service. What it keeps is one small file for each log: the newest
//! checkpoint that it cosigned. That file only moves forward and must never be restored from a backup.

use crate::{
    audit::{
        checkpoint::{Checkpoint, KeyKind, Signer, Verifier},
        witness::{Declined, LONGEST_REQUEST, Request, judge, log_of},
    },
    auth::keys::secret_file,
    clock::Clock,
};
use actix_web::{App, HttpResponse, HttpServer, http::StatusCode, post, web};
use anyhow::{Context as _, ensure};
use sha2::{Digest as _, Sha256};
use std::{
    fs::{self, File, OpenOptions},
    io::Write,
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

/// Vouch for the log of another party: that it has one history and no other.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Run it where the operator of the log has no access: at the other government, at an auditor's. It sees hashes only. Give \
its address and public key, which it prints, to the operator and to everybody who verifies. Put a server with TLS \
before it.

Example:
  corridor witness --name witness.mid.example --key witness.secret --state ./witness \\
      --log 'waivers.example.org/log/1+1a2b3c4d+AQ…' --listen 0.0.0.0:8090

Exit code: 0 stopped as told; 2 it could not start or go on.")]
pub struct WitnessArgs {
    /// Address and port to listen on.
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8090")]
    listen: SocketAddr,
    /// The name it signs under, for example its host.
    #[arg(long)]
    name: String,
    /// The file of its secret key; made when missing.
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    /// The folder in which it remembers what it cosigned. Never restore it from a backup.
    #[arg(long, value_name = "FOLDER")]
    state: PathBuf,
    /// The public key of a log to vouch for. Repeat it for several, also for the next generation of a log.
    #[arg(long = "log", alias = "log-vkey", value_name = "NAME+ID+KEY", required = true)]
    logs: Vec<String>,
}

/// A witness with its key and its memory.
#[derive(Debug)]
struct Witness {
    signer: Signer,
    logs: Vec<Verifier>,
    folder: PathBuf,
    clock: Clock,
    /// One at a time: what is compared must still be so when it is written.
    turn: Mutex<()>,
    /// Nobody else uses the folder.
    _lock: File,
}

impl Witness {
    fn open(args: &WitnessArgs, clock: Clock) -> anyhow::Result<Self> {
        let secret = secret_file(&args.key).context("the key of the witness")?;
        let signer = Signer::new(&args.name, KeyKind::Witness, &secret);
        let logs: Result<Vec<_>, _> = args.logs.iter().map(|log| Verifier::parse(log)).collect();
        let logs = logs.context("--log")?;
        ensure!(
            logs.iter().all(|log| log.kind == KeyKind::Log),
            "--log: this is not the key of a log"
        );
        fs::create_dir_all(&args.state)?;
        let lock = args.state.join("lock");
        let lock = OpenOptions::new().create(true).truncate(false).write(true).open(lock)?;
        lock.try_lock().context("another witness uses this folder")?;
        Ok(Self {
            signer: signer.with_context(|| format!("{} cannot be the name of a key", args.name))?,
            logs,
            folder: args.state.clone(),
            clock,
            turn: Mutex::new(()),
            _lock: lock,
        })
    }

    /// The file of a log: named by the hash of its origin, which may contain anything.
    fn file(&self, origin: &str) -> PathBuf {
        self.folder.join(hex::encode(Sha256::digest(origin)))
    }

    fn cosigned(&self, origin: &str) -> anyhow::Result<Option<Checkpoint>> {
        let file = self.file(origin);
        let text = match fs::read_to_string(&file) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        let known = Checkpoint::parse(&text).ok().filter(|known| known.origin == origin);
        known
            .map(Some)
            .with_context(|| format!("{} is damaged", file.display()))
    }

    /// Written aside, flushed, moved into place, and the folder flushed: before anything is signed.
    fn remember(&self, signed: &Checkpoint) -> std::io::Result<()> {
        let (file, aside) = (self.file(&signed.origin), self.folder.join("new"));
        let mut new = File::create(&aside)?;
        new.write_all(signed.text().as_bytes())?;
        new.sync_all()?;
        fs::rename(&aside, &file)?;
        File::open(file.parent().unwrap_or(Path::new(".")))?.sync_all()
    }

    /// The cosignature, or why there is none.
    fn cosign(&self, request: &str) -> anyhow::Result<Result<String, Declined>> {
        let Some(request) = Request::parse(request) else {
            return Ok(Err(Declined::Malformed));
        };
        let log = match log_of(&request.note, &self.logs) {
            Ok(log) => log,
            Err(declined) => return Ok(Err(declined)),
        };
        let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        let known = self.cosigned(&log.name)?;
        let signed = match judge(&request, log, known.as_ref()) {
            Ok(signed) => signed,
            Err(declined) => return Ok(Err(declined)),
        };
        if known.as_ref() != Some(&signed) {
            self.remember(&signed)?;
        }
        let time = u64::try_from(self.clock.now().as_second()).unwrap_or_default();
        Ok(Ok(self.signer.sign(&signed.text(), time)))
    }
}

#[post("/add-checkpoint")]
async fn add_checkpoint(witness: web::Data<Witness>, request: web::Bytes) -> HttpResponse {
    let text = String::from_utf8_lossy(&request).into_owned();
    let done = web::block(move || witness.cosign(&text)).await;
    match done {
        Ok(Ok(Ok(line))) => HttpResponse::Ok().content_type("text/plain; charset=utf-8").body(line),
        Ok(Ok(Err(declined))) => {
            tracing::warn!(%declined, "not cosigned");
            let status = StatusCode::from_u16(declined.status()).unwrap_or(StatusCode::BAD_REQUEST);
            let mut answer = HttpResponse::build(status);
            match declined {
                Declined::OtherSize(size) | Declined::OtherRoot(size) => {
                    answer.content_type("text/x.tlog.size").body(format!("{size}\n"))
                }
                other => answer
                    .content_type("text/plain; charset=utf-8")
                    .body(format!("{other}\n")),
            }
        }
        Ok(Err(error)) => {
            tracing::error!(%error, "the witness cannot remember, and does not cosign");
            HttpResponse::InternalServerError().finish()
        }
        Err(error) => {
            tracing::error!(%error, "the witness could not work");
            HttpResponse::InternalServerError().finish()
        }
    }
}

/// `corridor witness`.
///
/// # Errors
/// When it cannot start or go on.
pub async fn run(args: &WitnessArgs, out: &mut impl Write) -> anyhow::Result<i32> {
    super::serve::begin_log(&crate::config::Settings::default());
    let witness = web::Data::new(Witness::open(args, Clock::Wall)?);
    let vkey = witness.signer.verifier().vkey();
    let server = HttpServer::new(move || {
        App::new()
            .app_data(witness.clone())
            .app_data(web::PayloadConfig::new(LONGEST_REQUEST))
            .service(add_checkpoint)
    });
    let server = server.workers(1).bind(args.listen);
    let server = server.with_context(|| format!("cannot listen on {}", args.listen))?;
    for address in server.addrs() {
        writeln!(out, "witness {vkey} http://{address}/")?;
    }
    out.flush()?;
    server.run().await?;
    Ok(0)
}

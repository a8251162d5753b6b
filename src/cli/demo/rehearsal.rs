//! `corridor demo --rehearse`: the people, the lists that the service screens against, and nothing else. The clock
//! stands; whoever started the instance moves it, by instants on standard input, and nobody else can.

use super::{
    DemoArgs,
    account::{self, Account},
    lists,
    player::Player,
    stage::{self, Stage},
};
use crate::domain::Instant;
use anyhow::Context as _;
use std::{fs, io::BufRead as _, path::Path};

/// The hour at which a rehearsal begins.
const BEGINS: &str = "2025-09-29T08:00Z";
/// Where the clock stands; a folder that holds it is a rehearsal.
const CLOCK: &str = "rehearsal.clock";

/// Enrols the cast if the folder is new, serves, and moves the clock as it is told.
///
/// # Errors
/// When the instance cannot be opened, or the clock cannot be kept.
pub async fn run(args: &DemoArgs) -> anyhow::Result<i32> {
    let kept = args.data.join(CLOCK);
    let begins = if kept.exists() {
        let text = fs::read_to_string(&kept).with_context(|| format!("reading {}", kept.display()))?;
        text.trim()
            .parse()
            .with_context(|| format!("{} holds no instant", kept.display()))?
    } else if fs::read_dir(&args.data).is_ok_and(|mut found| found.next().is_some()) {
        eprintln!(
            "corridor: {} holds something else; choose another folder with --data.",
            args.data.display()
        );
        return Ok(2);
    } else {
        let begins = super::script::instant(BEGINS)?;
        enrol(&args.data, begins).await?;
        keep(&kept, begins)?;
        begins
    };
    print!("{}", account::sign_ins());
    let rehearsal = stage::rehearse(&args.data, args.listen, begins).await?;
    println!(
        "\nServing on http://{}; the clock stands at {begins}. An instant on standard input, such as 2025-10-06T06:00Z, \
         moves it. Stop with Ctrl-C.",
        rehearsal.address
    );
    let mut told = told();
    let mut running = std::pin::pin!(rehearsal.running.wait());
    loop {
        tokio::select! {
            ended = &mut running => return ended.context("serving").map(|()| 0),
            Some(line) = told.recv() => match line.trim().parse::<Instant>() {
                Ok(to) if to >= rehearsal.house.clock.now() => {
                    keep(&kept, to)?;
                    stage::let_time_pass(&rehearsal.house, to).await?;
                    println!("now {to}");
                }
                Ok(_) => println!("refused: time does not run backwards"),
                Err(error) => println!("refused: {error}"),
            },
        }
    }
}

/// The cast and the lists, and the empty folder becomes a rehearsal.
async fn enrol(folder: &Path, begins: Instant) -> anyhow::Result<()> {
    fs::create_dir_all(folder).with_context(|| format!("making {}", folder.display()))?;
    let stage = Stage::open(folder, std::net::SocketAddr::from(([127, 0, 0, 1], 0)), begins).await?;
    let mut player = Player::with_cast(&stage, Account::new(false)).await?;
    lists::load(&mut player).await?;
    stage.close().await
}

fn keep(file: &Path, at: Instant) -> anyhow::Result<()> {
    fs::write(file, format!("{at}\n")).with_context(|| format!("writing {}", file.display()))
}

/// The lines of standard input; when it ends, the clock stands for good.
fn told() -> tokio::sync::mpsc::UnboundedReceiver<String> {
    let (send, receive) = tokio::sync::mpsc::unbounded_channel();
    std::thread::spawn(move || {
        for line in std::io::stdin().lock().lines().map_while(Result::ok) {
            if send.send(line).is_err() {
                break;
            }
        }
    });
    receive
}

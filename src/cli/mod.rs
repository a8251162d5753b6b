//! The command line.

pub mod bench;
pub mod bundle;
pub mod check;
pub mod clock;
pub mod demo;
pub mod history;
pub mod keys;
pub mod list;
pub mod log;
pub mod person;
pub mod record;
pub mod screen;
pub mod serve;
mod whole;
pub mod witness;

use clap::{Parser, Subcommand};
use std::io::Write;

/// Sanctions waivers: notice, dossier, joint committee, decision within 30 days, waiver, shipments, outcome.
#[derive(Debug, Parser)]
#[command(name = "corridor", version, about)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

const SERVE_HELP: &str = "\
Settings come, later ones winning, from the built-in values, config/default.toml (if the working folder has one), \
the file given with --config, the environment (CORRIDOR__SECTION__KEY, for example CORRIDOR__SERVER__LISTEN), and \
the options of this command.

Nobody can sign in to a new instance: make the first administrator with `corridor person create --help`. To look \
around with people and cases that are there already: `corridor demo`.

Examples:
  corridor serve                                             on http://127.0.0.1:8080, everything kept in ./data
  corridor serve --config /etc/corridor/production.toml
  corridor serve --listen 127.0.0.1:9000 --data /tmp/trial

Exit code: 0 stopped as told; 2 it could not start or go on (why, is said on standard error).";

const MIGRATE_HELP: &str = "\
`serve` does this by itself when it starts; do it by hand to see first whether it works, after a backup. Settings and \
options are those of `corridor serve`.

Example: corridor migrate --config /etc/corridor/production.toml";

#[derive(Debug, Subcommand)]
enum Command {
    Demo(demo::DemoArgs),
    /// Run the service until it is told to stop (SIGINT or SIGTERM).
    #[command(after_help = SERVE_HELP)]
    Serve(serve::ServeArgs),
    /// Bring the database up to date and stop.
    #[command(after_help = MIGRATE_HELP)]
    Migrate(serve::ServeArgs),
    Person(person::PersonArgs),
    List(list::ListArgs),
    Record(record::RecordArgs),
    Keys(keys::KeysArgs),
    Log(log::LogArgs),
    Export(history::ExportArgs),
    Verify(history::VerifyArgs),
    Witness(witness::WitnessArgs),
    Doctor(history::DoctorArgs),
    Clock(clock::ClockArgs),
    Check(check::CheckArgs),
    Screen(screen::ScreenArgs),
    #[command(hide = true)]
    Bench(bench::BenchArgs),
    /// Print the description of the API (OpenAPI 3.1, JSON).
    #[command(after_help = "A running service shows it at /api/docs.\n\nExample: corridor openapi > openapi.json")]
    Openapi,
}

/// Runs one command; the exit code.
///
/// # Errors
/// What went wrong, in words.
pub async fn run() -> anyhow::Result<i32> {
    let mut out = std::io::stdout();
    match Cli::parse().command {
        Command::Serve(args) => serve::run(&args).await,
        Command::Demo(args) => demo::run(&args).await,
        Command::Migrate(args) => {
            serve::open_house(args.settings()?, crate::clock::Clock::Wall).await?;
            writeln!(out, "the database is up to date")?;
            Ok(0)
        }
        Command::Person(args) => person::run(&args, &mut out).await,
        Command::List(args) => list::run(&args, &mut out).await,
        Command::Record(args) => record::run(&args, &mut out).await,
        Command::Keys(args) => keys::run(&args, &mut out).await,
        Command::Log(args) => log::run(&args, &mut out).await,
        Command::Export(args) => history::export(&args, &mut out).await,
        Command::Verify(args) => history::verify(&args, &mut out),
        Command::Witness(args) => witness::run(&args, &mut out).await,
        Command::Doctor(args) => history::doctor(&args, &mut out).await,
        Command::Clock(args) => clock::run(&args, &mut out),
        Command::Check(args) => check::run(&args, &mut out),
        Command::Screen(args) => screen::run(&args, &mut out).await,
        Command::Bench(args) => bench::run(&args, &mut out).await,
        Command::Openapi => {
            writeln!(out, "{}", crate::web::api::description::description().to_pretty_json()?)?;
            Ok(0)
        }
    }
}

//! The command line.

pub mod bench;
pub mod bundle;
pub mod check;
pub mod clock;
pub mod demo;
pub mod history;
pub mod keys;
pub mod list;
pub mod person;
pub mod screen;
pub mod serve;

use clap::{Parser, Subcommand};
use std::io::Write;

/// Sanctions waivers: notice, dossier, joint committee, decision within 30 days, waiver, shipments, outcome.
#[derive(Debug, Parser)]
#[command(name = "corridor", version, about)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Demo(demo::DemoArgs),
    Serve(serve::ServeArgs),
    /// Bring the database up to date and stop.
    Migrate(serve::ServeArgs),
    Person(person::PersonArgs),
    List(list::ListArgs),
    Keys(keys::KeysArgs),
    Export(history::ExportArgs),
    Verify(history::VerifyArgs),
    Doctor(history::DoctorArgs),
    Clock(clock::ClockArgs),
    Check(check::CheckArgs),
    Screen(screen::ScreenArgs),
    #[command(hide = true)]
    Bench(bench::BenchArgs),
    /// Print the description of the API (OpenAPI 3.1, JSON).
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
        Command::Keys(args) => keys::run(&args, &mut out).await,
        Command::Export(args) => history::export(&args, &mut out).await,
        Command::Verify(args) => history::verify(&args, &mut out),
        Command::Doctor(args) => history::doctor(&args, &mut out).await,
        Command::Clock(args) => clock::run(&args, &mut out),
        Command::Check(args) => check::run(&args, &mut out),
        Command::Screen(args) => screen::run(&args, &mut out),
        Command::Bench(args) => bench::run(&args, &mut out),
        Command::Openapi => {
            writeln!(out, "{}", crate::web::api::description::description().to_pretty_json()?)?;
            Ok(0)
        }
    }
}

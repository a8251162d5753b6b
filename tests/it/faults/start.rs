//! Killed during its very first start, a service must be able to start a second time: keys are whole or not there.

use super::{
    place::Place,
    shim::{self, read_trace},
    stride,
    subject::Subject,
};
use crate::{audit::grow, house::Engine};
use corridor::{cli::serve, clock::Clock, config::Settings};
use std::time::Instant;

fn empty_place() -> Place {
    let mut settings = Settings::default();
    settings.server.listen = "127.0.0.1:0".parse().unwrap();
    settings.server.workers = 1;
    settings.jobs.enabled = false;
    settings.screening.engine = corridor::config::screening::EngineKind::None;
    let holder = tempfile::tempdir().unwrap();
    let folder = holder.path().canonicalize().unwrap().join("data");
    Place::in_folder(&settings, Engine::Sqlite, holder, folder)
}

/// Starts again on what is left, and works.
async fn begins_again(place: &Place) -> Result<(), String> {
    let house = serve::open_house(place.settings.clone(), Clock::Wall).await;
    let house = house.map_err(|error| format!("{error:#}"))?;
    serve::fenced(&house).await.map_err(|error| format!("{error:#}"))?;
    grow(&house, 1).await;
    house.log_now().await.map_err(|error| format!("{error:#}"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_at_any_call_of_its_first_start_it_starts_again() {
    if shim::library().is_none() {
        return;
    }
    let undisturbed = empty_place();
    Subject::start(&undisturbed, Some("trace 0 0")).unwrap().stop();
    let calls = read_trace(&std::fs::read(undisturbed.beside("trace")).unwrap());
    let step = stride(calls.len(), 4, 2);
    let tried = (1..=calls.len()).filter(|at| at % step == 0 || is_of_keys(&calls[at - 1].1.path));
    let (mut killed, mut bad, begun) = (0, Vec::new(), Instant::now());
    for at in tried {
        let place = empty_place();
        let mode = if at % 2 == 0 { "kill" } else { "torn" };
        let _ = Subject::start(&place, Some(&format!("{mode} {at} 1"))).map(Subject::kill);
        let Some(hit) = Subject::hit(&place) else { continue };
        killed += 1;
        if let Err(error) = begins_again(&place).await {
            println!("BAD {hit}: {error}");
            bad.push(format!("{hit}: {error}"));
        }
    }
    println!(
        "{} calls, {killed} times killed, {} bad; {} s",
        calls.len(),
        bad.len(),
        begun.elapsed().as_secs()
    );
    assert!(killed > 0);
    assert!(bad.is_empty(), "{bad:#?}");
}

fn is_of_keys(path: &std::path::Path) -> bool {
    path.components().any(|part| part.as_os_str() == "keys")
}

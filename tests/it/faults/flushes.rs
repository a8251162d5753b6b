//! How often a transition waits for the disk: once, for its own commit. The log asks for no flush on its way.

use super::{
    client::Client,
    shim::{self, Kind, read_trace},
    subject::Subject,
    world::World,
};
use crate::house::Engine;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_transition_waits_for_one_flush() {
    if shim::library().is_none() {
        return;
    }
    let Some(world) = World::prepare(Engine::Sqlite).await else {
        return;
    };
    let mut place = world.place().await;
    place.idle = true;
    let subject = Subject::start(&place, None).unwrap();
    let mut client = Client::new(&world, &subject.base, place.beside("trace"));
    // Whoever writes first makes the file of the write-ahead log.
    client.goes_on(&world.sooner).await.unwrap();
    client.seen.told.clear();
    subject.order(&place, "trace 0 0");
    assert!(client.transitions().await, "{:?}", client.seen.wrong);
    subject.kill();
    let calls = read_trace(&std::fs::read(place.beside("trace")).unwrap());
    let mut begun = 0;
    for (ended, what) in &client.seen.told {
        let flushed = calls
            .iter()
            .filter(|(at, call)| (begun + 1..=*ended).contains(at) && call.kind == Kind::Sync)
            .map(|(_, call)| call.path.file_name().unwrap().to_string_lossy().into_owned())
            .collect::<Vec<_>>();
        assert_eq!(flushed, ["corridor.sqlite-wal"], "{what:?}");
        begun = *ended;
    }
    assert_eq!(client.seen.told.len(), 3);
    world.clear(place).await;
}

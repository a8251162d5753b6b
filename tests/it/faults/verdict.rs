//! What must hold after any fault. Each finding is a sentence; none: it holds.

use super::{
    client::{Client, Seen, Told},
    place::Place,
    world::World,
};
use corridor::{
    audit::{
        checkpoint::{Checkpoint, Note, Verifier},
        inspect::{Trust, inspect},
    },
    cli::serve,
    clock::Clock,
    domain::id::{CaseId, DocumentId},
    house::House,
    process::{doctor, view_logged_case},
    store::commit::{Stream, StreamKind},
};
use futures_util::StreamExt as _;
use sha2::{Digest as _, Sha256};
use std::{io::Cursor, sync::Arc};

/// Starts an instance without faults on what is left, and looks at everything.
pub async fn findings(world: &World, place: &Place, seen: &Seen) -> Vec<String> {
    let told: Vec<&Told> = seen.told.iter().map(|(_, told)| told).collect();
    let before = &told[..seen.before_bundle.min(told.len())];
    let mut found = seen.wrong.clone();
    let house = match serve::open_house(place.settings.clone(), Clock::Wall).await {
        Ok(house) => house,
        Err(error) => {
            found.push(format!("the start is refused: {error:#}"));
            return found;
        }
    };
    if let Err(error) = serve::fenced(&house).await {
        found.push(format!("{error:#}"));
    }
    // Before this instance logs anything itself: what was released must be covered already.
    released(world, &house, &told, &mut found).await;
    if let Err(error) = house.log_now().await {
        found.push(format!("the notary does not go on: {error:#}"));
    }
    kept(world, &house, &told, &mut found).await;
    agrees(&house, &mut found).await;
    exported(world, place, before, &told, &mut found);
    goes_on(world, place, &house, &mut found).await;
    found
}

fn case_of(id: &str) -> CaseId {
    id.parse().unwrap()
}

fn stream_of(id: &str) -> Stream {
    Stream {
        kind: StreamKind::Case,
        id: case_of(id).0,
    }
}

/// Nothing was told to the public, and no letter left, before a signed checkpoint covered it.
async fn released(world: &World, house: &House, told: &[&Told], found: &mut Vec<String>) {
    for told in told {
        if let Told::Registered(case) = told {
            let logged = view_logged_case(house, case_of(case)).await;
            if !logged.is_ok_and(|seen| seen.case.outcome.is_some()) {
                found.push("the register showed a decision that no checkpoint covers".to_owned());
            }
        }
    }
    let letters = std::fs::read_dir(house.settings.letters_folder()).into_iter().flatten();
    for letter in letters.flatten() {
        let name = letter.file_name().to_string_lossy().into_owned();
        let Ok(id) = name.parse::<uuid::Uuid>() else { continue };
        let wrong = match letter_covered(world, house, id, &letter.path()).await {
            Ok(()) => continue,
            Err(wrong) => wrong,
        };
        found.push(format!("letter {name}: {wrong}"));
    }
}

async fn letter_covered(world: &World, house: &House, id: uuid::Uuid, folder: &std::path::Path) -> Result<(), String> {
    let owed = house.store.letter(corridor::domain::id::LetterId(id)).await;
    let owed = owed.map_err(|error| error.to_string())?.ok_or("nobody owes it")?;
    let logged = house
        .store
        .logged(owed.event.0)
        .await
        .map_err(|error| error.to_string())?;
    let covered = logged.as_ref().and_then(|logged| logged.checkpoint.as_ref());
    covered.ok_or("it left before a checkpoint covered its event")?;
    let note = std::fs::read_to_string(folder.join("checkpoint.txt")).map_err(|error| error.to_string())?;
    agrees_with(house, &world.log, &note).await
}

/// The log as it is now has this checkpoint's root at this checkpoint's size.
async fn agrees_with(house: &House, log: &Verifier, note: &str) -> Result<(), String> {
    Note::parse(note).map_err(|error| error.to_string())?;
    let signed = Checkpoint::signed_by(note, log).map_err(|error| error.to_string())?;
    let signed = signed.ok_or("a checkpoint that the log did not sign")?;
    let now = house.store.log_root(1, signed.size).await;
    match now {
        Ok(root) if root == signed.root => Ok(()),
        Ok(_) => Err(format!("the log has another root at size {}", signed.size)),
        Err(error) => Err(format!("the log does not reach size {}: {error}", signed.size)),
    }
}

/// Everything that was acknowledged is there, and every checkpoint that was seen is one of this log.
async fn kept(world: &World, house: &House, told: &[&Told], found: &mut Vec<String>) {
    for told in told {
        let wrong = match told {
            Told::Version(case, version) => match house.store.load(stream_of(case)).await {
                Ok((events, _)) if events.len() as u64 >= *version => Ok(()),
                Ok((events, _)) => Err(format!(
                    "acknowledged version {version} of {case}, but it has {}",
                    events.len()
                )),
                Err(error) => Err(error.to_string()),
            },
            Told::Document(id, sha256) => document(house, id, sha256).await,
            Told::Checkpoint(note) => agrees_with(house, &world.log, note).await,
            Told::Registered(_) | Told::Bundle(_) => Ok(()),
        };
        found.extend(wrong.err());
    }
}

async fn document(house: &House, id: &str, sha256: &str) -> Result<(), String> {
    let id: DocumentId = id.parse().map_err(|_| format!("“{id}” is no document"))?;
    let row = house.store.document(id).await.map_err(|error| error.to_string())?;
    row.ok_or("an acknowledged document is not listed")?;
    let (_, mut bytes) = house
        .documents
        .read(id)
        .await
        .map_err(|error| format!("an acknowledged document: {error}"))?;
    let mut sum = Sha256::new();
    while let Some(piece) = bytes.next().await {
        sum.update(piece.map_err(|error| error.to_string())?);
    }
    let same = hex::encode(sum.finalize()) == sha256;
    same.then_some(())
        .ok_or_else(|| "an acknowledged document has other bytes".to_owned())
}

/// Rows agree with histories, links hold, and every event has its one place in the log.
async fn agrees(house: &House, found: &mut Vec<String>) {
    match doctor::drift(house).await {
        Ok(drift) => found.extend(drift),
        Err(error) => found.push(error.to_string()),
    }
    let recorded = match house.store.check_chains(&|_| {}).await {
        Ok(chains) => {
            found.extend(chains.faults);
            chains.events
        }
        Err(error) => return found.push(error.to_string()),
    };
    let head = house.store.log_head().await.ok().flatten();
    let logged = head.map_or(0, |head| head.tree.size());
    if logged != recorded {
        found.push(format!("{recorded} events, but {logged} leaves"));
    }
    if let Err(error) = house.notary.check(&house.store).await {
        found.push(format!("{error:#}"));
    }
}

/// What calls itself a bundle is one, and agrees with every checkpoint that was seen before.
fn exported(world: &World, place: &Place, before: &[&Told], told: &[&Told], found: &mut Vec<String>) {
    let anchors = before.iter().filter_map(|told| match told {
        Told::Checkpoint(note) => Some(note.clone()),
        _ => None,
    });
    let trust = Trust {
        log: world.log.clone(),
        earlier: vec![],
        policy: None,
        anchors: anchors.collect(),
    };
    let mut check = |bytes: &[u8], what: &str| {
        if let Err(error) = inspect(|| Ok(Cursor::new(bytes)), &trust, |_, _| {}) {
            found.push(format!("{what}: {error:?}"));
        }
    };
    for told in told {
        if let Told::Bundle(bytes) = told {
            check(bytes, "the bundle that was fetched");
        }
    }
    let exports = std::fs::read_dir(place.folder().join("exports")).into_iter().flatten();
    for file in exports
        .flatten()
        .filter(|file| file.path().extension().is_some_and(|ending| ending == "zip"))
    {
        check(&std::fs::read(file.path()).unwrap(), "the bundle in the folder");
    }
}

/// One more transition is granted, recorded and logged.
async fn goes_on(world: &World, place: &Place, house: &Arc<House>, found: &mut Vec<String>) {
    let serving = match serve::start(house, false) {
        Ok(serving) => serving,
        Err(error) => return found.push(format!("it does not serve: {error:#}")),
    };
    let base = format!("http://{}/api/v1", serving.address().unwrap());
    let mut client = Client::new(world, &base, place.beside("trace"));
    if let Err(error) = client.goes_on(&world.later).await {
        found.push(format!("it does not go on: {error}"));
    } else if let Err(error) = house.log_now().await {
        found.push(format!("what comes after is not logged: {error:#}"));
    } else {
        let reached = house.store.logged_until(stream_of(&world.later)).await;
        let (events, _) = house.store.load(stream_of(&world.later)).await.unwrap_or_default();
        if reached.ok() != Some(events.len() as u32) {
            found.push("what comes after is not logged".to_owned());
        }
    }
    let _ = serving.stop().await;
}

//! After a rollback: nothing is served until two administrators decide; then the log says so for ever.

use super::bundles::check;
use crate::house::{Engine, House, PASSWORD};
use corridor::{
    audit::{
        checkpoint::{Checkpoint, Verifier},
        inspect::{Inspection, Trust},
    },
    cli::serve,
    config::Settings,
    store::{
        commit::{Stream, StreamKind},
        history::Selection,
    },
};
use serde_json::Value;
use std::{
    path::Path,
    process::{Command, Output, Stdio},
};

/// What `corridor log …` says, with these lines on its standard input.
fn log(settings: &Settings, arguments: &[&str], input: &str) -> (i32, String) {
    use std::io::Write as _;
    let mut command = Command::new(env!("CARGO_BIN_EXE_corridor"));
    command
        .arg("log")
        .args(arguments)
        .arg("--data")
        .arg(&settings.data.folder);
    command.env("CORRIDOR__DATABASE__URL", settings.database.url.as_ref().unwrap());
    command.env("CORRIDOR__SERVER__BASE_URL", &settings.server.base_url);
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut running = command.spawn().unwrap();
    // It may refuse before it reads.
    let _ = running.stdin.take().unwrap().write_all(input.as_bytes());
    let Output { status, stdout, stderr } = running.wait_with_output().unwrap();
    let said = [stdout, stderr].map(|said| String::from_utf8_lossy(&said).into_owned());
    (status.code().unwrap(), said.concat())
}

fn recover(settings: &Settings, who: [&str; 2], passwords: [&str; 2]) -> (i32, String) {
    let emails = who.map(House::email);
    let mut arguments = vec!["recover", "--accept-rollback", "--reason", "The disk was lost"];
    emails
        .iter()
        .for_each(|email| arguments.extend(["--administrator", email]));
    log(settings, &arguments, &format!("{}\n{}\n", passwords[0], passwords[1]))
}

async fn second_administrator(house: &House) {
    let body = corridor::workflow::people::InvitePerson {
        name: "Ben Second".to_owned(),
        email: House::email("second"),
        language: corridor::domain::text::Language::En,
        organisation: house.organisations["authority"],
        unit: String::new(),
        delegation: None,
        roles: [corridor::domain::people::Role::Administrator].into(),
    };
    corridor::cli::person::create(&house.inside, body, PASSWORD)
        .await
        .unwrap();
}

fn verifier(house: &House, origin: &str) -> Verifier {
    house.inside.notary.verifier(origin).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_restored_backup_goes_on_as_a_new_log_when_two_decide() {
    let house = House::open(Engine::Sqlite, |_| {}).await.unwrap();
    second_administrator(&house).await;
    house.inside.log_now().await.unwrap();
    let settings = house.inside.settings.clone();
    let old = house.inside.store.newest_checkpoint().await.unwrap().unwrap();
    let first_key = verifier(&house, &house.inside.store.log_head().await.unwrap().unwrap().origin);
    let backup = settings.data.folder.join("backup.sqlite");
    let sql = format!("VACUUM INTO '{}'", backup.display());
    sea_orm::ConnectionTrait::execute_unprepared(&house.rows, &sql)
        .await
        .unwrap();
    // After the backup the old log went on, and somebody keeps its checkpoint.
    super::grow(&house.inside, 5).await;
    house.inside.log_now().await.unwrap();
    let lost = house.inside.store.newest_checkpoint().await.unwrap().unwrap();
    let mut restored = settings.clone();
    restored.database.url = Some(format!("sqlite://{}", backup.display()));
    let open = async || serve::open_house(restored.clone(), house.clock.clone()).await;
    assert!(open().await.err().unwrap().to_string().contains("rolled back"));
    let (code, said) = log(&restored, &["status"], "");
    assert!(code == 1 && said.contains("NOT BELIEVED"), "{said}");
    // One person, a wrong password, somebody who is no administrator: nothing happens.
    for (who, passwords) in [
        (["administrator", "administrator"], [PASSWORD, PASSWORD]),
        (["administrator", "second"], [PASSWORD, "something else entirely"]),
        (["administrator", "auditor"], [PASSWORD, PASSWORD]),
    ] {
        let (code, said) = recover(&restored, who, passwords);
        assert_eq!(code, 2, "{said}");
        assert!(open().await.is_err());
    }
    let (code, said) = recover(&restored, ["administrator", "second"], [PASSWORD, PASSWORD]);
    assert_eq!(code, 0, "{said}");
    let again = open().await.unwrap();
    again.log_now().await.unwrap();
    let head = again.store.log_head().await.unwrap().unwrap();
    assert!(head.origin.ends_with("/log/2") && said.contains(&head.origin), "{said}");
    let key = again.notary.verifier(&head.origin).unwrap();
    assert!(said.contains(&key.vkey()) && key.vkey() != first_key.vkey());
    super::grow(&again, 2).await;
    again.log_now().await.unwrap();
    let (code, said) = log(&restored, &["status", "--json"], "");
    let status: Value = serde_json::from_str(&said).unwrap();
    assert!(code == 0 && status["recovery"]["signed"]["size"] == lost.size, "{said}");
    told(&again, &key, &first_key, [&old.note, &lost.note]).await;
    let [newest, first] = &again.store.generations().await.unwrap()[..] else {
        panic!("two generations")
    };
    assert_eq!((newest.number, &newest.origin), (2, &head.origin));
    assert_eq!((first.number, first.signed), (1, old.size));
    assert!(newest.signed > old.size && newest.since > first.since);
    assert!(Path::new(&format!("{}.before-2", settings.log_memory_file().display())).exists());
    // Nothing is wrong any more: nothing is recovered.
    assert_eq!(
        recover(&restored, ["administrator", "second"], [PASSWORD, PASSWORD]).0,
        2
    );
}

/// What verifiers say of the new log.
async fn told(again: &corridor::house::House, key: &Verifier, first: &Verifier, notes: [&str; 2]) {
    let [old, lost] = notes.map(str::to_owned);
    let trust = |anchors: &[&String]| Trust {
        log: key.clone(),
        earlier: vec![first.clone()],
        policy: None,
        anchors: anchors.iter().map(|note| (*note).clone()).collect(),
    };
    let made = |selection| {
        again
            .store
            .bundle(selection, (true, None), std::io::Cursor::new(Vec::new()), &|_| {})
    };
    let full = made(None).await.unwrap().0.into_inner();
    let holds = check(&full, &trust(&[])).unwrap();
    let [renewal] = holds.renewals.as_slice() else {
        panic!("{holds:?}")
    };
    assert_eq!(
        (renewal.cause.as_str(), renewal.signed.as_ref().unwrap().size),
        ("rolled_back", size(&lost))
    );
    assert_eq!(renewal.kept.size, size(&old));
    // What was taken over can be compared; what was lost is admitted.
    let holds = check(&full, &trust(&[&old, &lost])).unwrap();
    assert_eq!((holds.anchors_confirmed, holds.anchors_open), (1, 1));
    // An anchor that nobody admits is a lie.
    let signer =
        corridor::audit::checkpoint::Signer::new(&first.name, corridor::audit::checkpoint::KeyKind::Log, &[7; 32]);
    let signer = signer.unwrap();
    let state = |size, root| {
        Checkpoint {
            origin: first.name.clone(),
            size,
            root,
        }
        .signed(&signer)
    };
    for (note, code) in [
        (state(size(&lost) + 1, [1; 32]), "rolled_back"),
        (state(size(&old) - 1, [1; 32]), "forked"),
    ] {
        let mut trust = trust(&[&note]);
        trust.earlier = vec![signer.verifier().clone()];
        match check(&full, &trust) {
            Err(Inspection::Wrong(wrong)) => assert_eq!(wrong.code, code, "{wrong}"),
            other => panic!("{other:?}"),
        }
    }
    // A part of the log says it too, and the second verifier agrees.
    let person = again
        .store
        .person_by_email(&House::email("second"))
        .await
        .unwrap()
        .unwrap();
    let one = Selection::Streams(vec![Stream {
        kind: StreamKind::Person,
        id: person.id.0,
    }]);
    let part = made(Some(&one)).await.unwrap().0.into_inner();
    assert_eq!(check(&part, &trust(&[])).unwrap().renewals.len(), 1);
    for bytes in [&full, &part] {
        let (code, said) = super::bundles::second_opinion(bytes, &trust(&[])).unwrap_or((3, "BEGUN ANEW".to_owned()));
        assert!(code == 3 && said.contains("BEGUN ANEW"), "{said}");
    }
}

fn size(note: &str) -> u64 {
    note.lines().nth(1).unwrap().parse().unwrap()
}

//! Bundles: what holds, what does not, and that two verifiers say the same.

use crate::{
    api::course,
    house::{House, both_databases},
};
use corridor::{
    audit::inspect::{Holds, Inspection, Trust, inspect},
    store::{
        commit::{Stream, StreamKind},
        history::Selection,
    },
};
use std::{io::Cursor, process::Command};

pub async fn bundle(house: &House, selection: Option<&Selection>, withhold: bool) -> Vec<u8> {
    let made = house
        .inside
        .store
        .bundle(selection, (withhold, None), Cursor::new(Vec::new()), &|_| {})
        .await
        .unwrap();
    made.0.into_inner()
}

pub async fn trust(house: &House, anchors: &[&str]) -> Trust {
    let origin = house.inside.store.log_head().await.unwrap().unwrap().origin;
    let log = house.inside.notary.verifier(&origin).unwrap();
    Trust {
        log,
        earlier: vec![],
        policy: None,
        anchors: anchors.iter().map(|note| (*note).to_owned()).collect(),
    }
}

pub fn check(bytes: &[u8], trust: &Trust) -> Result<Holds, Inspection> {
    inspect(|| Ok(Cursor::new(bytes)), trust, |_, _| {})
}

/// What verify.py says: its exit code and words.
pub fn second_opinion(bytes: &[u8], trust: &Trust) -> Option<(i32, String)> {
    opinion_by(bytes, trust, None)
}

/// The same with a policy.
pub fn opinion_by(bytes: &[u8], trust: &Trust, policy: Option<&std::path::Path>) -> Option<(i32, String)> {
    opinion_with(bytes, trust, policy)
}

/// The same, also with further keys of the log.
pub fn opinion_with(bytes: &[u8], trust: &Trust, policy: Option<&std::path::Path>) -> Option<(i32, String)> {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, content: &[u8]| {
        let path = folder.path().join(name);
        std::fs::write(&path, content).unwrap();
        path
    };
    let (program, bundle) = (
        file("verify.py", corridor::audit::bundle::VERIFY_PY.as_bytes()),
        file("bundle.zip", bytes),
    );
    let anchors = trust
        .anchors
        .iter()
        .enumerate()
        .map(|(n, note)| file(&format!("anchor{n}"), note.as_bytes()));
    let mut python = Command::new("python3");
    python.arg(program).arg(bundle).arg(trust.log.vkey());
    for key in trust.earlier.iter().filter(|key| key.name == trust.log.name) {
        python.arg("--key").arg(key.vkey());
    }
    if let Some(policy) = policy {
        python.arg("--policy").arg(policy);
    }
    python.args(anchors);
    let Ok(said) = python.output() else {
        println!("skipped: Python 3 not installed");
        return None;
    };
    Some((
        said.status.code().unwrap(),
        String::from_utf8_lossy(&said.stdout).into_owned(),
    ))
}

pub fn code(verdict: &Result<Holds, Inspection>) -> i32 {
    match verdict {
        Ok(holds) if holds.anchors_confirmed > 0 && !holds.is_open_ended() => 0,
        Ok(_) => 3,
        Err(Inspection::Wrong(_)) => 1,
        Err(Inspection::Unusable(_)) => 2,
    }
}

/// Both verifiers give this code.
#[track_caller]
fn both_say(bytes: &[u8], trust: &Trust, wanted: i32) {
    let verdict = check(bytes, trust);
    assert_eq!(code(&verdict), wanted, "{verdict:?}");
    if let Some((other, says)) = second_opinion(bytes, trust) {
        assert_eq!(other, wanted, "{says}");
    }
}

both_databases! {
    /// A whole log, one case, with and without names: all hold; the same content gives the same bytes.
    async fn what_was_exported_holds(house) {
        let case = course::submitted(house).await;
        house.inside.log_now().await.unwrap();
        let anchor = house.inside.store.newest_checkpoint().await.unwrap().unwrap().note;
        crate::audit::grow(&house.inside, 3).await;
        house.inside.log_now().await.unwrap();
        let (alone, anchored) = (trust(house, &[]).await, trust(house, &[&anchor]).await);
        let full = bundle(house, None, false).await;
        assert!(full == bundle(house, None, false).await);
        both_say(&full, &alone, 3);
        both_say(&full, &anchored, 0);
        let id = case.parse().unwrap();
        let one = Selection::Streams(vec![Stream { kind: StreamKind::Case, id }]);
        let (open, withheld) = (bundle(house, Some(&one), false).await, bundle(house, Some(&one), true).await);
        both_say(&open, &alone, 3);
        both_say(&withheld, &alone, 3);
        let (open, withheld) = (check(&open, &alone).unwrap(), check(&withheld, &alone).unwrap());
        assert!(open.known > 0 && open.withheld == 0 && open.histories == 1);
        assert_eq!((withheld.known, withheld.withheld), (0, open.known));
        let newest = house.inside.store.newest_checkpoint().await.unwrap().unwrap().note;
        both_say(&bundle(house, Some(&one), true).await, &trust(house, &[&newest]).await, 3);
        // Sealed, it also proves that nothing later was left out.
        corridor::process::seal_for(&house.inside, &one).await.unwrap();
        corridor::process::seal_for(&house.inside, &one).await.unwrap();
        assert_eq!(house.count("SELECT count(*) FROM event WHERE stream_kind = 'log'").await, 1);
        let newest = house.inside.store.newest_checkpoint().await.unwrap().unwrap().note;
        both_say(&bundle(house, Some(&one), true).await, &trust(house, &[&newest]).await, 0);
    }

    /// An older genuine log is unmasked by one letter; a stranger's key and no archive are refused.
    async fn what_was_cut_or_is_foreign_does_not_hold(house) {
        house.inside.log_now().await.unwrap();
        let old = bundle(house, None, true).await;
        crate::audit::grow(&house.inside, 2).await;
        house.inside.log_now().await.unwrap();
        let newer = house.inside.store.newest_checkpoint().await.unwrap().unwrap().note;
        both_say(&old, &trust(house, &[]).await, 3);
        both_say(&old, &trust(house, &[&newer]).await, 1);
        let verdict = check(&old, &trust(house, &[&newer]).await);
        assert!(verdict.unwrap_err().to_string().contains("ROLLED BACK"));
        let origin = trust(house, &[]).await.log.name;
        let stranger = corridor::audit::checkpoint::Signer::new(&origin, corridor::audit::checkpoint::KeyKind::Log, &[1; 32]);
        both_say(&old, &Trust { log: stranger.unwrap().verifier().clone(), earlier: vec![], policy: None, anchors: vec![] }, 1);
        both_say(b"no archive", &trust(house, &[]).await, 2);
    }
}

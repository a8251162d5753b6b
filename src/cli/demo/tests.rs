use super::*;

fn args(folder: &Path) -> DemoArgs {
    DemoArgs {
        rehearse: false,
        data: folder.to_owned(),
        listen: SocketAddr::from(([127, 0, 0, 1], 0)),
        exit: true,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_public_case_is_played_to_its_expected_outcome_and_only_once() {
    let parent = tempfile::tempdir().unwrap();
    let folder = parent.path().join("demo");
    assert_eq!(run(&args(&folder)).await.unwrap(), 0);
    let record::Found::Finished(told) = record::found(&folder).unwrap() else {
        panic!("no record of the play")
    };
    // Seven dossiers of public cases, and one case at every stage of today's desk.
    assert_eq!(told.cases.len(), 14);
    let signed = told
        .account
        .iter()
        .find(|line| line.contains("decision signed by both co-chairs") && line.contains("P-01"));
    assert!(
        signed.is_some_and(|line| line.contains("day 22/30") && line.contains("approved")),
        "{signed:?}"
    );
    assert!(told.account.iter().any(|line| line.contains("clock stopped: rfi")));
    assert!(std::fs::metadata(folder.join(&told.export)).unwrap().len() > 10_000);
    assert!(std::fs::read_dir(folder.join("letters")).unwrap().count() > 50);
    let record = std::fs::read(folder.join("played.json")).unwrap();
    assert_eq!(run(&args(&folder)).await.unwrap(), 0);
    assert_eq!(std::fs::read(folder.join("played.json")).unwrap(), record);
}

#[tokio::test]
async fn a_folder_with_something_else_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("notes.txt"), b"mine").unwrap();
    assert_eq!(run(&args(folder.path())).await.unwrap(), 2);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}

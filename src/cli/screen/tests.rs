use super::*;

async fn screened(change: impl FnOnce(&mut ScreenArgs)) -> (i32, String) {
    let mut args = ScreenArgs {
        names: Vec::new(),
        kind: "any".into(),
        country: Vec::new(),
        number: Vec::new(),
        born: None,
        list: vec![format!("{}/tests/fixtures/lists/ofac_csv", env!("CARGO_MANIFEST_DIR")).into()],
        strong: None,
        possible: None,
        json: false,
        service: ServeArgs::default(),
    };
    change(&mut args);
    let mut out = Vec::new();
    let code = run(&args, &mut out).await.unwrap();
    (code, String::from_utf8(out).unwrap())
}

#[tokio::test]
async fn a_listed_ship_is_a_hit_with_its_reasons() {
    let (code, text) = screened(|args| {
        args.names = vec!["Hope of the Sea".into()];
        args.number = vec!["IMO=9079169".into()];
    })
    .await;
    assert_eq!(code, HITS);
    assert!(text.contains("STRONG 0.95  ENISEY  [OFAC-SDN 37063]"), "{text}");
    assert!(text.contains("same number"), "{text}");
    assert!(text.contains("OFAC-SDN: 42 parties"), "{text}");
}

#[tokio::test]
async fn nobody_listed_is_clear() {
    let (code, text) = screened(|args| args.names = vec!["World Food Programme".into()]).await;
    assert_eq!(code, CLEAR);
    assert!(text.contains("CLEAR"), "{text}");
}

#[tokio::test]
async fn what_cannot_be_screened_is_never_clear() {
    let changes: [fn(&mut ScreenArgs); 7] = [
        |args| args.list = vec!["/nowhere/list.csv".into()],
        |args| args.list = vec![format!("{}/Cargo.toml", env!("CARGO_MANIFEST_DIR")).into()],
        |args| args.names = vec!["x".repeat(10_000)],
        |args| args.names = vec!["...".into()],
        |args| args.kind = "planet".into(),
        |args| args.number = vec!["9079169".into()],
        |args| args.possible = Some(f64::NAN),
    ];
    for change in changes {
        for json in [false, true] {
            let (code, text) = screened(|args| {
                args.names = vec!["ENISEY".into()];
                args.json = json;
                change(args);
            })
            .await;
            assert_eq!(code, UNUSABLE, "{text}");
            assert!(text.contains(if json { "unusable" } else { "NOT SCREENED" }), "{text}");
        }
    }
}

#[tokio::test]
async fn the_answer_as_json_names_the_lists_and_the_hits() {
    let (code, text) = screened(|args| {
        args.names = vec!["Енисей".into()];
        args.json = true;
    })
    .await;
    let answer: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!((code, &answer["result"]), (HITS, &serde_json::json!("hits")));
    assert_eq!(answer["hits"][0]["entry"], "37063");
    assert_eq!(answer["lists"][0]["files"].as_array().unwrap().len(), 4);
}

/// Without files the lists in force of the service are searched; without any, or with old ones, nothing is.
#[tokio::test(flavor = "multi_thread")]
async fn the_lists_of_the_service_are_searched() {
    let folder = tempfile::tempdir().unwrap();
    let service = ServeArgs {
        data: Some(folder.path().to_owned()),
        ..ServeArgs::default()
    };
    let ask = async |json: bool| {
        screened(|args| {
            args.names = vec!["Hope of the Sea".into()];
            args.number = vec!["IMO=9079169".into()];
            args.list.clear();
            args.json = json;
            args.service = service.clone();
        })
        .await
    };
    let (code, text) = ask(false).await;
    assert!(code == UNUSABLE && text.contains("no_list"), "{text}");
    let house = open_house(service.settings().unwrap(), Clock::Wall).await.unwrap();
    let files = ["sdn.csv", "alt.csv", "add.csv", "sdn_comments.csv"].map(|name| crate::engine::files::Incoming {
        name: name.to_owned(),
        path: format!("{}/tests/fixtures/lists/ofac_csv/{name}", env!("CARGO_MANIFEST_DIR")).into(),
    });
    let system = crate::domain::people::Actor::system();
    crate::process::lists::offer_files(&house, &system, "OFAC-SDN", None, files.into())
        .await
        .unwrap();
    let (code, text) = ask(false).await;
    assert!(
        code == HITS && text.contains("STRONG 0.95  ENISEY  [OFAC-SDN 37063]"),
        "{text}"
    );
    let (_, text) = ask(true).await;
    let answer: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(answer["lists"][0]["counts"]["entries"], 42);
    assert_eq!(
        answer["lists"][0]["files"][0]["sha256"].as_str().map(str::len),
        Some(64)
    );
}

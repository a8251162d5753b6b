//! Lists that come by themselves: from an address with its tag, and from a folder that is watched.

use super::*;
use corridor::{
    config::{Settings, screening::ListSource},
    jobs::list_keeper::{self, Looked},
};
use std::sync::{Arc, Mutex};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

/// What the publisher's server has, and what it was asked with.
#[derive(Default)]
struct Publisher {
    status: u16,
    tag: String,
    body: String,
    /// Bytes that are promised and never come.
    missing: usize,
    /// Of each request: the tag it brought, and the status it got.
    asked: Vec<(String, u16)>,
}

/// A server of the simplest kind, whose answers the test writes itself, broken ones too.
async fn publisher() -> (String, Arc<Mutex<Publisher>>) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    let has = Arc::new(Mutex::new(Publisher::default()));
    let shared = has.clone();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut request = Vec::new();
            while !request.ends_with(b"\r\n\r\n") {
                let mut byte = [0; 1];
                if stream.read_exact(&mut byte).await.is_err() {
                    break;
                }
                request.push(byte[0]);
            }
            let answer = answered(&mut shared.lock().unwrap(), &String::from_utf8_lossy(&request));
            let _ = stream.write_all(answer.as_bytes()).await;
            let _ = stream.shutdown().await;
        }
    });
    (format!("http://{address}/list.json"), has)
}

fn answered(has: &mut Publisher, request: &str) -> String {
    let brought = request
        .lines()
        .find_map(|line| line.to_lowercase().strip_prefix("if-none-match: ").map(str::to_owned));
    let brought = brought.unwrap_or_default();
    let status = if has.status == 200 && brought == has.tag {
        304
    } else {
        has.status
    };
    has.asked.push((brought, status));
    let (body, length) = match status {
        200 => (has.body.as_str(), has.body.len() + has.missing),
        _ => ("", 0),
    };
    format!(
        "HTTP/1.1 {status} X\r\netag: {}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}",
        has.tag
    )
}

fn publish(has: &Mutex<Publisher>, tag: &str, body: String) {
    let mut has = has.lock().unwrap();
    (has.status, has.tag, has.body, has.missing) = (200, format!("\"{tag}\""), body, 0);
}

async fn open(source: ListSource) -> House {
    let settings = |settings: &mut Settings| {
        settings.screening.engine = EngineKind::BuiltIn;
        settings.screening.sources = vec![source];
    };
    House::open(Engine::Sqlite, settings).await.unwrap()
}

async fn look(house: &House) -> Looked {
    list_keeper::look(&house.inside).await["PUBLISHED"].clone()
}

async fn in_force(house: &House) -> Value {
    house.read("auditor", "/lists").await["items"][0].clone()
}

async fn letters(house: &House, letter: &str) -> i64 {
    house
        .count(&format!(
            "SELECT count(*) FROM letter WHERE letter = '{letter}' AND audience = 'administrators'"
        ))
        .await
}

/// New, unchanged, newer, out of order, cut short, shrunken, broken: only whole lists of the usual size come into force.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_list_comes_from_an_address_and_is_asked_for_by_its_tag() {
    let (url, has) = publisher().await;
    let house = open(ListSource {
        list: "PUBLISHED".to_owned(),
        urls: vec![url],
        folder: None,
    })
    .await;
    publish(&has, "one", lines(&filler(20)));
    assert_eq!(look(&house).await, Looked::InForce);
    let first = in_force(&house).await;
    house.hours_later(2);
    assert_eq!(look(&house).await, Looked::Unchanged);
    assert_eq!(
        has.lock().unwrap().asked,
        [(String::new(), 200), ("\"one\"".to_owned(), 304)]
    );
    let renewed = in_force(&house).await;
    assert!(
        renewed["checked_at"].as_str() > first["checked_at"].as_str(),
        "{renewed}"
    );
    assert_eq!(renewed["current"], first["current"]);
    publish(&has, "two", lines(&filler(21)));
    assert_eq!(look(&house).await, Looked::InForce);

    has.lock().unwrap().status = 503;
    assert!(matches!(look(&house).await, Looked::Trouble(why) if why.contains("503")));
    publish(&has, "three", lines(&filler(22)));
    has.lock().unwrap().missing = 10;
    assert!(
        matches!(look(&house).await, Looked::Trouble(_)),
        "what is cut short is no list"
    );
    let after = in_force(&house).await;
    assert_eq!(after["current"]["entries"], 21);
    assert!(!after["trouble"].as_str().unwrap().is_empty(), "{after}");
    house.close().await;
}

/// A list that shrank, or is none, leaves the old one in force, and those who keep the lists are told once.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_shrunken_or_broken_list_from_an_address_is_told_to_the_administrators() {
    let (url, has) = publisher().await;
    let house = open(ListSource {
        list: "PUBLISHED".to_owned(),
        urls: vec![url],
        folder: None,
    })
    .await;
    publish(&has, "one", lines(&filler(20)));
    assert_eq!(look(&house).await, Looked::InForce);
    publish(&has, "two", lines(&filler(15)));
    assert_eq!(look(&house).await, Looked::Held);
    let held = in_force(&house).await;
    house.hours_later(2);
    assert_eq!(
        look(&house).await,
        Looked::Held,
        "asked again with its tag, it still waits"
    );
    let waits = in_force(&house).await;
    assert_eq!(
        (&waits["current"]["entries"], &waits["held"]["entries"]),
        (&json!(20), &json!(15))
    );
    assert_eq!(
        waits["checked_at"], held["checked_at"],
        "the version in force is known not to be the newest"
    );
    assert_eq!(letters(&house, "list_held").await, 1);

    publish(&has, "three", "<html>busy</html>".to_owned());
    for _ in 0..2 {
        assert!(matches!(look(&house).await, Looked::Trouble(why) if why.contains("list_refused")));
    }
    let refused = in_force(&house).await;
    assert_eq!(
        (&refused["current"]["entries"], &refused["refused"]["source"]),
        (&json!(20), &json!("PUBLISHED"))
    );
    assert_eq!(
        letters(&house, "list_file_refused").await,
        1,
        "the same broken file is told of once"
    );
    house.close().await;
}

/// A file that is still being written is left alone; one that was left half-written is refused.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_half_written_file_in_a_watched_folder_is_not_taken() {
    let folder = tempfile::tempdir().unwrap();
    let (file, watched) = (folder.path().join("list.json"), folder.path().to_owned());
    let house = open(ListSource {
        list: "PUBLISHED".to_owned(),
        urls: vec![],
        folder: Some(watched),
    })
    .await;
    std::fs::write(&file, lines(&filler(20))).unwrap();
    assert_eq!(look(&house).await, Looked::InForce);
    let whole = lines(&filler(21));
    let half = &whole.as_bytes()[..whole.len() - 20];
    std::fs::write(&file, &half[..400]).unwrap();
    let writing = async {
        tokio::time::sleep(std::time::Duration::from_millis(400)).await;
        std::fs::write(&file, half).unwrap();
    };
    let (looked, ()) = tokio::join!(look(&house), writing);
    assert!(matches!(looked, Looked::Trouble(why) if why.contains("still being written")));
    assert!(matches!(look(&house).await, Looked::Trouble(why) if why.contains("list_refused")));
    assert_eq!(in_force(&house).await["current"]["entries"], 20);
    std::fs::write(&file, &whole).unwrap();
    assert_eq!(look(&house).await, Looked::InForce);
    let after = in_force(&house).await;
    assert_eq!(
        (&after["current"]["entries"], &after["trouble"], &after["refused"]),
        (&json!(21), &Value::Null, &Value::Null)
    );
    house.close().await;
}

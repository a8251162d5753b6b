//! Witnesses: two real ones, one that is down, one that lies, and what verifiers say.

use super::bundles::{bundle, check, opinion_by, trust};
use crate::house::{Engine, House};
use corridor::{
    audit::{
        checkpoint::{KeyKind, Note, Signer},
        policy::Policy,
        witness::Request,
    },
    clock::Clock,
};
use std::{
    io::{BufRead as _, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
};

/// A running `corridor witness`; it ends with the test.
struct Running {
    child: Child,
    vkey: String,
    url: String,
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn start(folder: &Path, name: &str, log: &str) -> Running {
    let mut command = Command::new(env!("CARGO_BIN_EXE_corridor"));
    command.args(["witness", "--listen", "127.0.0.1:0", "--name", name, "--log", log]);
    command.arg("--key").arg(folder.join(format!("{name}.secret")));
    command.arg("--state").arg(folder.join(name));
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap())
        .read_line(&mut line)
        .unwrap();
    let words: Vec<&str> = line.split_whitespace().collect();
    let ["witness", vkey, url] = words.as_slice() else {
        panic!("{line}")
    };
    Running {
        child,
        vkey: (*vkey).to_owned(),
        url: (*url).to_owned(),
    }
}

async fn post(url: &str, body: String) -> (u16, String) {
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let answer = client
        .post(format!("{url}add-checkpoint"))
        .body(body)
        .send()
        .await
        .unwrap();
    (answer.status().as_u16(), answer.text().await.unwrap())
}

/// A house whose policy has these witnesses, and the key of its log.
async fn house(folder: &Path) -> (House, String) {
    let policy = folder.join("policy.txt");
    let house = House::open(Engine::Sqlite, |settings| {
        settings.audit.policy_file = Some(policy.clone())
    })
    .await
    .unwrap();
    // Witnesses have clocks of their own.
    house.move_to(Clock::Wall.now());
    let origin = house.inside.store.log_head().await.unwrap().unwrap().origin;
    let key = house.inside.notary.verifier(&origin).unwrap().vkey();
    (house, key)
}

fn write_policy(folder: &Path, witnesses: &[&Running], quorum: &str) {
    let line = |(n, witness): (usize, &&Running)| format!("witness w{n} {} {}\n", witness.vkey, witness.url);
    let lines: String = witnesses.iter().enumerate().map(line).collect();
    std::fs::write(folder.join("policy.txt"), format!("{lines}{quorum}")).unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_checkpoint_is_witnessed_when_both_sides_vouch() {
    let folder = tempfile::tempdir().unwrap();
    let (house, key) = house(folder.path()).await;
    let (us, mut ru) = (
        start(folder.path(), "us.example", &key),
        start(folder.path(), "ru.example", &key),
    );
    write_policy(folder.path(), &[&us, &ru], "group both all w0 w1\nquorum both\n");
    house.inside.log_now().await.unwrap();
    let asked = house.inside.witness_now().await.unwrap();
    assert!(
        asked.len() == 2 && asked.iter().all(|asked| asked.declined.is_none()),
        "{asked:?}"
    );
    assert!(
        house.inside.witness_now().await.unwrap().is_empty(),
        "nobody is asked twice"
    );
    let policy = house.inside.notary.policy().unwrap().unwrap();
    let say = async |wanted: i32, says: &str| {
        let mut trust = trust(&house, &[]).await;
        trust.policy = Some(policy.clone());
        let bytes = bundle(&house, None, true).await;
        let holds = check(&bytes, &trust).unwrap();
        assert_eq!(holds.witnessed, wanted == 0, "{holds:?}");
        let path = folder.path().join("bundle.zip");
        std::fs::write(&path, &bytes).unwrap();
        let mut program = Command::new(env!("CARGO_BIN_EXE_corridor"));
        program.arg("verify").arg(&path).args(["--key", &trust.log.vkey()]);
        let said = program
            .arg("--policy")
            .arg(folder.path().join("policy.txt"))
            .output()
            .unwrap();
        let text = String::from_utf8_lossy(&said.stdout).into_owned();
        assert!(said.status.code() == Some(wanted) && text.contains(says), "{text}");
        if let Some((code, text)) = opinion_by(&bytes, &trust, Some(&folder.path().join("policy.txt"))) {
            assert!(code == wanted && text.contains(says), "{text}");
        }
    };
    say(0, "WITNESSED: cosigned by w0, w1").await;
    // The page of an entry says it; the proof carries the cosignatures.
    let newest = house.inside.store.newest_checkpoint().await.unwrap().unwrap();
    let note = house.inside.store.cosigned_note(&newest).await.unwrap();
    assert!(policy.is_witnessed(&Note::parse(&note).unwrap()));
    // Another library reads the note, and finds the log's signature among the others.
    assert_eq!(signatures(&note, &[&key]), 1);
    // One is down: one alone is not enough, and nobody waits for it.
    ru.child.kill().unwrap();
    ru.child.wait().unwrap();
    super::grow(&house.inside, 3).await;
    house.inside.log_now().await.unwrap();
    let asked = house.inside.witness_now().await.unwrap();
    let declined: Vec<_> = asked.iter().filter(|asked| asked.declined.is_some()).collect();
    assert!(declined.len() == 1 && declined[0].witness == "w1", "{asked:?}");
    say(3, "UNWITNESSED").await;
    // It comes back with its memory and catches up.
    drop(ru);
    let ru = start(folder.path(), "ru.example", &key);
    write_policy(folder.path(), &[&us, &ru], "group both all w0 w1\nquorum both\n");
    assert!(
        house
            .inside
            .witness_now()
            .await
            .unwrap()
            .iter()
            .all(|asked| asked.declined.is_none())
    );
    say(0, "WITNESSED: cosigned by w0, w1").await;
    house.close().await;
}

/// How many of these keys' signatures the library `signed_note` finds on a note.
fn signatures(note: &str, keys: &[&String]) -> usize {
    use signed_note::{StandardVerifier, VerifierList};
    let keys = keys.iter().map(|key| {
        let verifier: Box<dyn signed_note::Verifier> = Box::new(StandardVerifier::new(key).unwrap());
        verifier
    });
    let known = VerifierList::new(keys.collect());
    let note = signed_note::Note::from_bytes(note.as_bytes()).unwrap();
    note.verify(&known).unwrap().0.len()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_witness_cosigns_one_history_only() {
    let folder = tempfile::tempdir().unwrap();
    let (house, key) = house(folder.path()).await;
    let witness = start(folder.path(), "w.example", &key);
    write_policy(folder.path(), &[&witness], "quorum w0\n");
    let store = &house.inside.store;
    house.inside.log_now().await.unwrap();
    let first = store.newest_checkpoint().await.unwrap().unwrap();
    super::grow(&house.inside, 4).await;
    house.inside.log_now().await.unwrap();
    let second = store.newest_checkpoint().await.unwrap().unwrap();
    let proof = store.consistency_proof(1, first.size, second.size).await.unwrap();
    let request = |old, proof: &[[u8; 32]], note: &str| {
        Request {
            old,
            proof: proof.to_vec(),
            note: note.to_owned(),
        }
        .text()
    };
    let ask = async |body: String| post(&witness.url, body).await;
    let size = |checkpoint: &corridor::store::checkpoints::KeptCheckpoint| format!("{}\n", checkpoint.size);
    assert_eq!(ask("nonsense".to_owned()).await.0, 400);
    let stranger = Signer::new("stranger.example/log/1", KeyKind::Log, &[3; 32]).unwrap();
    let secret = |note: &str, signer: &Signer| {
        let text = Note::parse(note).unwrap().text;
        format!("{text}\n{}", signer.sign(&text, 0))
    };
    let renamed = first
        .note
        .replacen(&stranger_origin(&first.note), "stranger.example/log/1", 1);
    assert_eq!(ask(request(0, &[], &renamed)).await.0, 404);
    assert_eq!(ask(request(0, &[], &secret(&first.note, &stranger))).await.0, 403);
    assert_eq!(
        ask(request(first.size, &[], &first.note)).await,
        (409, "0\n".to_owned())
    );
    assert_eq!(ask(request(first.size + 1, &[], &first.note)).await.0, 400);
    assert_eq!(ask(request(0, &proof, &first.note)).await.0, 422);
    assert_eq!(ask(request(0, &[], &first.note)).await.0, 200);
    // The same again is cosigned again; what does not continue it is not.
    assert_eq!(ask(request(first.size, &[], &first.note)).await.0, 200);
    assert_eq!(ask(request(0, &[], &second.note)).await, (409, size(&first)));
    let mut wrong = proof.clone();
    wrong[0][0] ^= 1;
    assert_eq!(ask(request(first.size, &wrong, &second.note)).await.0, 422);
    assert_eq!(ask(request(first.size, &proof, &second.note)).await.0, 200);
    // An older one is refused: that is a rollback.
    assert_eq!(ask(request(first.size, &[], &first.note)).await, (409, size(&second)));
    // Another history with the same key, and the same size: a split view.
    let log = std::fs::read_to_string(house.inside.settings.log_key_file()).unwrap();
    let log: [u8; 32] = hex_bytes(log.trim());
    let origin = stranger_origin(&first.note);
    let log = Signer::new(&origin, KeyKind::Log, &log).unwrap();
    let forked = corridor::audit::checkpoint::Checkpoint {
        origin,
        size: second.size,
        root: [5; 32],
    }
    .signed(&log);
    assert_eq!(ask(request(second.size, &[], &forked)).await, (409, size(&second)));
    // A second witness on the same memory does not start.
    let again = Command::new(env!("CARGO_BIN_EXE_corridor"))
        .args([
            "witness",
            "--listen",
            "127.0.0.1:0",
            "--name",
            "w.example",
            "--log",
            &key,
            "--key",
        ])
        .arg(folder.path().join("w.example.secret"))
        .arg("--state")
        .arg(folder.path().join("w.example"))
        .output()
        .unwrap();
    assert_eq!(again.status.code(), Some(2));
    house.close().await;
}

fn stranger_origin(note: &str) -> String {
    note.lines().next().unwrap().to_owned()
}

fn hex_bytes(text: &str) -> [u8; 32] {
    let byte = |n: usize| u8::from_str_radix(&text[2 * n..2 * n + 2], 16).unwrap();
    std::array::from_fn(byte)
}

/// A witness that answers whatever it likes is not believed.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_lying_witness_says_is_not_kept() {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let folder = tempfile::tempdir().unwrap();
    let (house, _) = house(folder.path()).await;
    house.inside.log_now().await.unwrap();
    let newest = house.inside.store.newest_checkpoint().await.unwrap().unwrap();
    let text = Note::parse(&newest.note).unwrap().text;
    let now = house.clock.now().as_second() as u64;
    let own = Signer::new("liar.example", KeyKind::Witness, &[8; 32]).unwrap();
    let other = Signer::new("liar.example", KeyKind::Witness, &[9; 32]).unwrap();
    let elsewhere = text.replacen("/log/1", "/log/9", 1);
    let lies = [
        (200, String::new(), "not its cosignature"),
        (200, "nonsense\n".to_owned(), "not its cosignature"),
        (200, other.sign(&text, now), "not its cosignature"),
        (200, own.sign(&elsewhere, now), "not its cosignature"),
        (200, own.sign(&text, now + 86_400), "of another time"),
        (200, own.sign(&text, 1), "of another time"),
        (200, "x".repeat(100_000), "too long"),
        (409, "99999999\n".to_owned(), "ROLLED BACK"),
        (409, "0\n".to_owned(), "FORKED"),
        (409, "many\n".to_owned(), "without a size"),
        (422, String::new(), "FORKED"),
        (503, "later".to_owned(), "503"),
    ];
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let policy = format!("witness liar {} {url}\nquorum liar\n", own.verifier().vkey());
    std::fs::write(folder.path().join("policy.txt"), &policy).unwrap();
    for (status, said, why) in lies {
        let answering = async {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut heard = vec![0; 64 << 10];
            let _ = stream.read(&mut heard).await.unwrap();
            let head = format!(
                "HTTP/1.1 {status} X\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
                said.len()
            );
            let _ = stream.write_all(format!("{head}{said}").as_bytes()).await;
            let _ = stream.shutdown().await;
        };
        let (asked, ()) = tokio::join!(house.inside.witness_now(), answering);
        let asked = asked.unwrap();
        let says = asked[0].declined.clone().unwrap_or_default();
        assert!(says.contains(why), "{status} {said:.40}: {says}");
    }
    assert_eq!(house.count("SELECT count(*) FROM log_cosignature").await, 0);
    assert!(house.inside.store.halted().is_none(), "a liar stops nobody");
    assert!(
        !Policy::parse(&policy)
            .unwrap()
            .is_witnessed(&Note::parse(&newest.note).unwrap())
    );
    house.close().await;
}

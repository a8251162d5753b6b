//! Attacks on a bundle, each with the verdict that both verifiers must give: 0 valid, 1 not valid, 2 unusable, 3 valid,
//! but nobody else vouches for it. The numbers are those of the list of attacks and faults in the design.

use super::{
    bundles::{bundle, check, code, second_opinion, trust},
    forger::{Forged, rewritten, stolen},
    grow,
};
use crate::{
    api::course,
    house::{Engine, House, run},
};
use corridor::{
    audit::{
        checkpoint::{KeyKind, Signer},
        inspect::Trust,
    },
    store::{
        commit::{Stream, StreamKind},
        history::Selection,
    },
};
use serde_json::{Value, json};

/// What the forger begins with.
struct Scene {
    full: Forged,
    /// One case, sealed.
    case: Forged,
    key: Signer,
    alone: Trust,
    anchored: Trust,
    /// An older genuine checkpoint, and its size.
    old: String,
    size: usize,
}

async fn scene(house: &House) -> Scene {
    let case = course::submitted(house).await;
    house.inside.log_now().await.unwrap();
    let old = house.inside.store.newest_checkpoint().await.unwrap().unwrap();
    grow(&house.inside, 3).await;
    let id = case.parse().unwrap();
    let one = Selection::Streams(vec![Stream {
        kind: StreamKind::Case,
        id,
    }]);
    corridor::process::seal_for(&house.inside, &one).await.unwrap();
    house.inside.log_now().await.unwrap();
    let newest = house.inside.store.newest_checkpoint().await.unwrap().unwrap();
    Scene {
        full: Forged::of(&bundle(house, None, false).await),
        case: Forged::of(&bundle(house, Some(&one), false).await),
        key: stolen(house).await,
        alone: trust(house, &[]).await,
        anchored: trust(house, &[&newest.note]).await,
        old: old.note,
        size: old.size as usize,
    }
}

/// One attack: its number, what is done, the archive, and the verdicts without and with one anchor.
type Attack = (u8, &'static str, Vec<u8>, i32, i32);

fn judged(scene: &Scene, attacks: &[Attack]) {
    for (number, name, bytes, alone, anchored) in attacks {
        for (trust, wanted) in [(&scene.alone, alone), (&scene.anchored, anchored)] {
            let verdict = check(bytes, trust);
            assert_eq!(code(&verdict), *wanted, "{number} {name}: {verdict:?}");
            if let Some((other, says)) = second_opinion(bytes, trust) {
                assert_eq!(other, *wanted, "{number} {name}, verify.py: {says}");
            }
        }
    }
}

/// 2: lines deleted, doubled, swapped, put in.
fn lines(scene: &Scene) -> Vec<Attack> {
    let with = |change: &dyn Fn(&mut Vec<Vec<u8>>)| {
        let (mut forged, mut lines) = (scene.full.clone(), scene.full.lines());
        change(&mut lines);
        forged.set_lines(&lines);
        // Values of what is gone would be strays.
        forged.set("openings.ndjson", "");
        forged.mended()
    };
    vec![
        (2, "nothing at all", with(&|_| {}), 3, 0),
        (2, "a line deleted", with(&|lines| drop(lines.remove(5))), 1, 1),
        (2, "the first line deleted", with(&|lines| drop(lines.remove(0))), 1, 1),
        (2, "the last line deleted", with(&|lines| drop(lines.pop())), 1, 1),
        (
            2,
            "a line doubled",
            with(&|lines| lines.insert(5, lines[5].clone())),
            1,
            1,
        ),
        (2, "neighbours swapped", with(&|lines| lines.swap(5, 6)), 1, 1),
        (2, "a line put in", with(&|lines| lines.insert(5, b"{}".to_vec())), 1, 1),
        (2, "an empty line", with(&|lines| lines.insert(5, Vec::new())), 1, 1),
    ]
}

/// 4, 5, 6: what only an anchor can tell.
fn stolen_key(scene: &Scene) -> Vec<Attack> {
    let resigned = |lines: &[Vec<u8>]| {
        let mut forged = scene.full.clone();
        forged.set_lines(lines);
        forged.set("openings.ndjson", "");
        forged.signed_with(&scene.key);
        forged.mended()
    };
    // Without the seal at its end: that one would have to be mended too, as the holder of the key can.
    let mut all = scene.full.lines();
    all.pop();
    let mut cut = scene.full.clone();
    cut.set_lines(&all[..scene.size]);
    cut.set("openings.ndjson", "");
    cut.set("checkpoint", scene.old.clone());
    let rewritten = rewritten(&all, 4, |event| event["rule"] = json!("X-99"));
    let stream = |n: usize| serde_json::from_slice::<Value>(&all[n]).unwrap()["stream"].clone();
    let apart = (1..all.len()).find(|n| stream(*n) != stream(n - 1)).unwrap();
    let mut swapped = all.clone();
    swapped.swap(apart - 1, apart);
    vec![
        (4, "tail cut, older genuine checkpoint", cut.mended(), 3, 1),
        (5, "rewritten with the stolen key", resigned(&rewritten), 3, 1),
        (5, "tail cut with the stolen key", resigned(&all[..all.len() - 2]), 3, 1),
        (
            6,
            "events of two histories swapped with the stolen key",
            resigned(&swapped),
            3,
            1,
        ),
    ]
}

/// 7: proofs that prove nothing.
fn proofs(scene: &Scene) -> Vec<Attack> {
    let with = |change: &dyn Fn(&str) -> String| {
        let mut forged = scene.case.clone();
        let text = change(std::str::from_utf8(forged.get("proofs.txt")).unwrap());
        forged.set("proofs.txt", text);
        forged.mended()
    };
    let index = |other: &'static str| {
        move |text: &str| {
            let line = text.lines().find(|line| line.starts_with("index ")).unwrap();
            text.replacen(line, &format!("index {other}"), 1)
        }
    };
    let hash = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n";
    vec![
        (7, "another index", with(&index("0")), 1, 1),
        (7, "index 2^63", with(&index("9223372036854775808")), 1, 1),
        (7, "index 2^64-1", with(&index("18446744073709551615")), 1, 1),
        (7, "index below nothing", with(&index("-1")), 1, 1),
        (
            7,
            "an endless proof",
            with(&|text| text.replacen("\n\n", &format!("\n{}\n", hash.repeat(100_000)), 1)),
            1,
            1,
        ),
        (
            7,
            "a hash too many",
            with(&|text| text.replacen("\n\n", &format!("\n{hash}\n"), 1)),
            1,
            1,
        ),
        (
            7,
            "a proof too few",
            with(&|text| text.split_once("\n\n").unwrap().1.to_owned()),
            1,
            1,
        ),
        (7, "no proofs", with(&|_| String::new()), 1, 1),
    ]
}

/// 8: leaves in another spelling, signed for with the stolen key: the rule of spelling alone refuses them.
fn spellings(scene: &Scene) -> Vec<Attack> {
    let with = |change: &dyn Fn(&str) -> Vec<u8>| {
        let (mut forged, mut lines) = (scene.full.clone(), scene.full.lines());
        let last = lines.len() - 1;
        lines[last] = change(std::str::from_utf8(&lines[last]).unwrap());
        forged.set_lines(&lines);
        forged.signed_with(&scene.key);
        forged.mended()
    };
    let data = |with: &'static str| {
        move |line: &str| {
            line.replacen("\"data\":{", &format!("\"data\":{{{with},"), 1)
                .into_bytes()
        }
    };
    let long = format!("\"a\":\"{}\"", "x".repeat(65_536)).leak();
    vec![
        (
            8,
            "a blank",
            with(&|line| line.replacen(':', ": ", 1).into_bytes()),
            1,
            1,
        ),
        (
            8,
            "a member twice",
            with(&|line| line.replacen('{', "{\"by\":{},", 1).into_bytes()),
            1,
            1,
        ),
        (
            8,
            "an unknown member",
            with(&|line| line.replacen('{', "{\"aa\":1,", 1).into_bytes()),
            1,
            1,
        ),
        (8, "a fraction", with(&data("\"a\":1.5")), 1, 1),
        (8, "minus nothing", with(&data("\"a\":-0")), 1, 1),
        (8, "2^53+1", with(&data("\"a\":9007199254740993")), 1, 1),
        (
            8,
            "an escape that is not needed",
            with(&data("\"a\":\"\\u0041\"")),
            1,
            1,
        ),
        (8, "half a character", with(&data("\"a\":\"\\ud800\"")), 1, 1),
        (8, "too long", with(&data(long)), 1, 1),
        (8, "no UTF-8", with(&|line| [line.as_bytes(), b"\xff"].concat()), 1, 1),
        (8, "NUL", with(&|line| [line.as_bytes(), b"\0"].concat()), 1, 1),
    ]
}

/// 9: signatures that are none.
fn signatures(scene: &Scene) -> Vec<Attack> {
    let with = |note: String| {
        let mut forged = scene.full.clone();
        forged.set("checkpoint", note);
        forged.mended()
    };
    let good = std::str::from_utf8(scene.full.get("checkpoint")).unwrap();
    let (text, line) = good.split_once("\n\n").unwrap();
    let text = format!("{text}\n");
    let name = &scene.key.verifier().name;
    let namesake = Signer::new(name, KeyKind::Log, &[9; 32]).unwrap();
    // The genuine key's name and id over a signature of another key.
    let id = line.split(' ').nth(2).unwrap();
    let other = namesake.sign(&text, 0);
    let collided = format!(
        "— {name} {}{}\n",
        &id[..5],
        &other.split(' ').nth(2).unwrap().trim()[5..]
    );
    let elsewhere = text.replacen(name.as_str(), "elsewhere.example/log/1", 1);
    vec![
        (9, "another origin", with(format!("{elsewhere}\n{line}")), 1, 1),
        (
            9,
            "another key of the same name",
            with(format!("{text}\n{other}")),
            1,
            1,
        ),
        (
            9,
            "another key with the same id",
            with(format!("{text}\n{collided}")),
            1,
            1,
        ),
        (9, "no signature", with(format!("{text}\n")), 1, 1),
        (9, "a fourth line", with(format!("{text}more\n\n{line}")), 1, 1),
        (
            9,
            "another size below the signature",
            with(good.replacen('\n', "\n1", 1)),
            1,
            1,
        ),
    ]
}

/// 23, 25 and swapped values: what a part of the log must have.
fn parts(scene: &Scene) -> Vec<Attack> {
    let with = |change: &dyn Fn(&mut Forged)| {
        let mut forged = scene.case.clone();
        change(&mut forged);
        forged.mended()
    };
    let without_last = |forged: &mut Forged| {
        let mut lines = forged.lines();
        let last: Value = serde_json::from_slice(&lines.pop().unwrap()).unwrap();
        forged.set_lines(&lines);
        let proofs = String::from_utf8(forged.get("proofs.txt").to_vec()).unwrap();
        let end = proofs.rfind("c2sp.org/").unwrap();
        forged.set("proofs.txt", &proofs.as_bytes()[..end]);
        let openings = String::from_utf8(forged.get("openings.ndjson").to_vec()).unwrap();
        let id = last["id"].as_str().unwrap();
        let kept: String = openings
            .lines()
            .filter(|line| !line.contains(id))
            .map(|line| format!("{line}\n"))
            .collect();
        forged.set("openings.ndjson", kept);
    };
    let seal = |change: &dyn Fn(&mut Value)| {
        with(&|forged| {
            let mut seal: Value = serde_json::from_slice(forged.get("seal.json")).unwrap();
            change(&mut seal);
            forged.set("seal.json", corridor::audit::canonical::canonical_line(&seal).unwrap());
        })
    };
    let openings = |from: &'static str, to: &'static str| {
        with(&|forged| {
            let text = String::from_utf8(forged.get("openings.ndjson").to_vec()).unwrap();
            assert!(text.contains(from), "{text}");
            forged.set("openings.ndjson", text.replacen(from, to, 1));
        })
    };
    vec![
        (23, "the sealed case as it is", with(&|_| {}), 3, 0),
        (23, "the last event left out", with(&without_last), 1, 1),
        (
            23,
            "the last event left out, and the seal too",
            with(&|forged| {
                without_last(forged);
                forged.without("seal.json");
            }),
            3,
            3,
        ),
        (
            23,
            "the seal speaks of no history",
            seal(&|seal| seal["lines"] = json!([])),
            1,
            1,
        ),
        (
            23,
            "the seal names an earlier event",
            seal(&|seal| seal["lines"][0]["seq"] = json!(1)),
            1,
            1,
        ),
        (
            23,
            "the seal has another root",
            seal(&|seal| {
                let body = seal["body"]
                    .as_str()
                    .unwrap()
                    .replacen("\"root\":\"", "\"root\":\"0", 1);
                seal["body"] = json!(body);
            }),
            1,
            1,
        ),
        (
            23,
            "the seal says more than it may",
            seal(&|seal| seal["more"] = json!(1)),
            1,
            1,
        ),
        (25, "a value exchanged", openings("Wheat", "Tanks"), 1, 1),
        (25, "a salt exchanged", openings("\"salt\":\"", "\"salt\":\"0"), 1, 1),
        (
            25,
            "a value for another event",
            openings("\"event\":\"0", "\"event\":\"1"),
            1,
            1,
        ),
    ]
}

/// 26: archives that are traps.
fn archives(scene: &Scene) -> Vec<Attack> {
    let with = |name: &str, bytes: &[u8]| {
        let mut forged = scene.full.clone();
        forged.entries.push((name.to_owned(), bytes.to_vec()));
        forged
    };
    let mut lacking = scene.full.clone();
    lacking.without("README.txt");
    let mut bomb = scene.full.clone();
    bomb.set("README.txt", vec![b' '; 64 << 20]);
    let mut unlisted = with("more.txt", b"x");
    unlisted.entries.swap_remove(0);
    vec![
        (26, "an entry that is not listed", with("more.txt", b"x").zipped(), 1, 1),
        (26, "an entry lacks", lacking.zipped(), 1, 1),
        (26, "an entry is another", unlisted.zipped(), 1, 1),
        (26, "a bomb that says it is none", bomb.zipped(), 1, 1),
    ]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_attack_gets_its_verdict() {
    run(Engine::Sqlite, async |house| {
        let scene = scene(house).await;
        for attacks in [
            lines(&scene),
            stolen_key(&scene),
            proofs(&scene),
            spellings(&scene),
            signatures(&scene),
            parts(&scene),
            archives(&scene),
        ] {
            judged(&scene, &attacks);
        }
        // Names outside the archive, or that nobody knows, are refused by the program even when they are listed;
        // verify.py reads no entry by its name. Derived files that lie are for the program too.
        for name in ["../../etc/passwd", "/etc/passwd", "more.txt"] {
            let mut forged = scene.full.clone();
            forged.entries.push((name.to_owned(), b"x".to_vec()));
            assert_eq!(code(&check(&forged.mended(), &scene.anchored)), 1, "{name}");
        }
        let mut lying = scene.full.clone();
        let table = String::from_utf8(lying.get("derived/events.csv").to_vec()).unwrap();
        lying.set("derived/events.csv", table.replacen("submitted", "withdrawn", 1));
        assert_eq!(code(&check(&lying.mended(), &scene.anchored)), 1);
    })
    .await;
}

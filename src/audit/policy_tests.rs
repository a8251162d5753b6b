use super::*;
use crate::audit::checkpoint::{Checkpoint, Signer};

fn witness(number: u8) -> Signer {
    Signer::new(&format!("w{number}.example"), KeyKind::Witness, &[number; 32]).unwrap()
}

fn policy(quorum: &str) -> String {
    let keys: Vec<_> = (1..=3)
        .map(|n| format!("witness w{n} {}\n", witness(n).verifier().vkey()))
        .collect();
    format!("# Two of three, or the first alone.\n\n{}{quorum}", keys.concat())
}

/// A note with the cosignatures of these.
fn note(numbers: &[u8]) -> Note {
    let log = Signer::new("log.example/1", KeyKind::Log, &[9; 32]).unwrap();
    let state = Checkpoint {
        origin: "log.example/1".to_owned(),
        size: 3,
        root: [1; 32],
    };
    let lines: String = numbers
        .iter()
        .map(|n| witness(*n).sign(&state.text(), 1_700_000_000))
        .collect();
    Note::parse(&format!("{}{lines}", state.signed(&log))).unwrap()
}

#[test]
fn a_quorum_is_reached_by_those_it_names() {
    let read = |quorum: &str| Policy::parse(&policy(quorum)).unwrap();
    let nested = read("group two 2 w2 w3\ngroup one any w1 two\nquorum one\n");
    for (signers, reached) in [
        (&[1][..], true),
        (&[2], false),
        (&[2, 3], true),
        (&[], false),
        (&[1, 2, 3], true),
    ] {
        assert_eq!(nested.is_witnessed(&note(signers)), reached, "{signers:?}");
    }
    let all = read("group everybody all w1 w2 w3\nquorum everybody\n");
    assert!(all.is_witnessed(&note(&[3, 1, 2])) && !all.is_witnessed(&note(&[3, 1, 1])));
    let none = read("quorum none\n");
    assert!(!none.asks_for_witnesses() && !none.is_witnessed(&note(&[1, 2, 3])));
    // A stranger with a witness's name is nobody.
    let stranger = Signer::new("w1.example", KeyKind::Witness, &[77; 32]).unwrap();
    let good = note(&[]);
    let forged = Note::parse(&format!(
        "{}\n{}{}",
        good.text,
        witness(2).sign(&good.text, 5),
        stranger.sign(&good.text, 5)
    ));
    assert_eq!(nested.witnesses_of(&forged.unwrap()), ["w2"]);
}

#[test]
fn a_policy_that_means_nothing_is_refused_with_its_line() {
    for (quorum, line) in [
        ("", 5),
        ("quorum w4\n", 6),
        ("quorum none\nquorum w1\n", 7),
        ("group g 0 w1\nquorum g\n", 6),
        ("group g 3 w1 w2\nquorum g\n", 6),
        ("group g all\nquorum g\n", 6),
        ("group g 2 w1 w1\nquorum g\n", 6),
        ("group g any g\nquorum g\n", 6),
        ("group w1 any w2\nquorum w1\n", 6),
        ("group none any w2\nquorum none\n", 6),
        ("witness w1 x\nquorum w1\n", 6),
        ("whoever\n", 6),
    ] {
        assert_eq!(Policy::parse(&policy(quorum)).unwrap_err().line, line, "{quorum}");
    }
    let log = Signer::new("log.example/1", KeyKind::Log, &[9; 32])
        .unwrap()
        .verifier()
        .vkey();
    assert!(Policy::parse(&format!("witness w {log}\nquorum w\n")).is_err());
    assert!(Policy::parse(&format!("log {}\nquorum none\n", witness(1).verifier().vkey())).is_err());
    assert_eq!(
        Policy::parse(&format!("log {log}\nquorum none\n")).unwrap().logs.len(),
        1
    );
}

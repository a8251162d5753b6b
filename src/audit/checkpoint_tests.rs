//! Notes and checkpoints against an independent library, and against forgers.

use super::*;
use crate::audit::{
    leaf::leaf_hash,
    proof::{NoProof, Proof},
    tree,
};
use proptest::prelude::*;
use signed_note::{StandardVerifier, VerifierList};

const ORIGIN: &str = "waivers.example.org/log/1";

fn signer() -> Signer {
    Signer::new(ORIGIN, KeyKind::Log, &[7; 32]).unwrap()
}

fn checkpoint() -> Checkpoint {
    Checkpoint {
        origin: ORIGIN.to_owned(),
        size: 4711,
        root: [9; 32],
    }
}

#[test]
fn another_library_accepts_our_notes_and_keys() {
    let (signer, note) = (signer(), checkpoint().signed(&signer()));
    let theirs = signed_note::Note::from_bytes(note.as_bytes()).unwrap();
    assert_eq!(theirs.text(), checkpoint().text().as_bytes());
    let known = VerifierList::new(vec![Box::new(
        StandardVerifier::new(&signer.verifier().vkey()).unwrap(),
    )]);
    assert_eq!(theirs.verify(&known).unwrap().0.len(), 1);
    let tiles = tlog_tiles::Checkpoint::from_bytes(theirs.text()).unwrap();
    assert_eq!((tiles.origin(), tiles.size(), tiles.hash().0), (ORIGIN, 4711, [9; 32]));
}

#[test]
fn we_read_what_another_library_writes() {
    let vkey = signer().verifier().vkey();
    let id = vkey.split('+').nth(1).unwrap();
    let secret = STANDARD.encode([&[1][..], &[7; 32]].concat());
    let theirs = signed_note::StandardSigner::new(&format!("PRIVATE+KEY+{ORIGIN}+{id}+{secret}")).unwrap();
    let mut note = signed_note::Note::new(checkpoint().text().as_bytes(), &[]).unwrap();
    note.add_sigs(&[&theirs]).unwrap();
    assert_eq!(
        String::from_utf8(note.to_bytes()).unwrap(),
        checkpoint().signed(&signer())
    );
}

#[test]
fn a_signed_checkpoint_is_believed_only_from_its_log() {
    let note = checkpoint().signed(&signer());
    assert_eq!(
        Checkpoint::signed_by(&note, signer().verifier()),
        Ok(Some(checkpoint()))
    );
    let stranger = Signer::new(ORIGIN, KeyKind::Log, &[8; 32]).unwrap();
    assert_eq!(Checkpoint::signed_by(&note, stranger.verifier()), Ok(None));
    let namesake = Signer::new("other.example/log/1", KeyKind::Log, &[7; 32]).unwrap();
    assert_eq!(Checkpoint::signed_by(&note, namesake.verifier()), Ok(None));
    // The right key, signing for another origin.
    let other = Checkpoint {
        origin: "other.example/log/1".to_owned(),
        ..checkpoint()
    };
    let text = other.text();
    let swapped = format!("{text}\n{}", signer().sign(&text, 0));
    assert_eq!(Checkpoint::signed_by(&swapped, signer().verifier()), Ok(None));
    for changed in [note.replacen("4711", "4712", 1), note.replacen("CQkJ", "CQkK", 1)] {
        assert_eq!(Checkpoint::signed_by(&changed, signer().verifier()), Ok(None));
    }
}

#[test]
fn a_cosignature_states_its_time() {
    let witness = Signer::new("witness.example/w", KeyKind::Witness, &[5; 32]).unwrap();
    let text = checkpoint().text();
    let note = format!(
        "{}{}",
        checkpoint().signed(&signer()),
        witness.sign(&text, 1_700_000_000)
    );
    let read = Note::parse(&note).unwrap();
    assert_eq!(witness.verifier().signature_on(&read), Some(1_700_000_000));
    assert_eq!(signer().verifier().signature_on(&read), Some(0));
    let again = Verifier::parse(&witness.verifier().vkey()).unwrap();
    assert_eq!(&again, witness.verifier());
    // The same key does not pass for a log's.
    let as_log = Verifier::new(
        "witness.example/w",
        KeyKind::Log,
        SigningKey::from_bytes(&[5; 32]).verifying_key(),
    );
    assert_eq!(as_log.signature_on(&read), None);
    assert_eq!(
        witness
            .verifier()
            .signature_on(&Note::parse(&format!("x{note}")).unwrap()),
        None
    );
}

#[test]
fn only_the_one_spelling_is_a_checkpoint() {
    let text = checkpoint().text();
    assert_eq!(Checkpoint::parse(&text), Ok(checkpoint()));
    let root = STANDARD.encode([9; 32]);
    for wrong in [
        text.replacen("4711", "04711", 1),
        text.replacen("4711", "+4711", 1),
        text.replacen("4711", "-1", 1),
        text.replacen("4711", "18446744073709551615", 1),
        text.replacen("4711", "", 1),
        format!("{text}more\n"),
        format!("{text}\n"),
        text.trim_end().to_owned(),
        format!("a b\n1\n{root}\n"),
        format!("\n1\n{root}\n"),
        format!("a+b\n1\n{root}\n"),
        text.replacen("CQk=", "CQl=", 1),
        text.replacen('=', "", 1),
        text.replace('\n', "\r\n"),
    ] {
        assert!(Checkpoint::parse(&wrong).is_err(), "{wrong:?}");
    }
}

#[test]
fn weak_and_malformed_keys_are_refused() {
    let vkey = signer().verifier().vkey();
    let weak = VerifyingKey::from_bytes(&[0; 32]).unwrap();
    let weak = Verifier {
        key: weak,
        ..Verifier::new(ORIGIN, KeyKind::Log, weak)
    }
    .vkey();
    for wrong in [
        "",
        "a",
        "a+b",
        "a+00000000+AQ==",
        &vkey.replacen(ORIGIN, "another", 1),
        &vkey.replacen('+', "+0", 1),
        &vkey.to_uppercase(),
        &weak,
        &vkey.replacen("+A", "+B", 1),
    ] {
        assert_eq!(Verifier::parse(wrong), Err(NotNote::Key), "{wrong}");
    }
    assert!(Verifier::parse(&format!(" {vkey}\n")).is_ok());
}

#[test]
fn a_proof_carries_a_leaf_from_place_to_place() {
    let leaves: Vec<_> = (0..5_u8).map(|number| leaf_hash(&[number])).collect();
    let at = Checkpoint {
        origin: ORIGIN.to_owned(),
        size: 5,
        root: tree::root_of(leaves.clone()),
    };
    let parts = tree::inclusion_parts(3, 5).unwrap();
    let node = |node: tree::Node| {
        let range = (node.index << node.level) as usize..((node.index + 1) << node.level) as usize;
        Some(tree::root_of(leaves[range].iter().copied()))
    };
    let hashes = parts.iter().map(|part| part.hash(node).unwrap()).collect();
    let proof = Proof {
        index: 3,
        hashes,
        checkpoint: at.signed(&signer()),
    };
    let read = Proof::parse(&proof.text()).unwrap();
    assert_eq!((&read, read.verify(&leaves[3], signer().verifier())), (&proof, Ok(at)));
    assert_eq!(read.verify(&leaves[2], signer().verifier()), Err(NoProof::NotIncluded));
    let stranger = Signer::new(ORIGIN, KeyKind::Log, &[8; 32]).unwrap();
    assert_eq!(read.verify(&leaves[3], stranger.verifier()), Err(NoProof::NotSigned));
    let text = proof.text();
    for wrong in [
        text.replacen("@v1", "@v2", 1),
        text.replacen("index 3", "index 03", 1),
        text.replacen("\n\n", "\n", 1),
    ] {
        assert!(
            Proof::parse(&wrong)
                .and_then(|proof| proof.verify(&leaves[3], signer().verifier()))
                .is_err()
        );
    }
    let extra = text.replacen("index", "extra AAAA\nindex", 1);
    assert!(
        Proof::parse(&extra)
            .unwrap()
            .verify(&leaves[3], signer().verifier())
            .is_ok()
    );
}

proptest! {
    #[test]
    fn whatever_is_read_is_written_alike(text in any::<String>(), bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        if let Ok(read) = Checkpoint::parse(&text) {
            prop_assert_eq!(read.text(), text.clone());
        }
        let _ = Note::parse(&text);
        let _ = Verifier::parse(&text);
        let _ = Proof::parse(&text);
        let _ = Note::parse(&String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn one_changed_byte_of_a_note_is_never_believed(at in any::<prop::sample::Index>(), bit in 0_u8..7) {
        let mut note = checkpoint().signed(&signer()).into_bytes();
        let at = at.index(note.len());
        note[at] ^= 1 << bit;
        if let Ok(note) = String::from_utf8(note) {
            prop_assert!(!matches!(Checkpoint::signed_by(&note, signer().verifier()), Ok(Some(_))), "{note}");
        }
    }
}

//! Attack 30: whatever the parsers are given, they end in yes or no; and what they take they write alike again.

use super::{
    bundle::{BundleKind, BundleManifest, BundleWriter, FORMAT, opening_line, read_opening},
    canonical::{Nulls, canonical, canonical_line, tests::any_value},
    checkpoint::{Checkpoint, KeyKind, Note, Signer, Verifier},
    inspect::{Inspection, Trust, inspect},
    leaf::{Place, PrivateValue, leaf_hash, open_strictly, seal},
    policy::Policy,
    proof::{Proof, parse_body},
    seal::SealFile,
    tree::root_of,
    witness::Request,
};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::io::Cursor;
use uuid::Uuid;

const ORIGIN: &str = "waivers.example.org/log/1";

fn signer() -> Signer {
    Signer::new(ORIGIN, KeyKind::Log, &[7; 32]).unwrap()
}

/// Text that looks much like what is read: pieces of the formats, in any order.
fn almost() -> impl Strategy<Value = String> {
    let hash = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=";
    let key = signer().verifier().vkey();
    let note = Checkpoint {
        origin: ORIGIN.to_owned(),
        size: 3,
        root: [9; 32],
    }
    .signed(&signer());
    let piece = prop_oneof![
        Just("\n".to_owned()),
        Just("\n\n".to_owned()),
        Just(" ".to_owned()),
        Just(ORIGIN.to_owned()),
        Just(hash.to_owned()),
        Just(format!("— {ORIGIN} {hash}\n")),
        Just("c2sp.org/tlog-proof@v1\n".to_owned()),
        Just("index 5\n".to_owned()),
        Just("old 18446744073709551615\n".to_owned()),
        Just(format!("log {key}\n")),
        Just("group all any a b\n".to_owned()),
        Just("group x 99999999999999999999 a\n".to_owned()),
        Just("quorum none\n".to_owned()),
        Just("witness a ".to_owned()),
        Just(note.clone()),
        any::<u64>().prop_map(|number| number.to_string()),
        any::<String>(),
    ];
    prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

/// A whole log with this in its leaves, as a bundle.
fn bundle(data: &[Value]) -> Vec<u8> {
    let (mut lines, mut openings, mut prev) = (Vec::new(), Vec::new(), [0; 32]);
    for (seq, data) in (1..).zip(data) {
        let event = json!({
            "by": { "person": "x" }, "effective_at": "2025-10-06T08:00:00Z", "id": Uuid::from_u128(seq), "data": data,
            "recorded_at": "2025-10-06T08:00:00Z", "rule": "D-01", "seq": seq as u64, "type": "tried",
        });
        let place = Place {
            kind: "case",
            stream: Uuid::from_u128(9),
            prev,
        };
        let leaf = seal(&event, &place, &mut || Ok([1; 32])).unwrap();
        prev = leaf.hash;
        for private in &leaf.private {
            openings.extend(opening_line(Uuid::from_u128(seq), private).unwrap());
        }
        lines.push(leaf.body);
    }
    let checkpoint = Checkpoint {
        origin: ORIGIN.to_owned(),
        size: lines.len() as u64,
        root: root_of(lines.iter().map(|line| leaf_hash(line))),
    };
    let mut bundle = BundleWriter::new(Cursor::new(Vec::new()));
    let mut events = lines.join(&b'\n');
    events.push(b'\n');
    for (name, bytes) in [
        ("README.txt", b"Read me.".to_vec()),
        ("checkpoint", checkpoint.signed(&signer()).into_bytes()),
        ("events.ndjson", events),
        ("openings.ndjson", openings.clone()),
        ("verify.py", b"pass".to_vec()),
    ] {
        bundle.begin(name).unwrap();
        bundle.write(&bytes).unwrap();
    }
    let manifest = BundleManifest {
        events: lines.len() as u64,
        files: Default::default(),
        filter: json!({}),
        format: FORMAT.to_owned(),
        kind: BundleKind::Full,
        opened: openings.iter().filter(|byte| **byte == b'\n').count() as u64,
        origin: ORIGIN.to_owned(),
        size: lines.len() as u64,
        withhold: false,
    };
    bundle.finish(manifest).unwrap().0.into_inner()
}

fn verdict(bytes: &[u8]) -> Result<super::inspect::Holds, Inspection> {
    let trust = Trust {
        log: signer().verifier().clone(),
        earlier: Vec::new(),
        policy: None,
        anchors: Vec::new(),
    };
    inspect(|| Ok(Cursor::new(bytes)), &trust, |_, _| {})
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(600) })]

    #[test]
    fn notes_proofs_requests_and_policies_end_in_yes_or_no(text in almost(), bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let lossy = String::from_utf8_lossy(&bytes).into_owned();
        for text in [&text, &lossy] {
            if let Ok(note) = Note::parse(text) {
                prop_assert!(text.starts_with(&note.text) && Note::parse(text).unwrap() == note);
                if let Ok(read) = Checkpoint::parse(&note.text) {
                    prop_assert_eq!(read.text(), note.text);
                }
            }
            if let Ok(read) = Checkpoint::parse(text) {
                prop_assert_eq!(&read.text(), text);
            }
            if let Ok(proof) = Proof::parse(text) {
                prop_assert_eq!(Proof::parse(&proof.text()).unwrap(), proof.clone());
                let _ = proof.verify(&[0; 32], signer().verifier());
            }
            if let Some((index, hashes)) = parse_body(text) {
                let proof = Proof { index, hashes: hashes.clone(), checkpoint: String::new() };
                prop_assert_eq!(parse_body(proof.body().trim_end_matches('\n')), Some((index, hashes)));
            }
            if let Some(request) = Request::parse(text) {
                prop_assert_eq!(&request.text(), text);
            }
            if let Ok(key) = Verifier::parse(text) {
                prop_assert_eq!(key.vkey(), text.trim());
            }
            let _ = Policy::parse(text).map(|policy| policy.asks_for_witnesses());
        }
    }

    #[test]
    fn what_is_genuine_is_read_and_written_alike(index in 0_u64..1 << 40, hashes in prop::collection::vec(any::<[u8; 32]>(), 0..60), size in 0_u64..1 << 60, root in any::<[u8; 32]>()) {
        let note = Checkpoint { origin: ORIGIN.to_owned(), size, root }.signed(&signer());
        let proof = Proof { index, hashes: hashes.clone(), checkpoint: note.clone() };
        prop_assert_eq!(Proof::parse(&proof.text()).unwrap(), proof);
        let request = Request { old: size, proof: hashes, note: note.clone() };
        prop_assert_eq!(Request::parse(&request.text()), Some(request));
        let read = Checkpoint::signed_by(&note, signer().verifier()).unwrap().unwrap();
        prop_assert_eq!((read.size, read.root), (size, root));
    }

    #[test]
    fn manifests_seals_and_openings_end_in_yes_or_no(value in any_value(), field in any::<String>(), salt in any::<[u8; 32]>()) {
        let line = canonical_line(&value).unwrap();
        if let Ok(seal) = serde_json::from_slice::<SealFile>(&line) {
            prop_assert_eq!(seal.bytes().unwrap(), line.clone());
        }
        prop_assert!(serde_json::from_slice::<BundleManifest>(&line).is_err());
        let _ = open_strictly(&line, &[]);
        prop_assert!(read_opening(&line).is_none());
        let private = PrivateValue { field, salt, value: canonical(&value, Nulls::Allowed).unwrap() };
        let written = opening_line(Uuid::from_u128(7), &private).unwrap();
        prop_assert_eq!(read_opening(&written[..written.len() - 1]), Some((Uuid::from_u128(7), private)));
    }

    #[test]
    fn a_bundle_holds_whatever_is_in_it_and_a_changed_one_ends_in_yes_or_no(
        values in prop::collection::vec(any_value(), 1..4), at in any::<prop::sample::Index>(), other in any::<u8>(), cut in any::<prop::sample::Index>(),
    ) {
        let private: Vec<Value> = values.iter().map(|value| json!({ "text": { "$private": value } })).collect();
        let whole = bundle(&private);
        let holds = verdict(&whole).map_err(|error| TestCaseError::fail(error.to_string()))?;
        prop_assert_eq!((holds.events, holds.known, holds.withheld), (private.len() as u64, private.len() as u64, 0));
        let mut changed = whole.clone();
        let place = at.index(changed.len());
        changed[place] = other;
        if let Ok(other) = verdict(&changed) {
            prop_assert_eq!(other, holds);
        }
        prop_assert!(verdict(&whole[..cut.index(whole.len())]).is_err());
    }

    #[test]
    fn no_bytes_at_all_make_the_reader_fall_over(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        prop_assert!(verdict(&bytes).is_err());
    }
}

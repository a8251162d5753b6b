use super::*;
use proptest::prelude::*;
use serde_json::json;

const STREAM: Uuid = Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0001);

fn place() -> Place<'static> {
    Place {
        kind: "case",
        stream: STREAM,
        prev: NO_PREDECESSOR,
    }
}

fn event(data: Value) -> Value {
    json!({
        "id": "01900000-0000-7000-8000-0000000000aa", "seq": 1, "rule": "D-07",
        "by": {"person": "01900000-0000-7000-8000-0000000000bb", "role": "secretariat",
               "organisation": "01900000-0000-7000-8000-0000000000cc", "authentication": "password"},
        "effective_at": "2025-10-01T08:00:00Z", "recorded_at": "2025-10-01T08:00:00Z",
        "to": ["dossier:returned"], "tells": ["contacts"], "type": "dossier_returned", "data": data,
    })
}

/// Salts 01…01, 02…02 and so on.
fn counted() -> impl FnMut() -> Result<[u8; 32], String> {
    let mut next = 0;
    move || {
        next += 1;
        Ok([next; 32])
    }
}

fn sealed(data: Value) -> Leaf {
    seal(&event(data), &place(), &mut counted()).unwrap()
}

/// The expected commitment and hash were computed with another implementation (Python's hmac, hashlib and json).
#[test]
fn the_golden_leaf_never_changes() {
    let leaf = sealed(json!({"reason": {"$private": "Не хватает справки"}, "days": 15}));
    assert_eq!(
        String::from_utf8(leaf.body.clone()).unwrap(),
        concat!(
            r#"{"by":{"authentication":"password","organisation":"01900000-0000-7000-8000-0000000000cc","#,
            r#""person":"01900000-0000-7000-8000-0000000000bb","role":"secretariat"},"#,
            r#""data":{"days":15,"reason":{"$commit":"#,
            r#""0b4503861fa43b346fab9382d9edfe7a4649b501da1ef52f87925dcd743726d4"}},"#,
            r#""effective_at":"2025-10-01T08:00:00Z","id":"01900000-0000-7000-8000-0000000000aa","kind":"case","#,
            r#""prev":"0000000000000000000000000000000000000000000000000000000000000000","#,
            r#""recorded_at":"2025-10-01T08:00:00Z","rule":"D-07","seq":1,"#,
            r#""stream":"01900000-0000-7000-8000-000000000001","tells":["contacts"],"to":["dossier:returned"],"#,
            r#""type":"dossier_returned","v":1}"#
        )
    );
    assert_eq!(
        hex::encode(leaf.hash),
        "eb65732afdf51949dd28274ab90c1d33b5e47ad97518d42c02b8ca89fc086e20"
    );
}

#[test]
fn private_values_come_back_and_their_absence_is_counted() {
    let data = json!({"a/b~c": [{"$private": {"x": null, "y": [1]}}, 2], "free": {"$private": "text"}, "empty": {}});
    let leaf = sealed(data.clone());
    assert!(!String::from_utf8_lossy(&leaf.body).contains("text"));
    let fields: Vec<_> = leaf.private.iter().map(|private| private.field.as_str()).collect();
    assert_eq!(fields, ["/data/a~1b~0c/0", "/data/free"]);

    let whole = open_strictly(&leaf.body, &leaf.private).unwrap();
    assert_eq!(whole.event, event(data));
    assert_eq!(
        (whole.known, whole.withheld, whole.seq, whole.stream),
        (2, 0, 1, STREAM)
    );

    let part = open_strictly(&leaf.body, &leaf.private[..1]).unwrap();
    assert_eq!((part.known, part.withheld), (1, 1));
    assert_eq!(part.event["data"]["free"], json!({}));
}

#[test]
fn a_private_value_that_was_not_committed_to_is_refused() {
    let leaf = sealed(json!({"free": {"$private": "text"}, "other": {"$private": "word"}}));
    let mut lie = leaf.private.clone();
    lie[0].value = b"\"lies\"".to_vec();
    assert_eq!(open(&leaf.body, &lie), Err(LeafError::Commitment("/data/free".into())));
    let mut swapped = leaf.private.clone();
    swapped[0].field = "/data/other".into();
    swapped[1].field = "/data/free".into();
    assert!(matches!(open(&leaf.body, &swapped), Err(LeafError::Commitment(_))));
    let mut stray = leaf.private.clone();
    stray[0].field = "/data/none".into();
    assert_eq!(open(&leaf.body, &stray), Err(LeafError::Stray("/data/none".into())));
    let twice = [leaf.private.clone(), leaf.private.clone()].concat();
    assert_eq!(open(&leaf.body, &twice), Err(LeafError::Stray("/data/free".into())));
}

#[test]
fn a_forged_commitment_or_a_reserved_name_cannot_be_written() {
    for data in [
        json!({"$commit": "00"}),
        json!({"a": {"$private": 1, "b": 2}}),
        json!({"$other": 1}),
    ] {
        assert!(matches!(
            seal(&event(data), &place(), &mut counted()),
            Err(LeafError::Reserved(_))
        ));
    }
}

#[test]
fn what_is_not_strict_json_has_no_leaf() {
    let refused = |data: Value| seal(&event(data), &place(), &mut counted()).unwrap_err();
    assert_eq!(refused(json!(1.5)), LeafError::Canonical(NotCanonical::Number));
    assert_eq!(refused(json!({"a": null})), LeafError::Canonical(NotCanonical::Null));
    assert!(matches!(
        refused(json!("x".repeat(LONGEST_BODY))),
        LeafError::TooLong(_)
    ));
    let mut unknown = event(json!({}));
    unknown["prev"] = json!("00");
    assert_eq!(
        seal(&unknown, &place(), &mut counted()),
        Err(LeafError::Unknown("prev".into()))
    );
    let mut lacking = event(json!({}));
    lacking.as_object_mut().unwrap().remove("rule");
    assert_eq!(seal(&lacking, &place(), &mut counted()), Err(LeafError::Member("rule")));
}

#[test]
fn another_spelling_of_the_same_leaf_is_refused_by_the_auditor() {
    let leaf = sealed(json!({"n": 1, "s": "é"}));
    let body = String::from_utf8(leaf.body).unwrap();
    for other in [
        body.replacen(':', ": ", 1),
        body.replace("\"n\":1", "\"n\":1,\"n\":1"),
        body.replace('é', "\\u00e9"),
        format!("{body}\n"),
        format!("{body}x"),
    ] {
        assert!(open_strictly(other.as_bytes(), &[]).is_err(), "{other}");
    }
    for wrong in [
        body.replace("\"v\":1", "\"v\":2"),
        body.replace("01900000-0000-7000-8000-000000000001", "1"),
    ] {
        assert!(open(wrong.as_bytes(), &[]).is_err(), "{wrong}");
    }
}

proptest! {
    #[test]
    fn every_sealed_event_opens_to_itself(value in super::super::canonical::tests::any_value(), text in any::<String>()) {
        let data = json!({"all": {"$private": value}, "list": [{"$private": text}]});
        let leaf = sealed(data.clone());
        prop_assert_eq!(leaf.hash, leaf_hash(&leaf.body));
        prop_assert_eq!(open_strictly(&leaf.body, &leaf.private).unwrap().event, event(data));
        prop_assert_eq!(open_strictly(&leaf.body, &[]).unwrap().withheld, 2);
    }

    #[test]
    fn every_changed_byte_changes_the_hash_or_is_no_leaf(position in any::<prop::sample::Index>(), bit in 0_u8..8) {
        let leaf = sealed(json!({"free": {"$private": "text"}, "n": 12}));
        let mut body = leaf.body.clone();
        let position = position.index(body.len());
        body[position] ^= 1 << bit;
        prop_assert!(leaf_hash(&body) != leaf.hash);
    }
}

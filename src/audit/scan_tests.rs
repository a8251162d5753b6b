use super::*;
use crate::audit::{
    canonical::{Nulls, canonical, tests::any_value},
    leaf::{Place, seal},
};
use proptest::prelude::*;
use serde_json::{Value, json};

/// The bytes of a leaf with this in it; none if there is no such leaf.
fn leaf(data: &Value, to: &Value) -> Option<Vec<u8>> {
    let event = json!({
        "by": { "person": "x" }, "effective_at": "2025-10-06T08:00:00Z", "id": Uuid::from_u128(7), "recorded_at": "now",
        "rule": "D-01", "seq": 3, "type": "tried", "data": data, "to": to,
    });
    let place = Place {
        kind: "case",
        stream: Uuid::from_u128(9),
        prev: [5; 32],
    };
    let mut salts = || Ok([1; 32]);
    seal(&event, &place, &mut salts).ok().map(|leaf| leaf.body)
}

/// Whatever the short way says, the long way says too.
fn compared(body: &[u8]) -> Result<bool, TestCaseError> {
    let (short, long) = (brief(body), open_strictly(body, &[]));
    let Some(short) = short else { return Ok(false) };
    let long = long.map_err(|error| TestCaseError::fail(format!("{error}: {}", String::from_utf8_lossy(body))))?;
    prop_assert_eq!(
        (
            short.id,
            short.seq,
            short.kind(body),
            short.stream,
            short.prev,
            short.commitments
        ),
        (
            long.id,
            long.seq,
            long.kind.as_str(),
            long.stream,
            long.prev,
            long.withheld
        )
    );
    Ok(true)
}

#[test]
fn a_usual_leaf_is_read_the_short_way() {
    let data =
        json!({ "section": { "$private": "wheat" }, "list": [{ "$private": 1 }, -3, true, [], {}, "a\n\"\\\u{1}é"] });
    let body = leaf(&data, &json!(["dossier:submitted"])).unwrap();
    assert!(compared(&body).unwrap());
    assert_eq!(brief(&body).unwrap().commitments, 2);
}

#[test]
fn what_is_no_leaf_is_not_read_the_short_way() {
    let body = String::from_utf8(leaf(&json!({ "a": 1, "b": "x" }), &json!([])).unwrap()).unwrap();
    for (from, to) in [
        ("\"a\":1", "\"a\":01"),
        ("\"a\":1", "\"a\":-0"),
        ("\"a\":1", "\"a\":1.5"),
        ("\"a\":1", "\"a\":1e3"),
        ("\"a\":1", "\"a\":9007199254740992"),
        ("\"a\":1", "\"a\":99999999999999999999999999999"),
        ("\"a\":1", "\"a\":null"),
        ("\"a\":1", "\"a\":tru"),
        ("\"a\":1", "\"a\":1,\"a\":1"),
        ("\"a\":1", "\"c\":1"),
        ("\"a\":1", "\"$other\":1"),
        ("\"a\":1", "\"$commit\":\"x\""),
        ("\"a\":1", "\"a\": 1"),
        ("\"x\"", "\"\\u0041\""),
        ("\"x\"", "\"\\u001F\""),
        ("\"x\"", "\"\\u0008\""),
        ("\"x\"", "\"\\/\""),
        ("\"x\"", "\"\t\""),
        ("\"v\":1", "\"v\":2"),
        ("\"seq\":3", "\"seq\":0"),
        ("\"seq\":3", "\"seq\":4294967296"),
        ("\"rule\":\"D-01\",", ""),
        ("0000-000000000007", "0000-00000000000A"),
        ("0505", "0X05"),
        ("{", "["),
    ] {
        let changed = body.replacen(from, to, 1);
        assert_ne!(changed, body, "{from}");
        assert!(brief(changed.as_bytes()).is_none(), "{changed}");
        assert!(open_strictly(changed.as_bytes(), &[]).is_err(), "{changed}");
    }
    assert!(brief(format!("{body} ").as_bytes()).is_none());
    assert!(brief(&body.as_bytes()[..body.len() - 1]).is_none());
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(1000) })]

    #[test]
    fn the_short_way_and_the_long_way_agree(data in any_value(), to in any_value(), at in any::<prop::sample::Index>(), other in any::<u8>()) {
        let Some(body) = leaf(&data, &to) else { return Ok(()) };
        compared(&body)?;
        let mut changed = body.clone();
        let place = at.index(changed.len());
        changed[place] = other;
        compared(&changed)?;
        changed.remove(place);
        compared(&changed)?;
    }

    #[test]
    fn values_of_usual_names_are_read_the_short_way(members in prop::collection::btree_map("[a-z_]{1,9}", any::<i32>(), 0..9)) {
        let body = leaf(&json!(members), &json!([])).unwrap();
        prop_assert!(compared(&body)?);
        let spelt = canonical(&json!(members), Nulls::Refused).unwrap();
        prop_assert!(String::from_utf8(body).unwrap().contains(std::str::from_utf8(&spelt).unwrap()));
    }
}

proptest! {
    #[test]
    fn eight_bytes_together_end_where_one_by_one_they_do(
        bytes in prop::collection::vec(prop_oneof![6 => any::<u8>(), 1 => Just(b'"'), 1 => Just(b'\\'), 20 => 0x1e..0x24_u8], 0..70)
    ) {
        let ends = |byte: &u8| *byte == b'"' || *byte == b'\\' || *byte < 0x20;
        for begin in 0..bytes.len() {
            let (rest, mut wide) = (&bytes[begin..], 0);
            let end = rest.iter().position(ends);
            prop_assert_eq!(plain_until(rest, &mut wide), end);
            // It may have seen more than it passed.
            prop_assert!(wide != 0 || rest[..end.unwrap_or(rest.len())].is_ascii());
        }
    }
}

//! One spelling for every value: a strict subset of RFC 8785 (JSON Canonicalization Scheme).
//!
//! Members sorted by their UTF-16 code units, no whitespace, the shortest escapes. Narrower than the RFC: no
//! fractions, no integer beyond 2^53 - 1, and (in leaves) no null, so that two implementations cannot disagree.

use serde_json::Value;

/// The largest magnitude of an integer that every JSON reader keeps exactly.
pub const LARGEST_INTEGER: u64 = (1 << 53) - 1;
/// How deep a leaf or a private value may nest.
pub const DEEPEST: usize = 96;
/// How deep a line of an export may nest, which contains both; readers commonly stop at 128.
const DEEPEST_LINE: usize = DEEPEST + 8;

/// May a value be null?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nulls {
    Allowed,
    Refused,
}

/// Why a value has no canonical spelling.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotCanonical {
    #[error("a number is not an integer of at most 2^53 - 1 in magnitude")]
    Number,
    #[error("a value is null")]
    Null,
    #[error("values nest more than {DEEPEST} deep")]
    Depth,
}

/// The canonical bytes of a value.
///
/// # Errors
/// When it contains a fraction, an integer beyond 2^53 - 1, a null where none may be, or nests too deep.
pub fn canonical(value: &Value, nulls: Nulls) -> Result<Vec<u8>, NotCanonical> {
    let mut out = Vec::with_capacity(512);
    write(value, nulls, DEEPEST, &mut out)?;
    Ok(out)
}

/// The canonical bytes of a line of an export.
///
/// # Errors
/// As [`canonical`].
pub fn canonical_line(value: &Value) -> Result<Vec<u8>, NotCanonical> {
    let mut out = Vec::with_capacity(1024);
    write(value, Nulls::Allowed, DEEPEST_LINE, &mut out)?;
    Ok(out)
}

fn write(value: &Value, nulls: Nulls, depth: usize, out: &mut Vec<u8>) -> Result<(), NotCanonical> {
    let depth = depth.checked_sub(1).ok_or(NotCanonical::Depth)?;
    match value {
        Value::Null if nulls == Nulls::Refused => return Err(NotCanonical::Null),
        Value::Null => out.extend_from_slice(b"null"),
        Value::Bool(true) => out.extend_from_slice(b"true"),
        Value::Bool(false) => out.extend_from_slice(b"false"),
        Value::Number(number) => write_number(number, out)?,
        Value::String(text) => write_text(text, out),
        Value::Array(items) => {
            out.push(b'[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(b',');
                }
                write(item, nulls, depth, out)?;
            }
            out.push(b']');
        }
        Value::Object(members) => {
            let mut members: Vec<_> = members.iter().collect();
            members.sort_unstable_by(|(a, _), (b, _)| a.encode_utf16().cmp(b.encode_utf16()));
            out.push(b'{');
            for (index, (name, member)) in members.into_iter().enumerate() {
                if index > 0 {
                    out.push(b',');
                }
                write_text(name, out);
                out.push(b':');
                write(member, nulls, depth, out)?;
            }
            out.push(b'}');
        }
    }
    Ok(())
}

fn write_number(number: &serde_json::Number, out: &mut Vec<u8>) -> Result<(), NotCanonical> {
    let magnitude = match (number.as_u64(), number.as_i64()) {
        (Some(positive), _) => positive,
        (None, Some(negative)) => negative.unsigned_abs(),
        (None, None) => return Err(NotCanonical::Number),
    };
    if magnitude > LARGEST_INTEGER {
        return Err(NotCanonical::Number);
    }
    out.extend_from_slice(number.to_string().as_bytes());
    Ok(())
}

fn write_text(text: &str, out: &mut Vec<u8>) {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    out.push(b'"');
    for &byte in text.as_bytes() {
        match byte {
            b'"' => out.extend_from_slice(b"\\\""),
            b'\\' => out.extend_from_slice(b"\\\\"),
            0x08 => out.extend_from_slice(b"\\b"),
            b'\t' => out.extend_from_slice(b"\\t"),
            b'\n' => out.extend_from_slice(b"\\n"),
            0x0c => out.extend_from_slice(b"\\f"),
            b'\r' => out.extend_from_slice(b"\\r"),
            control @ 0..0x20 => {
                out.extend_from_slice(b"\\u00");
                out.push(HEX[usize::from(control >> 4)]);
                out.push(HEX[usize::from(control & 15)]);
            }
            plain => out.push(plain),
        }
    }
    out.push(b'"');
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn spelling(value: &Value) -> String {
        String::from_utf8(canonical(value, Nulls::Allowed).unwrap()).unwrap()
    }

    /// Any value that has a canonical spelling.
    pub(crate) fn any_value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            (-(LARGEST_INTEGER as i64)..=LARGEST_INTEGER as i64).prop_map(Value::from),
            any::<String>().prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 40, 6, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
                prop::collection::btree_map(any::<String>(), inner, 0..6)
                    .prop_map(|members| Value::Object(members.into_iter().collect())),
            ]
        })
    }

    #[test]
    fn members_are_sorted_by_their_utf16_code_units() {
        // U+FB33 sorts after U+1F600 in UTF-16 (surrogates begin with D8), before it in UTF-8.
        let value = json!({"\u{fb33}": 1, "\u{1f600}": 2, "b": 3, "a": 4, "": 5});
        assert_eq!(
            spelling(&value),
            "{\"\":5,\"a\":4,\"b\":3,\"\u{1f600}\":2,\"\u{fb33}\":1}"
        );
    }

    #[test]
    fn only_what_must_be_escaped_is_escaped() {
        assert_eq!(
            spelling(&json!("\u{0}\u{8}\t\n\u{c}\r\u{1f}\"\\/é\u{7f}\u{2028}")),
            "\"\\u0000\\b\\t\\n\\f\\r\\u001f\\\"\\\\/é\u{7f}\u{2028}\""
        );
    }

    #[test]
    fn fractions_and_great_integers_are_refused() {
        for bad in [
            "1.0",
            "1e3",
            "-0",
            "9007199254740992",
            "-9007199254740992",
            "18446744073709551615",
        ] {
            let value: Value = serde_json::from_str(bad).unwrap();
            assert_eq!(canonical(&value, Nulls::Allowed), Err(NotCanonical::Number), "{bad}");
        }
        assert_eq!(spelling(&json!(9_007_199_254_740_991_i64)), "9007199254740991");
        assert_eq!(spelling(&json!(-9_007_199_254_740_991_i64)), "-9007199254740991");
    }

    #[test]
    fn null_and_endless_nesting_are_refused() {
        assert_eq!(
            canonical(&json!({"a": [null]}), Nulls::Refused),
            Err(NotCanonical::Null)
        );
        let deep = (0..DEEPEST).fold(json!(1), |inner, _| json!([inner]));
        assert_eq!(canonical(&deep, Nulls::Allowed), Err(NotCanonical::Depth));
    }

    proptest! {
        #[test]
        fn reading_the_canonical_bytes_gives_the_value_and_the_same_bytes_again(value in any_value()) {
            let bytes = canonical(&value, Nulls::Allowed).unwrap();
            let read: Value = serde_json::from_slice(&bytes).unwrap();
            prop_assert_eq!(&read, &value);
            prop_assert_eq!(canonical(&read, Nulls::Allowed).unwrap(), bytes);
        }
    }
}

//! One pass over a JSON text that finds what a typed reader would let through: keys named twice, nesting beyond
//! the limit, U+0000 in text, numbers that no machine number holds. Pure.

use serde::de::{self, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use std::{cell::RefCell, collections::HashSet, fmt};

/// Deepest nesting of arrays and objects that is accepted.
pub const DEEPEST: usize = 32;

/// What is wrong with a JSON text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flaw {
    /// A code of [`crate::web::problem::PROBLEMS`].
    pub code: &'static str,
    /// Where in the structure, for example `goods[0].text`; empty at the top or when the text is not JSON.
    pub path: String,
    /// Line, from 1.
    pub line: usize,
    /// Column in bytes, from 1.
    pub column: usize,
}

/// Looks through a JSON text.
///
/// # Errors
/// The first [`Flaw`]: `bad_utf8`, `malformed_json`, `duplicate_key`, `too_deep`, `nul_character`,
/// `number_out_of_range`.
pub fn scan(text: &[u8]) -> Result<(), Flaw> {
    let text = std::str::from_utf8(text).map_err(|error| {
        let before = text.get(..error.valid_up_to()).unwrap_or_default();
        let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
        let column = before.iter().rev().take_while(|byte| **byte != b'\n').count() + 1;
        Flaw {
            code: "bad_utf8",
            path: String::new(),
            line,
            column,
        }
    })?;
    let state = RefCell::new(State::default());
    let mut reader = serde_json::Deserializer::from_str(text);
    let read = Look {
        state: &state,
        depth: 0,
    }
    .deserialize(&mut reader)
    .and_then(|()| reader.end());
    read.map_err(|error| state.into_inner().flaw(&error))
}

#[derive(Default)]
struct State {
    path: Vec<Step>,
    found: Option<&'static str>,
}

enum Step {
    Key(String),
    Index(usize),
}

impl State {
    fn flaw(self, error: &serde_json::Error) -> Flaw {
        let out_of_range = error.to_string().starts_with("number out of range");
        let code = self.found.unwrap_or(if out_of_range {
            "number_out_of_range"
        } else {
            "malformed_json"
        });
        let path = if code == "malformed_json" {
            String::new()
        } else {
            written(&self.path)
        };
        Flaw {
            code,
            path,
            line: error.line(),
            column: error.column(),
        }
    }
}

fn written(path: &[Step]) -> String {
    path.iter().fold(String::new(), |mut out, step| {
        match step {
            Step::Key(key) => {
                if !out.is_empty() {
                    out.push('.');
                }
                out.push_str(key);
            }
            Step::Index(index) => out.push_str(&format!("[{index}]")),
        }
        out
    })
}

#[derive(Clone, Copy)]
struct Look<'s> {
    state: &'s RefCell<State>,
    depth: usize,
}

impl Look<'_> {
    fn stop<E: de::Error>(self, code: &'static str) -> E {
        self.state.borrow_mut().found = Some(code);
        E::custom(code)
    }

    fn deeper<E: de::Error>(self) -> Result<Self, E> {
        if self.depth == DEEPEST {
            return Err(self.stop("too_deep"));
        }
        Ok(Self {
            depth: self.depth + 1,
            ..self
        })
    }

    fn enter(self, step: Step) {
        self.state.borrow_mut().path.push(step);
    }

    fn leave(self) {
        self.state.borrow_mut().path.pop();
    }

    fn text<E: de::Error>(self, text: &str) -> Result<(), E> {
        if text.contains('\0') {
            Err(self.stop("nul_character"))
        } else {
            Ok(())
        }
    }
}

impl<'de> DeserializeSeed<'de> for Look<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Look<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<(), E> {
        self.text(text)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        let inner = self.deeper()?;
        for index in 0.. {
            self.enter(Step::Index(index));
            if items.next_element_seed(inner)?.is_none() {
                break;
            }
            self.leave();
        }
        self.leave();
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<(), A::Error> {
        let inner = self.deeper()?;
        let mut seen = HashSet::new();
        while let Some(key) = entries.next_key::<String>()? {
            self.enter(Step::Key(key.clone()));
            self.text(&key)?;
            if !seen.insert(key) {
                return Err(self.stop("duplicate_key"));
            }
            entries.next_value_seed(inner)?;
            self.leave();
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn flaw(text: impl AsRef<[u8]>) -> (&'static str, String) {
        let flaw = scan(text.as_ref()).unwrap_err();
        assert!(flaw.line >= 1);
        (flaw.code, flaw.path)
    }

    #[test]
    fn honest_json_passes() {
        for text in [
            "null",
            "0",
            "-1.5e3",
            "18446744073709551616",
            r#"{"a":[{"b":"\u0416"},{"b":"é"}],"c":{"a":1}}"#,
            " [ ] ",
        ] {
            assert_eq!(scan(text.as_bytes()), Ok(()), "{text}");
        }
    }

    #[test]
    fn a_key_named_twice_is_found_where_it_is_even_when_spelled_differently() {
        assert_eq!(flaw(r#"{"a":1,"a":1}"#), ("duplicate_key", "a".into()));
        assert_eq!(
            flaw(r#"{"x":[{},{"y":{"a":1,"\u0061":2}}]}"#),
            ("duplicate_key", "x[1].y.a".into())
        );
    }

    #[test]
    fn nesting_is_counted_over_arrays_and_objects() {
        let nested = |n: usize| format!("{}{}", "[".repeat(n), "]".repeat(n));
        assert_eq!(scan(nested(DEEPEST).as_bytes()), Ok(()));
        assert_eq!(flaw(nested(DEEPEST + 1)).0, "too_deep");
        assert_eq!(flaw("[".repeat(10_000)).0, "too_deep");
        assert_eq!(flaw(r#"{"a":"#.repeat(10_000)).0, "too_deep");
    }

    #[test]
    fn the_character_nul_is_refused_in_values_and_keys() {
        assert_eq!(flaw(r#"{"a":["x","y\u0000"]}"#), ("nul_character", "a[1]".into()));
        assert_eq!(flaw(r#"{"a\u0000":1}"#).0, "nul_character");
    }

    #[test]
    fn numbers_beyond_the_machine_are_told_apart_from_broken_text() {
        assert_eq!(flaw(r#"{"tonnes":1e400}"#), ("number_out_of_range", "tonnes".into()));
        assert_eq!(flaw(r"[-1e999999999999999999999]").0, "number_out_of_range");
        for broken in [
            "",
            "{",
            "[1,]",
            "01",
            "+1",
            ".5",
            "1.",
            "NaN",
            "Infinity",
            "'a'",
            "{a:1}",
            "[1] 2",
            "\u{feff}1",
            "tru",
            "1e",
        ] {
            assert_eq!(flaw(broken).0, "malformed_json", "{broken}");
        }
    }

    #[test]
    fn half_a_character_is_broken_text() {
        assert_eq!(flaw(r#"["\ud800"]"#).0, "malformed_json");
        assert_eq!(flaw(r#"["\ud800\u0041"]"#).0, "malformed_json");
        assert_eq!(flaw("[\"\n\"]").0, "malformed_json");
        let broken = scan(b"{\n  \"a\": \"\xff\"}").unwrap_err();
        assert_eq!((broken.code, broken.line, broken.column), ("bad_utf8", 2, 9));
        assert_eq!(flaw(b"\xed\xa0\x80").0, "bad_utf8");
    }

    #[test]
    fn the_place_of_a_fault_is_named() {
        let flaw = scan(b"{\n  \"a\": nope\n}").unwrap_err();
        assert_eq!((flaw.line, flaw.column), (2, 9));
    }

    proptest! {
        #[test]
        fn anything_at_all_is_answered(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            let _ = scan(&bytes);
        }

        #[test]
        fn what_passes_is_json(text in "[\\[\\]{}\",:0-9eE.a\\\\u-]{0,40}") {
            if scan(text.as_bytes()).is_ok() {
                prop_assert!(serde_json::from_str::<serde_json::Value>(&text).is_ok());
            }
        }
    }
}

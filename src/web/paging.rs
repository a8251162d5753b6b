//! Pages of lists: a limit, and a sealed cursor that only works for the list and the person it was made for.

use super::problem::Problem;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde::Serialize;
use sha2::Sha256;
use utoipa::ToSchema;

/// Length of a cursor's seal, in bytes.
const SEAL: usize = 16;

/// Items on a page when the request does not say.
const USUAL: u32 = 25;

/// One page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct Page<T> {
    pub items: Vec<T>,
    /// Send it as `cursor` to get the next page; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

/// How many items a page has: what the request says, or 25.
///
/// # Errors
/// `bad_parameter` unless it is a whole number between 1 and `most`.
pub fn limit(written: Option<&str>, most: u32) -> Result<u32, Problem> {
    let Some(text) = written else {
        return Ok(USUAL.min(most));
    };
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    match text.parse() {
        Ok(limit) if digits && (1..=most).contains(&limit) => Ok(limit),
        _ => {
            let sentence = format!("A whole number between 1 and {most}.");
            Err(Problem::of("bad_parameter").field("limit", "bad_parameter", sentence))
        }
    }
}

/// Seals cursors. All instances share the key.
#[derive(Clone)]
pub struct Cursors(Hmac<Sha256>);

impl std::fmt::Debug for Cursors {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Cursors")
    }
}

impl Cursors {
    /// With this key.
    #[must_use]
    pub fn new(key: &[u8; 32]) -> Self {
        #[expect(clippy::expect_used, reason = "HMAC takes keys of every length")]
        Self(Hmac::new_from_slice(key).expect("HMAC takes a key of any length"))
    }

    /// Where the next page begins, sealed. `scope` names the list, its filters and the person that asked.
    #[must_use]
    pub fn seal(&self, scope: &str, position: &str) -> String {
        let mut bytes = self.tag(scope, position);
        bytes.extend_from_slice(position.as_bytes());
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// Where to begin, from a cursor.
    ///
    /// # Errors
    /// `bad_cursor` for anything but an unaltered cursor of the same scope.
    pub fn open(&self, scope: &str, cursor: &str) -> Result<String, Problem> {
        self.opened(scope, cursor).ok_or_else(|| {
            Problem::of("bad_cursor")
                .what_next("Begin again without a cursor; keep the filters while you follow pages.")
        })
    }

    fn opened(&self, scope: &str, cursor: &str) -> Option<String> {
        let bytes = URL_SAFE_NO_PAD.decode(cursor).ok()?;
        let (seal, position) = bytes.split_at_checked(SEAL)?;
        let position = std::str::from_utf8(position).ok()?;
        self.mac(scope, position).verify_truncated_left(seal).ok()?;
        Some(position.to_owned())
    }

    fn tag(&self, scope: &str, position: &str) -> Vec<u8> {
        let whole = self.mac(scope, position).finalize().into_bytes();
        whole.get(..SEAL).unwrap_or_default().to_vec()
    }

    fn mac(&self, scope: &str, position: &str) -> Hmac<Sha256> {
        let mut mac = self.0.clone();
        mac.update(&(scope.len() as u64).to_be_bytes());
        mac.update(scope.as_bytes());
        mac.update(position.as_bytes());
        mac
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_lie_between_one_and_the_most() {
        assert_eq!(limit(None, 100).unwrap(), 25);
        assert_eq!(limit(None, 10).unwrap(), 10);
        assert_eq!(limit(Some("1"), 100).unwrap(), 1);
        assert_eq!(limit(Some("100"), 100).unwrap(), 100);
        for bad in [
            "0",
            "101",
            "-1",
            "+1",
            "1000000",
            "99999999999999999999",
            "",
            "1.0",
            "ten",
        ] {
            assert_eq!(limit(Some(bad), 100).unwrap_err().code(), "bad_parameter", "{bad}");
        }
    }

    #[test]
    fn a_cursor_opens_where_it_was_sealed_and_nowhere_else() {
        let cursors = Cursors::new(&[7; 32]);
        let cursor = cursors.seal("cases of anna", "2025-10-01|42");
        assert_eq!(cursors.open("cases of anna", &cursor).unwrap(), "2025-10-01|42");
        assert!(cursors.open("cases of boris", &cursor).is_err());
        assert!(Cursors::new(&[8; 32]).open("cases of anna", &cursor).is_err());
    }

    #[test]
    fn an_altered_cursor_is_refused() {
        let cursors = Cursors::new(&[7; 32]);
        let cursor = cursors.seal("s", "position");
        for index in 0..cursor.len() {
            let mut bytes = cursor.clone().into_bytes();
            bytes[index] = if bytes[index] == b'A' { b'B' } else { b'A' };
            assert!(
                cursors.open("s", &String::from_utf8(bytes).unwrap()).is_err(),
                "{index}"
            );
        }
        for bad in [
            "",
            "garbage",
            "AAAA",
            "!!",
            &cursor[..cursor.len() - 2],
            &format!("{cursor}A"),
        ] {
            assert_eq!(cursors.open("s", bad).unwrap_err().code(), "bad_cursor", "{bad}");
        }
    }
}

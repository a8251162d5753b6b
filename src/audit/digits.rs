//! Hashes and identifiers as text.

use uuid::Uuid;

/// 64 lower-case hexadecimal digits.
#[must_use]
pub fn read_hash(text: &str) -> Option<[u8; 32]> {
    read_hash_of(text.as_bytes().try_into().ok()?)
}

/// As [`read_hash`].
pub(super) fn read_hash_of(text: &[u8; 64]) -> Option<[u8; 32]> {
    let (pairs, _) = text.as_chunks::<2>();
    let mut bytes = [0; 32];
    // Every digit is looked up, whatever came before: a verifier reads millions of hashes.
    let mut all = 0;
    for (byte, pair) in bytes.iter_mut().zip(pairs) {
        *byte = pair_of(*pair, &mut all);
    }
    (all < 16).then_some(bytes)
}

/// In its one spelling: lower case, with its four hyphens.
pub(super) fn read_uuid(text: &[u8; 36]) -> Option<Uuid> {
    const PAIRS: [usize; 16] = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34];
    let (mut bytes, mut all) = ([0; 16], 0);
    for (byte, at) in bytes.iter_mut().zip(PAIRS) {
        *byte = pair_of([text[at], text[at + 1]], &mut all);
    }
    let hyphens = [text[8], text[13], text[18], text[23]] == *b"----";
    (hyphens && all < 16).then(|| Uuid::from_bytes(bytes))
}

/// What two digits are worth; `all` becomes 16 or more if one of them is none.
fn pair_of([high, low]: [u8; 2], all: &mut u8) -> u8 {
    let (high, low) = (DIGITS[usize::from(high)], DIGITS[usize::from(low)]);
    *all |= high | low;
    high << 4 | low
}

/// What each character is worth as a lower-case hexadecimal digit; 255: it is none.
const DIGITS: [u8; 256] = {
    let mut digits = [u8::MAX; 256];
    let mut value = 0_u8;
    while value < 16 {
        digits[b"0123456789abcdef"[value as usize] as usize] = value;
        value += 1;
    }
    digits
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_has_one_spelling() {
        let hash: [u8; 32] = std::array::from_fn(|n| (n * 37) as u8);
        let text = hex::encode(hash);
        assert_eq!(read_hash(&text), Some(hash));
        for (at, _) in text.char_indices() {
            for other in ["g", "/", ":", "`", "A", "F", " ", "é"] {
                let mut changed = text.clone();
                changed.replace_range(at..=at, other);
                assert_eq!(read_hash(&changed), None, "{changed}");
            }
        }
        assert_eq!(read_hash(&text[1..]), None);
        assert_eq!(read_hash(&format!("{text}0")), None);
    }

    #[test]
    fn an_identifier_has_one_spelling() {
        let id = Uuid::from_u128(0x0190_abcd_ef01_7234_8567_89ab_cdef_0123);
        let text = id.to_string();
        assert_eq!(read_uuid(text.as_bytes().try_into().unwrap()), Some(id));
        for at in 0..text.len() {
            for other in [b'g', b'/', b':', b'`', b'A', b'F', b' ', b'-', b'0', 0xc3] {
                let mut changed: [u8; 36] = text.as_bytes().try_into().unwrap();
                changed[at] = other;
                let long = std::str::from_utf8(&changed)
                    .ok()
                    .and_then(|text| Uuid::try_parse(text).ok());
                let long = long.filter(|long| long.to_string().as_bytes() == changed);
                assert_eq!(read_uuid(&changed), long);
            }
        }
    }
}

//! Hashes as text.

/// 64 lower-case hexadecimal digits.
#[must_use]
pub fn read_hash(text: &str) -> Option<[u8; 32]> {
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    let mut bytes = [0; 32];
    if pairs.len() != bytes.len() || !rest.is_empty() {
        return None;
    }
    // Every digit is looked up, whatever came before: a verifier reads millions of hashes.
    let mut all = 0;
    for (byte, [high, low]) in bytes.iter_mut().zip(pairs) {
        let (high, low) = (DIGITS[usize::from(*high)], DIGITS[usize::from(*low)]);
        all |= high | low;
        *byte = high << 4 | low;
    }
    (all < 16).then_some(bytes)
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
}

//! The members of a leaf, recognised by their first bytes.

/// The members of a leaf, in their order.
const MEMBERS: [Member; 15] = [
    Member::must(b"\"by\":"),
    Member::may(b"\"clock\":"),
    Member::may(b"\"data\":"),
    Member::must(b"\"effective_at\":"),
    Member::must(b"\"id\":"),
    Member::must(b"\"kind\":"),
    Member::must(b"\"prev\":"),
    Member::must(b"\"recorded_at\":"),
    Member::must(b"\"rule\":"),
    Member::must(b"\"seq\":"),
    Member::must(b"\"stream\":"),
    Member::may(b"\"tells\":"),
    Member::may(b"\"to\":"),
    Member::must(b"\"type\":"),
    Member::must(b"\"v\":"),
];
// The places of those of which more is read than where they end.
pub(super) const ID: usize = 4;
pub(super) const KIND: usize = 5;
pub(super) const PREV: usize = 6;
pub(super) const SEQ: usize = 9;
pub(super) const STREAM: usize = 10;
pub(super) const V: usize = 14;

/// How a member begins, as one number of sixteen bytes: they are compared at once.
struct Member {
    begins: u128,
    mask: u128,
    length: usize,
    must: bool,
}

impl Member {
    const fn must(name: &[u8]) -> Self {
        let mut begins = [0; 16];
        begins.split_at_mut(name.len()).0.copy_from_slice(name);
        Self {
            begins: u128::from_le_bytes(begins),
            mask: u128::MAX >> (128 - 8 * name.len()),
            length: name.len(),
            must: true,
        }
    }

    const fn may(name: &[u8]) -> Self {
        let must = false;
        Self {
            must,
            ..Self::must(name)
        }
    }

    fn begins(&self, sixteen: u128) -> bool {
        sixteen & self.mask == self.begins
    }
}

/// Which member these bytes begin with, at the `from`-th place or after it, if none is left out that must be there; and how
/// long its name is, with its quotation marks and the colon.
pub(super) fn first(bytes: &[u8], from: usize) -> Option<(usize, usize)> {
    let sixteen = bytes
        .first_chunk()
        .map_or_else(|| padded(bytes), |first| u128::from_le_bytes(*first));
    for (place, member) in MEMBERS.iter().enumerate().skip(from) {
        if member.begins(sixteen) {
            return Some((place, member.length));
        }
        if member.must {
            return None;
        }
    }
    None
}

/// May a leaf end before the member at this place?
pub(super) fn may_end(from: usize) -> bool {
    MEMBERS.iter().skip(from).all(|member| !member.must)
}

/// The bytes, of which there are fewer than sixteen, and nothing after them.
fn padded(bytes: &[u8]) -> u128 {
    bytes.iter().rev().fold(0, |all, byte| all << 8 | u128::from(*byte))
}

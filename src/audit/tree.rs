//! The tree of the log (RFC 6962, RFC 9162): roots, inclusion and consistency.
//!
//! The hash of a leaf is [`super::leaf::leaf_hash`]; an inner node is `SHA-256(0x01 ‖ left ‖ right)`, where the left
//! side holds the largest power of two of leaves that is smaller than the whole.

use sha2::{Digest, Sha256};
use std::ops::Range;

/// The hash of a leaf or of a node.
pub type Hash = [u8; 32];

/// No tree has more leaves than this; proofs are then at most 64 hashes long.
pub const MOST_LEAVES: u64 = 1 << 62;

/// The hash of a node above two others.
#[must_use]
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    let mut both = [1; 65];
    both[1..33].copy_from_slice(left);
    both[33..].copy_from_slice(right);
    Sha256::digest(both).into()
}

/// The root of a tree without leaves.
#[must_use]
pub fn empty_root() -> Hash {
    Sha256::digest([]).into()
}

/// A tree that only grows, remembered by the roots of its perfect parts: at most 63 hashes for any size.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Frontier {
    size: u64,
    /// One for each bit of the size that is set, the largest part first.
    parts: Vec<Hash>,
}

impl Frontier {
    /// As it was kept; none if there are not as many parts as the size says.
    #[must_use]
    pub fn kept(size: u64, parts: Vec<Hash>) -> Option<Self> {
        (size <= MOST_LEAVES && parts.len() == size.count_ones() as usize).then_some(Self { size, parts })
    }

    /// Puts a leaf (its hash) at the end.
    pub fn push(&mut self, leaf: Hash) {
        let mut hash = leaf;
        for _ in 0..self.size.trailing_ones() {
            if let Some(left) = self.parts.pop() {
                hash = node_hash(&left, &hash);
            }
        }
        self.parts.push(hash);
        self.size += 1;
    }

    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
    }

    #[must_use]
    pub fn parts(&self) -> &[Hash] {
        &self.parts
    }

    #[must_use]
    pub fn root(&self) -> Hash {
        fold(&self.parts).unwrap_or_else(empty_root)
    }
}

/// The root above perfect parts, the largest first.
fn fold(parts: &[Hash]) -> Option<Hash> {
    let mut parts = parts.iter().rev();
    let last = *parts.next()?;
    Some(parts.fold(last, |right, left| node_hash(left, &right)))
}

/// The root of these leaves.
pub fn root_of(leaves: impl IntoIterator<Item = Hash>) -> Hash {
    let mut tree = Frontier::default();
    leaves.into_iter().for_each(|leaf| tree.push(leaf));
    tree.root()
}

/// A node above 2^level leaves: the `index`-th of its level.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Node {
    pub level: u8,
    pub index: u64,
}

/// A part of the tree whose hash a proof contains, as the perfect nodes that it consists of, the largest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part(pub Vec<Node>);

impl Part {
    fn of(leaves: Range<u64>) -> Self {
        let (mut start, mut nodes) = (leaves.start, Vec::new());
        while start < leaves.end {
            let level = (leaves.end - start).ilog2() as u8;
            nodes.push(Node {
                level,
                index: start >> level,
            });
            start += 1 << level;
        }
        Self(nodes)
    }

    /// The hash of the part, from the hashes of its nodes; none if one is missing.
    pub fn hash(&self, mut node: impl FnMut(Node) -> Option<Hash>) -> Option<Hash> {
        let hashes: Option<Vec<Hash>> = self.0.iter().map(|part| node(*part)).collect();
        fold(&hashes?)
    }
}

/// The nodes of which a tree of this size consists.
#[must_use]
pub fn whole(size: u64) -> Part {
    Part::of(0..size)
}

/// What a proof consists of that the leaf `index` is in the tree of `size` leaves; none if it is not.
#[must_use]
pub fn inclusion_parts(index: u64, size: u64) -> Option<Vec<Part>> {
    if index >= size || size > MOST_LEAVES {
        return None;
    }
    let (mut all, mut parts) = (0..size, Vec::new());
    while all.end - all.start > 1 {
        let middle = all.start + left_of(all.end - all.start);
        let other = if index < middle {
            let other = middle..all.end;
            all.end = middle;
            other
        } else {
            let other = all.start..middle;
            all.start = middle;
            other
        };
        parts.push(Part::of(other));
    }
    parts.reverse();
    Some(parts)
}

/// What a proof consists of that the tree of `new` leaves continues the one of `old` leaves; none if it is smaller.
#[must_use]
pub fn consistency_parts(old: u64, new: u64) -> Option<Vec<Part>> {
    if old > new || new > MOST_LEAVES {
        return None;
    }
    let mut parts = Vec::new();
    if old == 0 || old == new {
        return Some(parts);
    }
    let (mut all, mut known) = (0..new, true);
    while all.end != old {
        let middle = all.start + left_of(all.end - all.start);
        if old <= middle {
            parts.push(Part::of(middle..all.end));
            all.end = middle;
        } else {
            parts.push(Part::of(all.start..middle));
            all.start = middle;
            known = false;
        }
    }
    if !known {
        parts.push(Part::of(all));
    }
    parts.reverse();
    Some(parts)
}

/// The largest power of two below `size`, which is at least two.
fn left_of(size: u64) -> u64 {
    1 << (size - 1).ilog2()
}

/// Does the proof lead from this leaf to this root?
#[must_use]
pub fn is_included(leaf: &Hash, index: u64, size: u64, proof: &[Hash], root: &Hash) -> bool {
    if index >= size || size > MOST_LEAVES {
        return false;
    }
    let (mut node, mut last, mut hash) = (index, size - 1, *leaf);
    for other in proof {
        if last == 0 {
            return false;
        }
        if node & 1 == 1 || node == last {
            hash = node_hash(other, &hash);
            while node & 1 == 0 && node != 0 {
                (node, last) = (node >> 1, last >> 1);
            }
        } else {
            hash = node_hash(&hash, other);
        }
        (node, last) = (node >> 1, last >> 1);
    }
    last == 0 && hash == *root
}

/// Does the proof show that the new tree begins with the old one?
#[must_use]
pub fn is_consistent(old: (u64, &Hash), new: (u64, &Hash), proof: &[Hash]) -> bool {
    let ((old_size, old_root), (new_size, new_root)) = (old, new);
    if old_size > new_size || new_size > MOST_LEAVES {
        return false;
    }
    if old_size == 0 {
        return proof.is_empty() && *old_root == empty_root();
    }
    if old_size == new_size {
        return proof.is_empty() && old_root == new_root;
    }
    let (mut node, mut last) = (old_size - 1, new_size - 1);
    while node & 1 == 1 {
        (node, last) = (node >> 1, last >> 1);
    }
    let mut rest = proof.iter();
    let first = if node == 0 { Some(old_root) } else { rest.next() };
    let Some(first) = first else { return false };
    let (mut then, mut now) = (*first, *first);
    for other in rest {
        if last == 0 {
            return false;
        }
        if node & 1 == 1 || node == last {
            (then, now) = (node_hash(other, &then), node_hash(other, &now));
            while node & 1 == 0 && node != 0 {
                (node, last) = (node >> 1, last >> 1);
            }
        } else {
            now = node_hash(&now, other);
        }
        (node, last) = (node >> 1, last >> 1);
    }
    last == 0 && then == *old_root && now == *new_root
}

#[cfg(test)]
#[path = "tree_tests.rs"]
mod tests;

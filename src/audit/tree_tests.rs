//! The tree against two independent libraries, and against everything that can be wrong with a proof.

use super::*;
use crate::audit::leaf::leaf_hash;
use proptest::prelude::*;
use sha2::Sha256;
use tlog_tiles::tlog;

fn leaf(number: u64) -> Hash {
    leaf_hash(&number.to_be_bytes())
}

fn tree(size: u64) -> Frontier {
    let mut tree = Frontier::default();
    (0..size).for_each(|number| tree.push(leaf(number)));
    tree
}

fn node(node: Node) -> Option<Hash> {
    let leaves = node.index << node.level..(node.index + 1) << node.level;
    Some(root_of(leaves.map(leaf)))
}

fn proof(parts: &[Part]) -> Vec<Hash> {
    parts.iter().map(|part| part.hash(node).unwrap()).collect()
}

/// The hashes of a tree as tlog_tiles stores them.
struct Stored(Vec<tlog::Hash>);

impl tlog::HashReader for Stored {
    fn read_hashes(&self, indexes: &[u64]) -> Result<Vec<tlog::Hash>, tlog::Error> {
        Ok(indexes.iter().map(|index| self.0[*index as usize]).collect())
    }
}

fn stored(size: u64) -> Stored {
    let mut stored = Stored(Vec::new());
    for number in 0..size {
        let more = tlog::stored_hashes(number, &number.to_be_bytes(), &stored).unwrap();
        stored.0.extend(more);
    }
    stored
}

#[test]
fn the_known_roots_come_out() {
    assert_eq!(
        hex::encode(empty_root()),
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    );
    // The eight leaves of the reference implementation of RFC 6962.
    let leaves = [
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    ];
    let roots = [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ];
    let mut tree = Frontier::default();
    for (leaf, root) in leaves.iter().zip(roots) {
        tree.push(leaf_hash(&hex::decode(leaf).unwrap()));
        assert_eq!(hex::encode(tree.root()), root);
    }
}

#[test]
fn roots_and_proofs_are_those_of_other_libraries() {
    let mut other = ct_merkle::mem_backed_tree::MemoryBackedTree::<Sha256, [u8; 8]>::new();
    let stored = stored(70);
    for size in 1..=70_u64 {
        other.push((size - 1).to_be_bytes());
        let root = tree(size).root();
        assert_eq!(other.root().as_bytes()[..], root);
        assert_eq!(tlog::tree_hash(size, &stored).unwrap().0, root);
        for index in 0..size {
            let ours = proof(&inclusion_parts(index, size).unwrap());
            let theirs = tlog::prove_record(size, index, &stored).unwrap();
            assert_eq!(ours, theirs.iter().map(|hash| hash.0).collect::<Vec<_>>());
            assert_eq!(other.prove_inclusion(index as usize).as_bytes(), ours.concat());
            assert!(is_included(&leaf(index), index, size, &ours, &root));
        }
        for old in 0..=size {
            let ours = proof(&consistency_parts(old, size).unwrap());
            if old > 0 {
                let theirs = tlog::prove_tree(size, old, &stored).unwrap();
                assert_eq!(ours, theirs.iter().map(|hash| hash.0).collect::<Vec<_>>());
            }
            assert!(is_consistent((old, &tree(old).root()), (size, &root), &ours));
        }
    }
}

#[test]
fn the_frontier_is_kept_and_read_back() {
    for size in 0..40 {
        let tree = tree(size);
        assert_eq!(Frontier::kept(size, tree.parts().to_vec()), Some(tree.clone()));
        assert_eq!(
            Frontier::kept(size + 1, tree.parts().to_vec()).is_none(),
            size.count_ones() != (size + 1).count_ones()
        );
        assert_eq!(whole(size).hash(node).unwrap_or_else(empty_root), tree.root());
    }
    assert_eq!(Frontier::kept(u64::MAX, vec![[0; 32]; 64]), None);
}

#[test]
fn hostile_sizes_and_lengths_end_in_no() {
    let root = tree(5).root();
    let long = vec![[7; 32]; 100_000];
    for size in [0, 1, 5, (1 << 62) - 1, 1 << 62, (1 << 63) - 1, u64::MAX] {
        for index in [0, 4, (1 << 63) - 1, u64::MAX] {
            assert!(!is_included(&leaf(9), index, size, &long, &root));
            assert!(!is_included(&leaf(9), index, size, &[], &root));
            assert!(!is_consistent((index, &root), (size, &leaf(1)), &long));
            assert!(!is_consistent((index, &root), (size, &leaf(1)), &[]) || index == 0);
        }
    }
    assert_eq!(
        (inclusion_parts(0, u64::MAX), consistency_parts(0, u64::MAX)),
        (None, None)
    );
    assert_eq!((inclusion_parts(3, 3), consistency_parts(4, 3)), (None, None));
}

proptest! {
    #[test]
    fn another_leaf_place_size_or_hash_is_refused(size in 1_u64..400, at in any::<prop::sample::Index>(), wrong in 0_u8..5) {
        let index = at.index(size as usize) as u64;
        let (mut hashes, root) = (proof(&inclusion_parts(index, size).unwrap()), tree(size).root());
        prop_assert!(is_included(&leaf(index), index, size, &hashes, &root));
        let included = match wrong {
            0 => is_included(&leaf(index + 1), index, size, &hashes, &root),
            1 => is_included(&leaf(index), index ^ 1, size, &hashes, &root),
            2 => { hashes.push([0; 32]); is_included(&leaf(index), index, size, &hashes, &root) }
            3 => hashes.pop().is_some() && is_included(&leaf(index), index, size, &hashes, &root),
            _ => hashes.first_mut().is_some_and(|hash| { hash[0] ^= 1; true }) && is_included(&leaf(index), index, size, &hashes, &root),
        };
        prop_assert!(!included);
    }

    #[test]
    fn a_tree_that_does_not_continue_the_old_one_is_refused(old in 1_u64..200, more in 1_u64..200) {
        let new = old + more;
        let hashes = proof(&consistency_parts(old, new).unwrap());
        let (then, now) = (tree(old).root(), tree(new).root());
        prop_assert!(is_consistent((old, &then), (new, &now), &hashes));
        let mut forged = Frontier::default();
        (0..old).for_each(|number| forged.push(if number == old / 2 { leaf(u64::MAX) } else { leaf(number) }));
        prop_assert!(!is_consistent((old, &forged.root()), (new, &now), &hashes));
        prop_assert!(!is_consistent((old, &then), (new, &forged.root()), &hashes));
    }
}

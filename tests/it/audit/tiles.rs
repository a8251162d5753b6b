//! The live log, read over HTTP by libraries that are not ours.

use crate::house::{House, both_databases};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use corridor::audit::{checkpoint::Checkpoint, leaf::leaf_hash, proof::Proof};
use serde_json::Value;
use sha2::Sha256;
use std::collections::BTreeMap;
use tlog_tiles::{
    tile::{Tile, TileHashReader, TileReader},
    tlog::{self, Hash},
};

/// The tiles of the service, as they were read.
struct Tiles(BTreeMap<String, Vec<u8>>);

impl TileReader for Tiles {
    fn height(&self) -> u8 {
        8
    }
    fn read_tiles(&self, tiles: &[Tile]) -> Result<Vec<Vec<u8>>, tlog::Error> {
        Ok(tiles.iter().map(|tile| self.0[&name(tile)].clone()).collect())
    }
    fn save_tiles(&self, _: &[Tile], _: &[Vec<u8>]) {}
}

/// C2SP leaves out the height.
fn name(tile: &Tile) -> String {
    tile.path().replacen("tile/8/", "", 1)
}

async fn bytes(house: &House, who: &str, path: &str) -> (u16, Option<String>, Vec<u8>) {
    let token = house.token(who).await;
    let request = house.request(reqwest::Method::GET, path).bearer_auth(token);
    let reply = request.send().await.unwrap();
    let cached = reply
        .headers()
        .get("cache-control")
        .map(|value| value.to_str().unwrap().to_owned());
    (reply.status().as_u16(), cached, reply.bytes().await.unwrap().to_vec())
}

async fn signed(house: &House) -> Checkpoint {
    let (status, _, note) = bytes(house, "auditor", "/log/checkpoint").await;
    assert_eq!(status, 200);
    let origin = house.inside.store.log_head().await.unwrap().unwrap().origin;
    let log = house.inside.notary.verifier(&origin).unwrap();
    Checkpoint::signed_by(std::str::from_utf8(&note).unwrap(), &log)
        .unwrap()
        .unwrap()
}

fn hashes(answer: &Value) -> Vec<Hash> {
    let hash = |text: &Value| {
        Hash(
            BASE64_STANDARD
                .decode(text.as_str().unwrap())
                .unwrap()
                .try_into()
                .unwrap(),
        )
    };
    answer["hashes"].as_array().unwrap().iter().map(hash).collect()
}

/// Every leaf, from the tiles of entries.
async fn leaves(house: &House, size: u64) -> Vec<Vec<u8>> {
    let mut leaves = Vec::new();
    for n in 0..size.div_ceil(256) {
        let width = (size - n * 256).min(256);
        let partial = if width < 256 {
            format!(".p/{width}")
        } else {
            String::new()
        };
        let (status, _, tile) = bytes(house, "auditor", &format!("/log/tile/entries/{n:03}{partial}")).await;
        assert_eq!(status, 200);
        let mut rest = tile.as_slice();
        while let [high, low, more @ ..] = rest {
            let (leaf, after) = more.split_at(usize::from(u16::from_be_bytes([*high, *low])));
            leaves.push(leaf.to_vec());
            rest = after;
        }
    }
    leaves
}

both_databases! {
    /// tlog_tiles authenticates our tiles and makes our proofs; ct-merkle computes our root from our leaves.
    async fn other_libraries_read_the_log(house) {
        house.inside.log_now().await.unwrap();
        let old = signed(house).await;
        crate::audit::grow(&house.inside, 300).await;
        house.inside.log_now().await.unwrap();
        let now = signed(house).await;
        assert!(now.size > 300 && old.size < now.size);
        let mut tiles = Tiles(BTreeMap::new());
        for tile in Tile::new_tiles(8, 0, now.size) {
            let (status, cached, data) = bytes(house, "auditor", &format!("/log/tile/{}", name(&tile))).await;
            assert_eq!((status, data.len()), (200, 32 * tile.width() as usize), "{tile:?}");
            assert_eq!(cached.unwrap().contains("immutable"), tile.width() == 256, "{tile:?}");
            tiles.0.insert(name(&tile), data);
        }
        let root = Hash(now.root);
        let reader = TileHashReader::new(now.size, root, &tiles);
        let leaves = leaves(house, now.size).await;
        assert_eq!(leaves.len() as u64, now.size);
        let mut tree = ct_merkle::mem_backed_tree::MemoryBackedTree::<Sha256, Vec<u8>>::new();
        for leaf in &leaves {
            tree.push(leaf.clone());
        }
        assert_eq!(tree.root().as_bytes()[..], now.root);
        for index in [0, 1, 255, 256, now.size - 1] {
            let leaf = &leaves[index as usize];
            let event: Value = serde_json::from_slice(leaf).unwrap();
            let path = format!("/log/proofs/inclusion?event={}", event["id"].as_str().unwrap());
            let answer = house.read("auditor", &path).await;
            assert_eq!((answer["index"].as_u64(), answer["size"].as_u64()), (Some(index), Some(now.size)));
            let theirs = tlog::prove_record(now.size, index, &reader).unwrap();
            assert_eq!(hashes(&answer), theirs, "{index}");
            tlog::check_record(&theirs, now.size, root, index, Hash(leaf_hash(leaf))).unwrap();
            let proof = Proof::parse(answer["proof"].as_str().unwrap()).unwrap();
            let log = house.inside.notary.verifier(&now.origin).unwrap();
            assert_eq!(proof.verify(&leaf_hash(leaf), &log).unwrap().root, now.root);
        }
        let answer = house.read("auditor", &format!("/log/proofs/consistency?from={}", old.size)).await;
        let theirs = tlog::prove_tree(now.size, old.size, &reader).unwrap();
        assert_eq!(hashes(&answer), theirs);
        tlog::check_tree(&theirs, now.size, root, old.size, Hash(old.root)).unwrap();
    }

    /// Others are refused; what is not there, or not signed for, is not given out.
    async fn the_log_is_for_auditors_and_ends_where_the_signature_ends(house) {
        house.inside.log_now().await.unwrap();
        let size = signed(house).await.size;
        for path in ["/log/checkpoint", "/log/tile/0/000", "/log/proofs/consistency?from=1"] {
            assert_eq!(bytes(house, "officer", path).await.0, 403, "{path}");
        }
        for wrong in ["0/000", "0/001", "1/000", "entries/000", "0/000.p/0", "0/x", "", "..%2f..", "9/000", "0/000.p/256"] {
            assert_eq!(bytes(house, "auditor", &format!("/log/tile/{wrong}")).await.0, 404, "{wrong}");
        }
        assert_eq!(bytes(house, "auditor", &format!("/log/tile/0/000.p/{size}")).await.0, 200);
        assert_eq!(bytes(house, "auditor", &format!("/log/tile/0/000.p/{}", size + 1)).await.0, 404);
        for wrong in ["", "?from=0", "?from=2&to=1", "?from=1&to=99999999", "?from=x", "?from=-1", "?from=18446744073709551615"] {
            let status = bytes(house, "auditor", &format!("/log/proofs/consistency{wrong}")).await.0;
            assert!((400..500).contains(&status), "{wrong}: {status}");
        }
        let nobody = format!("/log/proofs/inclusion?event={}", uuid::Uuid::nil());
        assert_eq!(bytes(house, "auditor", &nobody).await.0, 404);
    }
}

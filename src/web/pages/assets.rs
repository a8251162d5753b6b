//! Style, script and icon: inside the binary, under addresses that change with their content.

use crate::web::problem::Problem;
use actix_web::{HttpRequest, HttpResponse, get, http::header, web::Path};
use flate2::{Compression, write::GzEncoder};
use rust_embed::RustEmbed;
use sha2::{Digest, Sha256};
use std::{collections::BTreeMap, io::Write as _, sync::LazyLock};

#[derive(RustEmbed)]
#[folder = "assets"]
struct Files;

struct Asset {
    hash: String,
    plain: Vec<u8>,
    packed: Vec<u8>,
}

static ASSETS: LazyLock<BTreeMap<String, Asset>> = LazyLock::new(read);

fn read() -> BTreeMap<String, Asset> {
    let asset = |name: std::borrow::Cow<'static, str>| {
        let plain = Files::get(&name)?.data.into_owned();
        let mut packer = GzEncoder::new(Vec::new(), Compression::best());
        packer.write_all(&plain).ok()?;
        let packed = packer.finish().ok()?;
        let hash = hex::encode(&Sha256::digest(&plain)[..8]);
        Some((name.into_owned(), Asset { hash, plain, packed }))
    };
    Files::iter().filter_map(asset).collect()
}

/// Where a page finds it: `/assets/<hash>/app.css`.
#[must_use]
pub fn address(name: &str) -> String {
    let hash = ASSETS.get(name).map_or("missing", |asset| asset.hash.as_str());
    format!("/assets/{hash}/{name}")
}

fn media_type(name: &str) -> &'static str {
    match name.rsplit('.').next() {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        _ => "application/octet-stream",
    }
}

/// An asset; for a year, because another content has another address.
#[get("/assets/{hash}/{name}")]
pub async fn serve(request: HttpRequest, path: Path<(String, String)>) -> Result<HttpResponse, Problem> {
    let (hash, name) = path.into_inner();
    let asset = ASSETS.get(&name).filter(|asset| asset.hash == hash);
    let asset = asset.ok_or_else(|| Problem::of("not_found"))?;
    Ok(sent(&request, asset, &name, "public, max-age=31536000, immutable"))
}

/// Browsers ask for it by themselves.
#[get("/favicon.ico")]
pub async fn favicon(request: HttpRequest) -> Result<HttpResponse, Problem> {
    let asset = ASSETS.get("icon.svg").ok_or_else(|| Problem::of("not_found"))?;
    Ok(sent(&request, asset, "icon.svg", "public, max-age=86400"))
}

fn sent(request: &HttpRequest, asset: &Asset, name: &str, caching: &'static str) -> HttpResponse {
    let takes = request.headers().get(header::ACCEPT_ENCODING);
    let packed = takes
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| value.contains("gzip"));
    let mut answer = HttpResponse::Ok();
    answer
        .insert_header((header::CONTENT_TYPE, media_type(name)))
        .insert_header((header::CACHE_CONTROL, caching))
        .insert_header((header::VARY, "Accept-Encoding"));
    if packed {
        answer
            .insert_header((header::CONTENT_ENCODING, "gzip"))
            .body(asset.packed.clone())
    } else {
        answer.body(asset.plain.clone())
    }
}

//! Pages travel packed: a case with a long history is read over a port's mobile network, too.
//!
//! A page is packed whole and sent with its length; actix's own layer would send it in chunks, which costs a
//! round of waiting. Packing must not help anybody guess a secret from the length of a page, so the one secret a page
//! repeats, the form token, looks different each time (see [`super::seal::Seal::token`]).

use actix_web::{HttpRequest, http::header};
use flate2::{Compression, write::GzEncoder};
use std::io::Write as _;

/// Below this nothing is won.
const SMALLEST: usize = 1024;

/// Does the browser take gzip?
#[must_use]
pub fn takes_gzip(request: &HttpRequest) -> bool {
    let takes = request.headers().get(header::ACCEPT_ENCODING);
    takes
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| value.split(',').any(|one| matches!(one.trim(), "gzip" | "x-gzip")))
}

/// The text under gzip; nothing when it is too small to gain by it.
#[must_use]
pub fn gzip(text: &str) -> Option<Vec<u8>> {
    if text.len() < SMALLEST {
        return None;
    }
    let mut packer = GzEncoder::new(Vec::with_capacity(text.len() / 4), Compression::fast());
    packer.write_all(text.as_bytes()).ok()?;
    packer.finish().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;
    use std::io::Read as _;

    #[test]
    fn what_was_packed_is_the_page() {
        let page = "<p>Зерно для Эфиопии и Судана</p>".repeat(100);
        let packed = gzip(&page).unwrap();
        assert!(packed.len() < page.len() / 10);
        let mut back = String::new();
        flate2::read::GzDecoder::new(&packed[..])
            .read_to_string(&mut back)
            .unwrap();
        assert_eq!(back, page);
        assert_eq!(gzip("small"), None);
    }

    #[test]
    fn only_for_those_who_ask() {
        let asks = |value: &str| {
            takes_gzip(
                &TestRequest::default()
                    .insert_header((header::ACCEPT_ENCODING, value))
                    .to_http_request(),
            )
        };
        assert!(asks("gzip, deflate, br, zstd"));
        assert!(!asks("br"));
        assert!(!asks("identity"));
        assert!(!asks("gzip;q=0"));
    }
}

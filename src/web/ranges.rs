//! A finished file, whole or in parts: `Range`, `If-Range`, `If-None-Match` (RFC 9110), read from the disk as it is
//! sent. The tag is the hash of the bytes, therefore strong: parts of the same tag fit together.

use super::{disposition::attachment, problem::Problem};
use actix_web::{
    HttpRequest, HttpResponse,
    body::SizedStream,
    http::{StatusCode, header},
    web::Bytes,
};
use futures_util::stream;
use std::{io, path::Path};
use tokio::{
    fs::File,
    io::{AsyncReadExt as _, AsyncSeekExt as _},
};

const PIECE: u64 = 64 * 1024;

/// What of the file is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Whole,
    /// First and last byte.
    Bytes(u64, u64),
    /// Beyond the end.
    None,
}

/// One range is served; several at once, or what cannot be understood, get the whole file, as the RFC allows.
fn part(range: Option<&str>, bytes: u64) -> Part {
    let Some(range) = range.and_then(|range| range.trim().strip_prefix("bytes=")) else {
        return Part::Whole;
    };
    let Some((from, to)) = range.split_once('-').filter(|_| !range.contains(',')) else {
        return Part::Whole;
    };
    let number = |text: &str| text.trim().parse::<u64>().ok();
    let (from, to) = match (from.trim().is_empty(), to.trim().is_empty()) {
        (true, false) => match number(to) {
            Some(0) => return Part::None,
            Some(last) => (bytes.saturating_sub(last), bytes.saturating_sub(1)),
            None => return Part::Whole,
        },
        (false, true) => match number(from) {
            Some(from) => (from, bytes.saturating_sub(1)),
            None => return Part::Whole,
        },
        (false, false) => match (number(from), number(to)) {
            (Some(from), Some(to)) if from <= to => (from, to.min(bytes.saturating_sub(1))),
            _ => return Part::Whole,
        },
        (true, true) => return Part::Whole,
    };
    if from >= bytes {
        Part::None
    } else {
        Part::Bytes(from, to)
    }
}

fn named(request: &HttpRequest, name: header::HeaderName) -> Option<&str> {
    request.headers().get(name).and_then(|value| value.to_str().ok())
}

/// Hands the file out, or the part of it that is asked for.
///
/// # Errors
/// `range_not_satisfiable`; `internal` when the file cannot be read.
pub async fn hand_out(
    request: &HttpRequest,
    path: &Path,
    name: &str,
    media_type: &str,
    sha256: &str,
) -> Result<HttpResponse, Problem> {
    let mut file = File::open(path).await.map_err(Problem::internal)?;
    let bytes = file.metadata().await.map_err(Problem::internal)?.len();
    let tag = format!("\"{sha256}\"");
    let known = named(request, header::IF_NONE_MATCH)
        .is_some_and(|known| known.split(',').any(|one| [tag.as_str(), "*"].contains(&one.trim())));
    if known {
        return Ok(HttpResponse::NotModified().insert_header((header::ETAG, tag)).finish());
    }
    // Of another file nobody gets a part.
    let same = named(request, header::IF_RANGE).is_none_or(|of| of.trim() == tag);
    let wanted = named(request, header::RANGE).filter(|_| same);
    let (status, from, length) = match part(wanted, bytes) {
        Part::Whole => (StatusCode::OK, 0, bytes),
        Part::Bytes(from, to) => (StatusCode::PARTIAL_CONTENT, from, to - from + 1),
        Part::None => {
            let mut refused = actix_web::ResponseError::error_response(&Problem::of("range_not_satisfiable"));
            if let Ok(said) = header::HeaderValue::from_str(&format!("bytes */{bytes}")) {
                refused.headers_mut().insert(header::CONTENT_RANGE, said);
            }
            return Ok(refused);
        }
    };
    file.seek(io::SeekFrom::Start(from)).await.map_err(Problem::internal)?;
    let mut answer = HttpResponse::build(status);
    answer
        .content_type(media_type)
        .insert_header((header::CONTENT_DISPOSITION, attachment(name)))
        .insert_header((header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox"))
        .insert_header((header::ACCEPT_RANGES, "bytes"))
        .insert_header((header::CACHE_CONTROL, "private, no-transform"))
        .insert_header((header::CONTENT_ENCODING, "identity"))
        .insert_header((header::ETAG, tag));
    if status == StatusCode::PARTIAL_CONTENT {
        let said = format!("bytes {from}-{}/{bytes}", from + length - 1);
        answer.insert_header((header::CONTENT_RANGE, said));
    }
    Ok(answer.body(SizedStream::new(length, pieces(file, length))))
}

fn pieces(file: File, length: u64) -> impl futures_util::Stream<Item = Result<Bytes, Problem>> {
    stream::unfold((file, length), |(mut file, left)| async move {
        if left == 0 {
            return None;
        }
        let mut piece = vec![0; left.min(PIECE) as usize];
        match file.read_exact(&mut piece).await {
            Ok(read) => Some((Ok(Bytes::from(piece)), (file, left - read as u64))),
            Err(error) => Some((Err(Problem::internal(error)), (file, 0))),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_range_is_understood_and_nothing_beyond_the_end() {
        for (range, wanted) in [
            (None, Part::Whole),
            (Some("bytes=0-9"), Part::Bytes(0, 9)),
            (Some("bytes=90-"), Part::Bytes(90, 99)),
            (Some("bytes=90-1000"), Part::Bytes(90, 99)),
            (Some("bytes=-10"), Part::Bytes(90, 99)),
            (Some("bytes=-1000"), Part::Bytes(0, 99)),
            (Some("bytes=100-"), Part::None),
            (Some("bytes=-0"), Part::None),
            (Some("bytes=9-0"), Part::Whole),
            (Some("bytes=0-1,5-6"), Part::Whole),
            (Some("bytes=a-b"), Part::Whole),
            (Some("pages=1-2"), Part::Whole),
            (Some("bytes=-"), Part::Whole),
            (Some("bytes=99999999999999999999-"), Part::Whole),
        ] {
            assert_eq!(part(range, 100), wanted, "{range:?}");
        }
        assert_eq!(part(Some("bytes=0-"), 0), Part::None);
    }
}

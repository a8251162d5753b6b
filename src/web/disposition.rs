//! File names on the wire.

/// A `Content-Disposition` value that makes a browser save the answer under a name (RFC 6266, RFC 8187).
///
/// The plain `filename` is for old clients; `filename*` carries the name itself. Nothing in the name can end the
/// value or begin another header.
#[must_use]
pub fn attachment(name: &str) -> String {
    let plain: String = name
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | ' ') {
                c
            } else {
                '_'
            }
        })
        .collect();
    let encoded = name.bytes().fold(String::new(), |mut out, byte| {
        // attr-char of RFC 8187
        if byte.is_ascii_alphanumeric() || b"!#$&+-.^_`|~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
        out
    });
    format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{encoded}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::http::header::HeaderValue;
    use proptest::prelude::*;

    #[test]
    fn names_keep_their_letters() {
        assert_eq!(
            attachment("Письмо №1.pdf"),
            "attachment; filename=\"______ _1.pdf\"; filename*=UTF-8''%D0%9F%D0%B8%D1%81%D1%8C%D0%BC%D0%BE%20%E2%84%961.pdf"
        );
    }

    #[test]
    fn a_name_cannot_become_a_header_or_a_parameter() {
        let value = attachment("\"; filename=x\r\nSet-Cookie: a=b");
        assert!(!value.contains(['\r', '\n']));
        assert_eq!(value.matches('"').count(), 2);
        assert_eq!(value.matches(';').count(), 2);
    }

    proptest! {
        #[test]
        fn every_name_gives_a_valid_header(name in any::<String>()) {
            let value = attachment(&name);
            prop_assert!(HeaderValue::from_str(&value).is_ok());
            prop_assert_eq!(value.matches('"').count(), 2);
        }
    }
}

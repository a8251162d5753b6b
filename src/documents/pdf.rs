//! Names in a PDF that make it act by itself or hide from examination.
//!
//! Reads the bytes as they stand; names inside compressed object streams are not seen here, they are the malware
//! scanner's work.

/// Longest name of interest, in bytes.
const LONGEST: usize = 16;

/// Looks for names while the bytes pass; a name may be cut by chunks and spelled with `#xx`.
#[derive(Clone, Debug, Default)]
pub struct NameScan {
    name: Option<Vec<u8>>,
    /// Digits after a `#`, as far as they have come.
    escape: Option<Vec<u8>>,
    found: Option<&'static str>,
}

impl NameScan {
    /// The next bytes.
    pub fn pass(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.step(*byte);
        }
    }

    /// What was found, in words for the submitter. Call it after the last byte.
    pub fn finish(&mut self) -> Option<&'static str> {
        self.step(b' ');
        self.found
    }

    fn step(&mut self, byte: u8) {
        if byte != b'/' && self.name.is_none() {
            return;
        }
        if byte == b'/' || is_delimiter(byte) {
            self.judge();
            self.name = (byte == b'/').then(Vec::new);
            self.escape = None;
            return;
        }
        match (&mut self.escape, byte) {
            (None, b'#') => self.escape = Some(Vec::new()),
            (None, _) => self.push(byte),
            (Some(digits), _) => {
                digits.push(byte);
                if let [high, low] = digits.as_slice() {
                    let value = std::str::from_utf8(&[*high, *low])
                        .ok()
                        .and_then(|hex| u8::from_str_radix(hex, 16).ok());
                    self.escape = None;
                    self.push(value.unwrap_or(b'#'));
                }
            }
        }
    }

    fn push(&mut self, byte: u8) {
        match &mut self.name {
            Some(name) if name.len() < LONGEST => name.push(byte),
            _ => self.name = None,
        }
    }

    fn judge(&mut self) {
        let found = match self.name.as_deref() {
            Some(b"JavaScript") => "It contains JavaScript.",
            Some(b"Launch") => "It can start other programs.",
            Some(b"EmbeddedFile") => "It contains other files.",
            Some(b"Encrypt") => "It is encrypted and cannot be examined.",
            _ => return,
        };
        self.found.get_or_insert(found);
    }
}

fn is_delimiter(byte: u8) -> bool {
    matches!(
        byte,
        0 | b'\t' | b'\n' | 0x0c | b'\r' | b' ' | b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'%'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &[u8], chunk: usize) -> Option<&'static str> {
        let mut scan = NameScan::default();
        text.chunks(chunk).for_each(|chunk| scan.pass(chunk));
        scan.finish()
    }

    #[test]
    fn acting_names_are_found_however_they_are_cut_or_spelled() {
        for text in [
            &b"<< /S /JavaScript /JS (app.alert(1)) >>"[..],
            b"<</S/JavaScript/JS(x)>>",
            b"/J#61vaScript>>",
            b"/#4a#61#76#61#53cript ",
            b"<< /Type/Action /S/Launch",
            b"/Type /EmbeddedFile>>",
            b"trailer << /Encrypt 5 0 R >>",
        ] {
            for chunk in [1, 2, 3, 7, 1000] {
                assert!(
                    found(text, chunk).is_some(),
                    "{} by {chunk}",
                    String::from_utf8_lossy(text)
                );
            }
        }
    }

    #[test]
    fn other_names_pass() {
        for text in [
            &b"/JavaScripts /LaunchPad /XLaunch (JavaScript) Launch /EncryptMetadata"[..],
            b"/Launc",
            b"//#zz/#",
            b"/",
        ] {
            assert_eq!(found(text, 3), None);
        }
    }
}

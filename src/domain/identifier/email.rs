//! Is this an address that a letter can be sent to? (RFC 5321 without quoted strings and address literals.)

/// What is wrong with an e-mail address, if anything. Nothing passes that could break out of a header line.
#[must_use]
pub fn email_fault(address: &str) -> Option<&'static str> {
    if address.chars().any(|c| c.is_control() || c.is_whitespace()) {
        return Some("it contains a space, a line break or a control character");
    }
    if address.len() > 254 {
        return Some("it is longer than 254 characters");
    }
    let Some((local, domain)) = address.rsplit_once('@') else {
        return Some("it has no @");
    };
    if !local_part(local) {
        return Some("what stands before the @ is not a mailbox name");
    }
    if !domain_name(domain) {
        return Some("what stands after the @ is not a domain name");
    }
    None
}

fn local_part(local: &str) -> bool {
    let atom = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~".contains(c);
    local.len() <= 64 && local.split('.').all(|part| !part.is_empty() && part.chars().all(atom))
}

fn domain_name(domain: &str) -> bool {
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let last = domain.rsplit('.').next().unwrap_or_default();
    domain.contains('.') && domain.split('.').all(label) && !last.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_addresses_pass() {
        for address in [
            "a@example.org",
            "first.last+corridor@sub.example.org",
            "o'neil@xn--e1afmkfd.xn--p1ai",
        ] {
            assert_eq!(email_fault(address), None, "{address}");
        }
    }

    #[test]
    fn whatever_could_break_a_header_is_refused() {
        for address in [
            "a@example.org\r\nBcc: x@example.org",
            "a\0@example.org",
            "a@example.org,b@example.org",
            "<a@example.org>",
            "a b@example.org",
            "\"a\"@example.org",
            "a@example.org;",
            "a@\u{202e}gro.elpmaxe",
        ] {
            assert!(email_fault(address).is_some(), "{address:?}");
        }
    }

    #[test]
    fn half_an_address_is_none() {
        let long = format!("{}@example.org", "a".repeat(65));
        for address in [
            "",
            "@",
            "a@",
            "@example.org",
            "a@b",
            "a@-b.org",
            "a@b..org",
            ".a@b.org",
            "a@127.0.0.1",
            &long,
        ] {
            assert!(email_fault(address).is_some(), "{address:?}");
        }
    }
}

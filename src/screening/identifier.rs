//! Numbers as they are compared: whatever way they were written, the same number has the same key.

/// The schemes we know by name.
pub mod scheme {
    pub const IMO: &str = "IMO";
    pub const IMO_COMPANY: &str = "IMO-COMPANY";
    pub const MMSI: &str = "MMSI";
    pub const LEI: &str = "LEI";
    pub const BIC: &str = "BIC";
    pub const RU_INN: &str = "RU-INN";
    pub const RU_OGRN: &str = "RU-OGRN";
    pub const TAX: &str = "TAX";
    pub const REGISTRATION: &str = "REGISTRATION";
    pub const PASSPORT: &str = "PASSPORT";
    pub const NATIONAL_ID: &str = "NATIONAL-ID";
    pub const OTHER: &str = "OTHER";
}

/// Schemes whose numbers may be the same number: a tax number is an INN, a company may be asked for by a ship's scheme.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Family {
    Imo,
    Mmsi,
    Lei,
    Bic,
    Tax,
    Registration,
    Passport,
    Other,
}

impl Family {
    /// The family of a scheme.
    #[must_use]
    pub fn of(scheme: &str) -> Self {
        let scheme = scheme.trim().to_ascii_uppercase().replace(['_', ' '], "-");
        match scheme.as_str() {
            "IMO" | "IMO-SHIP" | "IMO-VESSEL" | "IMO-COMPANY" => Self::Imo,
            "MMSI" => Self::Mmsi,
            "LEI" => Self::Lei,
            "BIC" | "SWIFT" | "SWIFT/BIC" => Self::Bic,
            "RU-INN" | "INN" | "TAX" | "TAX-ID" | "VAT" | "TIN" => Self::Tax,
            "RU-OGRN" | "RU-OGRNIP" | "OGRN" | "REGISTRATION" => Self::Registration,
            "PASSPORT" => Self::Passport,
            _ => Self::Other,
        }
    }
}

/// A number without spaces, hyphens and other marks, in upper case; of IMO numbers the seven digits, of bank codes the eight of the bank.
///
/// None for what is too short to tell one party from another.
#[must_use]
pub fn key(family: Family, value: &str) -> Option<String> {
    let mut key: String = value
        .chars()
        .filter(|c| c.is_alphanumeric())
        .collect::<String>()
        .to_uppercase();
    match family {
        Family::Imo => key.retain(|c| c.is_ascii_digit()),
        // The branch belongs to the bank, and `XXX` names no branch.
        Family::Bic if key.len() == 11 && key.is_ascii() => key.truncate(8),
        _ => {}
    }
    let digits = key.chars().filter(char::is_ascii_digit).count();
    let telling = match family {
        Family::Imo => digits == 7,
        Family::Bic => key.len() == 8,
        _ => key.chars().count() >= 5 && digits >= 3,
    };
    telling.then_some(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_number_has_one_key_however_it_is_written() {
        assert_eq!(key(Family::Imo, "IMO 9079169"), key(Family::Imo, "9079169"));
        assert_eq!(key(Family::Bic, "minnrummxxx"), key(Family::Bic, "MINNRUMM"));
        assert_eq!(key(Family::Tax, "29 01-201732"), Some("2901201732".into()));
    }

    #[test]
    fn what_tells_nothing_has_no_key() {
        for value in ["", "0", "n/a", "ABCDEFGH", "12", "------"] {
            assert_eq!(key(Family::Tax, value), None, "{value}");
        }
        assert_eq!(key(Family::Imo, "12345"), None);
    }

    #[test]
    fn related_schemes_are_one_family() {
        assert_eq!(Family::of("ru_inn"), Family::of("TAX"));
        assert_eq!(Family::of("IMO-COMPANY"), Family::of("imo"));
        assert_ne!(Family::of("PASSPORT"), Family::of("TAX"));
        assert_eq!(Family::of("anything"), Family::Other);
    }
}

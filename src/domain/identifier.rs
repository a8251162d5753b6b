//! Numbers with a check digit. A wrong digit asks for a correction; it never refuses anything.

mod email;

pub use email::email_fault;

/// The schemes whose numbers are tested.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scheme {
    /// IMO ship identification number, seven digits.
    ImoShip,
    /// IMO company and registered owner number, seven digits, another rule.
    ImoCompany,
    /// Legal Entity Identifier, ISO 17442.
    Lei,
    /// Russian taxpayer number: 10 digits (organisations) or 12 (persons).
    RuInn,
    /// Russian state registration number: 13 digits (organisations) or 15 (entrepreneurs).
    RuOgrn,
    /// Business identifier code, ISO 9362: only its shape can be tested.
    Bic,
}

impl Scheme {
    /// The scheme of this name, however it is written; none for schemes that are not tested.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        let name = name.trim().to_ascii_uppercase().replace(['_', ' '], "-");
        Some(match name.as_str() {
            "IMO" | "IMO-SHIP" | "IMO-VESSEL" => Self::ImoShip,
            "IMO-COMPANY" => Self::ImoCompany,
            "LEI" => Self::Lei,
            "RU-INN" | "INN" => Self::RuInn,
            "RU-OGRN" | "OGRN" | "RU-OGRNIP" => Self::RuOgrn,
            "BIC" | "SWIFT" => Self::Bic,
            _ => return None,
        })
    }

    /// What such a number is called.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::ImoShip => "IMO ship number",
            Self::ImoCompany => "IMO company number",
            Self::Lei => "LEI",
            Self::RuInn => "INN",
            Self::RuOgrn => "OGRN",
            Self::Bic => "BIC",
        }
    }
}

/// What is wrong with a number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It has not the shape of its scheme; the text says what the shape is.
    Shape(&'static str),
    /// Its last digits should be these.
    CheckDigit { expected: String },
}

/// The number as it is compared and stored: without spaces, upper case, without the prefix `IMO` of ship and company numbers.
#[must_use]
pub fn normalise(scheme: Scheme, value: &str) -> String {
    let compact: String = value
        .chars()
        .filter(|c| !c.is_whitespace())
        .collect::<String>()
        .to_ascii_uppercase();
    match scheme {
        Scheme::ImoShip | Scheme::ImoCompany => compact
            .strip_prefix("IMO")
            .unwrap_or(&compact)
            .trim_start_matches([':', '-', '#', '.'])
            .to_owned(),
        _ => compact,
    }
}

/// Tests a number by the rule of its scheme.
#[must_use]
pub fn fault(scheme: Scheme, value: &str) -> Option<Fault> {
    let value = normalise(scheme, value);
    match scheme {
        Scheme::ImoShip => imo(&value, imo_ship_digit),
        Scheme::ImoCompany => imo(&value, imo_company_digit),
        Scheme::Lei => lei(&value),
        Scheme::RuInn => inn(&value),
        Scheme::RuOgrn => ogrn(&value),
        Scheme::Bic => bic(&value),
    }
}

fn digits(text: &str) -> Option<Vec<u32>> {
    text.chars()
        .map(|c| c.is_ascii_digit().then(|| c.to_digit(10)).flatten())
        .collect()
}

fn weighted(digits: &[u32], weights: &[u32]) -> u32 {
    digits.iter().zip(weights).map(|(digit, weight)| digit * weight).sum()
}

/// The last digit of an IMO ship number: weights 7 to 2, the sum's last digit.
fn imo_ship_digit(six: &[u32]) -> u32 {
    weighted(six, &[7, 6, 5, 4, 3, 2]) % 10
}

/// The last digit of an IMO company number: weights 8, 6, 4, 2, 9, 7; 11 less the remainder by 11, last digit.
fn imo_company_digit(six: &[u32]) -> u32 {
    (11 - weighted(six, &[8, 6, 4, 2, 9, 7]) % 11) % 10
}

fn imo(value: &str, rule: fn(&[u32]) -> u32) -> Option<Fault> {
    let number = digits(value).filter(|digits| digits.len() == 7 && digits[0] != 0);
    let Some(number) = number else {
        return Some(Fault::Shape("it has seven digits, the first not zero"));
    };
    let expected = rule(&number[..6]);
    wrong_tail(value, &expected.to_string())
}

/// ISO 7064 mod 97-10 over letters as numbers from 10.
fn lei(value: &str) -> Option<Fault> {
    let shaped = value.len() == 20
        && value.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
        && value[18..].bytes().all(|b| b.is_ascii_digit());
    if !shaped {
        return Some(Fault::Shape("it has 18 letters or digits and two check digits"));
    }
    let remainder = value[..18].chars().chain("00".chars()).fold(0, |remainder, c| {
        let number = c.to_digit(36).unwrap_or(0);
        (remainder * if number > 9 { 100 } else { 10 } + number) % 97
    });
    wrong_tail(value, &format!("{:02}", 98 - remainder))
}

fn inn(value: &str) -> Option<Fault> {
    const TEN: [u32; 9] = [2, 4, 10, 3, 5, 9, 4, 6, 8];
    const ELEVEN: [u32; 10] = [7, 2, 4, 10, 3, 5, 9, 4, 6, 8];
    const TWELVE: [u32; 11] = [3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8];
    let check = |digits: &[u32], weights: &[u32]| weighted(digits, weights) % 11 % 10;
    match digits(value) {
        Some(number) if number.len() == 10 => wrong_tail(value, &check(&number, &TEN).to_string()),
        Some(mut number) if number.len() == 12 => {
            let eleventh = check(&number, &ELEVEN);
            number[10] = eleventh;
            let twelfth = check(&number, &TWELVE);
            wrong_tail(value, &format!("{eleventh}{twelfth}"))
        }
        _ => Some(Fault::Shape("it has 10 digits (organisations) or 12 (persons)")),
    }
}

fn ogrn(value: &str) -> Option<Fault> {
    let modulus = match value.len() {
        13 => 11,
        15 => 13,
        _ => 0,
    };
    let body = (modulus > 0 && digits(value).is_some())
        .then(|| value[..value.len() - 1].parse::<u64>().ok())
        .flatten();
    match body {
        Some(body) => wrong_tail(value, &(body % modulus % 10).to_string()),
        None => Some(Fault::Shape("it has 13 digits (organisations) or 15 (entrepreneurs)")),
    }
}

/// Four letters of the party (ISO 9362 would allow digits, none are issued), country, two of place, optionally three of branch.
fn bic(value: &str) -> Option<Fault> {
    let letters = |part: &str| part.bytes().all(|b| b.is_ascii_uppercase());
    let plain = value.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
    let shaped = plain && matches!(value.len(), 8 | 11) && letters(&value[..6]);
    if !shaped {
        return Some(Fault::Shape(
            "it has four letters, two letters of the country, two letters or digits, and for a branch three more",
        ));
    }
    if super::reference::country(&value[4..6]).is_none() && &value[4..6] != "XK" {
        return Some(Fault::Shape("its fifth and sixth letters are an ISO 3166 country"));
    }
    None
}

/// Nothing, if the value ends so.
fn wrong_tail(value: &str, expected: &str) -> Option<Fault> {
    (!value.ends_with(expected)).then(|| Fault::CheckDigit {
        expected: expected.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expected(scheme: Scheme, value: &str) -> Option<String> {
        match fault(scheme, value) {
            None => None,
            Some(Fault::CheckDigit { expected }) => Some(expected),
            Some(Fault::Shape(shape)) => panic!("{value}: {shape}"),
        }
    }

    #[test]
    fn ships_have_their_own_rule() {
        for valid in [
            "9136931",
            "IMO 9194397",
            "imo9153056",
            "9079169",
            "9187629",
            "9999010",
            " 9074729 ",
        ] {
            assert_eq!(expected(Scheme::ImoShip, valid), None, "{valid}");
        }
        assert_eq!(expected(Scheme::ImoShip, "9146874").as_deref(), Some("1"));
        assert_eq!(expected(Scheme::ImoShip, "9728908").as_deref(), Some("4"));
        assert_eq!(expected(Scheme::ImoShip, "9422348").as_deref(), Some("2"));
    }

    #[test]
    fn companies_have_another() {
        for valid in ["5906931", "1351347", "5825809", "9999996"] {
            assert_eq!(expected(Scheme::ImoCompany, valid), None, "{valid}");
        }
        assert!(expected(Scheme::ImoShip, "5906931").is_some());
        assert_eq!(expected(Scheme::ImoCompany, "5906932").as_deref(), Some("1"));
    }

    #[test]
    fn tax_and_registration_numbers() {
        for valid in ["7700000023", "2901201732", "7725039953", "500100732259"] {
            assert_eq!(expected(Scheme::RuInn, valid), None, "{valid}");
        }
        assert_eq!(expected(Scheme::RuInn, "7700000024").as_deref(), Some("3"));
        assert_eq!(expected(Scheme::RuInn, "500100732258").as_deref(), Some("59"));
        for valid in ["1027700000008", "1027739179160", "304500116000157"] {
            assert_eq!(expected(Scheme::RuOgrn, valid), None, "{valid}");
        }
        assert_eq!(expected(Scheme::RuOgrn, "1027739179161").as_deref(), Some("0"));
    }

    #[test]
    fn legal_entity_identifiers() {
        for valid in ["2534006SJ05GGKETEY75", "5493 0084 UKLV MY22 DS16"] {
            assert_eq!(expected(Scheme::Lei, valid), None, "{valid}");
        }
        assert_eq!(expected(Scheme::Lei, "2534006SJ05GGKETEY76").as_deref(), Some("75"));
    }

    #[test]
    fn bank_codes_have_a_shape() {
        for valid in ["MINNRUMM", "minnrumm", "DEUTDEFF500", "MINNRUMMXXX"] {
            assert_eq!(fault(Scheme::Bic, valid), None, "{valid}");
        }
        for wrong in ["MINNRUM", "MINN1UMM", "MINNZZMM", "MINNRUMMX", "MINNRUМM", ""] {
            assert!(fault(Scheme::Bic, wrong).is_some(), "{wrong}");
        }
    }

    #[test]
    fn a_number_of_another_shape_is_told_its_shape() {
        let shapes = [
            (Scheme::ImoShip, ["919439", "91943977", "919439A", "0123456", "٩١٩٤٣٩٧"]),
            (
                Scheme::RuInn,
                ["", "77000000", "77000000231", "770000002X", "٧٧٠٠٠٠٠٠٢٣"],
            ),
            (Scheme::RuOgrn, ["", "102", "102770000000X", "10277000000081", "٣"]),
            (
                Scheme::Lei,
                [
                    "",
                    "2534006SJ05GGKETEY7",
                    "2534006SJ05GGKETEYXX",
                    "2534006SJ05GGKETE-75",
                    "é534006SJ05GGKETEY7",
                ],
            ),
        ];
        for (scheme, values) in shapes {
            for value in values {
                assert!(
                    matches!(fault(scheme, value), Some(Fault::Shape(_))),
                    "{scheme:?} {value}"
                );
            }
        }
    }

    #[test]
    fn schemes_are_found_however_they_are_written() {
        assert_eq!(Scheme::named("IMO-COMPANY"), Some(Scheme::ImoCompany));
        assert_eq!(Scheme::named("ru_inn"), Some(Scheme::RuInn));
        assert_eq!(Scheme::named("DUNS"), None);
    }
}

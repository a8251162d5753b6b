use super::*;
use proptest::prelude::*;

fn q(amount: &str, unit: &str) -> Quantity {
    Quantity::parse(amount, unit).unwrap()
}

#[test]
fn the_factors_are_those_of_the_recommendation() {
    let kg = [
        ("KGM", "1"),
        ("TNE", "1000"),
        ("GRM", "0.001"),
        ("DTN", "100"),
        ("KTN", "1000000"),
        ("LTN", "1016.047"),
        ("STN", "907.1847"),
        ("LBR", "0.45359237"),
    ];
    for (code, factor) in kg {
        assert_eq!(
            unit(code).unwrap().factor(),
            factor.parse::<Decimal>().unwrap(),
            "{code}"
        );
    }
    for code in ["H87", "EA", "C62", "SET", "PR", "DZN"] {
        assert_eq!(unit(code).unwrap().dimension, Dimension::Count);
    }
    for code in ["LTR", "BUA", "BUI", "BLL"] {
        assert_eq!(unit(code).unwrap().dimension, Dimension::Volume);
    }
}

#[test]
fn no_code_is_listed_twice_nor_as_unit_and_package() {
    for (at, unit) in UNITS.iter().enumerate() {
        assert!(
            UNITS[at + 1..].iter().all(|other| other.code != unit.code),
            "{}",
            unit.code
        );
        assert!(!package_code(unit.code), "{}", unit.code);
    }
}

#[test]
fn mass_is_converted_exactly() {
    assert_eq!(q("240000", "TNE").to_unit("KGM").unwrap(), q("240000000", "KGM"));
    assert_eq!(q("1", "LTN").to_unit("TNE").unwrap(), q("1.016047", "TNE"));
    assert_eq!(q("100000", "LBR").to_unit("KGM").unwrap(), q("45359.237", "KGM"));
    assert_eq!(q("3", "DZN").to_unit("H87").unwrap(), q("36", "H87"));
    assert!(matches!(q("1", "KGM").to_unit("LBR"), Err(QuantityError::Inexact(..))));
}

#[test]
fn the_ledger_counts_in_grams() {
    assert_eq!(q("240000", "TNE").base_milli().unwrap(), 240_000_000_000);
    assert_eq!(q("0.000001", "TNE").base_milli().unwrap(), 1);
    assert_eq!(q("9", "H87").base_milli().unwrap(), 9000);
    assert_eq!(q("2", "PR").base_milli().unwrap(), 4000);
    assert!(matches!(q("3", "STN").base_milli(), Err(QuantityError::Inexact(..))));
    assert!(matches!(
        q("1000000000000", "KTN").base_milli(),
        Err(QuantityError::TooLarge(_))
    ));
    assert_eq!(
        Quantity::from_base_milli(233_099_000_000, "TNE").unwrap(),
        q("233099", "TNE")
    );
    assert!(Quantity::from_base_milli(-1, "TNE").is_err());
}

#[test]
fn dimensions_do_not_mix() {
    assert!(matches!(
        q("1", "TNE").to_unit("H87"),
        Err(QuantityError::Dimension { .. })
    ));
    assert!(q("1", "TNE").checked_add(&q("1", "LTR")).is_err());
    assert!(q("1", "TNE").compare(&q("1", "H87")).is_err());
}

#[test]
fn a_package_is_no_unit_and_says_so() {
    for code in ["BX", "BG", "BJ", "PK"] {
        let refused = Quantity::parse("2", code).unwrap_err();
        assert!(matches!(refused, QuantityError::PackageCode(_)));
        assert!(refused.to_string().contains("Rec 21"), "{refused}");
    }
    assert!(matches!(
        Quantity::parse("2", "tne"),
        Err(QuantityError::UnknownUnit(_))
    ));
}

#[test]
fn amounts_that_are_none_are_refused() {
    for (amount, why) in [
        ("-1", "negative"),
        ("0.0000001", "over-precise"),
        ("1000000000001", "largest"),
        ("25,000", "not an amount"),
        ("1e5", "not an amount"),
    ] {
        let refused = Quantity::parse(amount, "TNE").unwrap_err().to_string();
        assert!(refused.contains(why), "{refused}");
    }
}

#[test]
fn json_numbers_are_refused_and_an_unknown_unit_is_kept() {
    let read = |json: &str| serde_json::from_str::<Quantity>(json).map_err(|error| error.to_string());
    assert!(
        read(r#"{"amount": 5, "unit": "TNE"}"#)
            .unwrap_err()
            .contains("as a string")
    );
    assert!(
        read(r#"{"amount": 5.5, "unit": "TNE"}"#)
            .unwrap_err()
            .contains("as a string")
    );
    assert!(
        read(r#"{"amount": "1e5", "unit": "TNE"}"#)
            .unwrap_err()
            .contains("not an amount")
    );
    assert!(
        read(r#"{"amount": "5", "unit": "TNE", "x": 1}"#)
            .unwrap_err()
            .contains("unknown field")
    );
    assert_eq!(read(r#"{"amount": "2", "unit": "BX"}"#).unwrap().unit, "BX");
    let kept = read(r#"{"amount": "191600.00", "unit": "TNE"}"#).unwrap();
    assert_eq!(
        serde_json::to_string(&kept).unwrap(),
        r#"{"amount":"191600.00","unit":"TNE"}"#
    );
}

#[test]
fn sums_and_differences_stay_exact() {
    let deliveries = ["23300", "30000", "30000", "29459", "25000", "65340", "30000"].map(|amount| q(amount, "TNE"));
    let delivered = total(&deliveries).unwrap().unwrap();
    assert_eq!(delivered, q("233099", "TNE"));
    assert_eq!(q("240000", "TNE").checked_sub(&delivered).unwrap(), q("6901", "TNE"));
    assert!(matches!(
        delivered.checked_sub(&q("240000", "TNE")),
        Err(QuantityError::BelowZero(..))
    ));
    assert_eq!(total(&[]).unwrap(), None);
    assert_eq!(q("1.5", "TNE").checked_add(&q("500", "KGM")).unwrap(), q("2", "TNE"));
}

proptest! {
    #[test]
    fn grams_round_trip(grams in 0i64..1_000_000_000_000_000) {
        for code in ["TNE", "KGM", "DTN"] {
            let there = Quantity::from_base_milli(grams, code).unwrap();
            prop_assert_eq!(there.base_milli().unwrap(), grams);
        }
    }

    #[test]
    fn comparing_agrees_with_counting(a in 0u32.., b in 0u32..) {
        let (a_q, b_q) = (q(&a.to_string(), "KGM"), q(&b.to_string(), "DTN"));
        prop_assert_eq!(a_q.compare(&b_q).unwrap(), u64::from(a).cmp(&(u64::from(b) * 100)));
    }

    #[test]
    fn no_text_makes_reading_panic(text in ".{0,40}") {
        let _ = Quantity::parse(&text, "TNE");
    }
}

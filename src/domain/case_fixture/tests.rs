use super::*;
use crate::domain::{
    check::{Advice, Around, Report, Screening, check, check_identifier, check_vessel},
    quantity::{Quantity, total},
};

macro_rules! public_case {
    ($name:ident, $file:literal) => {
        fn $name() -> CaseFixture {
            read(include_str!(concat!("../../../tests/fixtures/cases/", $file))).unwrap()
        }
    };
}

public_case!(grain, "P-01-seed-grain-ethiopia-sudan.json");
public_case!(black_sea, "P-02-bsgi-ethiopia-sudan-ledger.json");
public_case!(ambulances, "P-03-unicef-ambulances-2019.json");
public_case!(kits, "P-04-hygiene-kits-nail-clippers.json");
public_case!(check_digits, "P-05-imo-check-digit.json");
public_case!(enisey, "P-06-sdn-vessel-enisey.json");

fn report(case: &CaseFixture) -> Report {
    check(&case.example(), &case.notice, &Around::UNKNOWN)
}

/// Code, severity and path of every finding but missing documents, sorted.
fn found(report: &Report) -> Vec<(String, String, String)> {
    let mut found: Vec<_> = report
        .findings
        .iter()
        .filter(|finding| finding.code.as_str() != "DOC_MISSING")
        .map(|finding| {
            let severity = format!("{:?}", finding.severity).to_lowercase();
            (finding.code.to_string(), severity, finding.path.clone())
        })
        .collect();
    found.sort();
    found
}

/// The same, as the case expects it.
fn expected(case: &CaseFixture) -> Vec<(String, String, String)> {
    let listed = case.expected["validation"].as_array().unwrap().iter();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let mut expected: Vec<_> = listed
        .map(|one| (text(&one["code"]), text(&one["severity"]), text(&one["where"])))
        .filter(|(_, _, path)| !path.starts_with("actuals"))
        .collect();
    expected.sort();
    expected
}

fn advice(report: &Report) -> Vec<(&str, Advice)> {
    report
        .criteria
        .iter()
        .map(|one| (one.criterion.as_str(), one.advice))
        .collect()
}

#[test]
fn the_grain_case_is_complete_and_without_findings() {
    let case = grain();
    let report = report(&case);
    assert_eq!(found(&report), expected(&case));
    assert!(report.complete && report.can_be_submitted() && !report.would_be_returned());
    assert_eq!(report.missing, Vec::<String>::new());
    use Advice::{CannotTell, Met};
    assert_eq!(
        advice(&report),
        [
            ("C1", Met),
            ("C2", Met),
            ("C3", Met),
            ("C4", CannotTell),
            ("C5", Met),
            ("C6", CannotTell),
            ("C7", Met)
        ]
    );
    let around = Around {
        screening: Some(Screening::Clear),
        inspection_passed: Some(true),
        ..Around::UNKNOWN
    };
    let later = check(&case.example(), &case.notice, &around);
    assert!(advice(&later).iter().all(|(_, advice)| *advice == Met));
}

#[test]
fn the_grain_notice_has_two_delegations_and_the_clock_of_the_story() {
    let notice = grain().notice;
    let calendars: Vec<&str> = notice.delegations.iter().map(|one| one.calendar.as_str()).collect();
    assert_eq!(calendars, ["us-federal@1", "ru-public@1"]);
    assert_eq!(notice.policy.clock.days, 30);
    assert_eq!(notice.ceiling, Some(Quantity::parse("500000", "TNE").unwrap()));
    assert_eq!((notice.max_validity_months, notice.max_shipments), (6, Some(8)));
    for criterion in &notice.criteria {
        assert_ne!(
            criterion.text.in_language(Language::Ru),
            criterion.text.in_language(Language::En)
        );
    }
}

#[test]
fn three_cases_answer_the_same_notice() {
    assert_eq!(grain().notice, check_digits().notice);
    assert_eq!(grain().notice, enisey().notice);
}

#[test]
fn the_black_sea_voyages_are_planned_as_they_took_place() {
    let case = black_sea();
    let report = report(&case);
    assert_eq!(found(&report), expected(&case));
    assert!(report.complete, "{:?}", report.findings);
    assert_eq!(case.dossier.shipments.len(), 12);
    let planned = total(case.dossier.shipments.iter().map(|shipment| &shipment.quantity)).unwrap();
    assert_eq!(planned, Some(Quantity::parse("358099", "TNE").unwrap()));
    assert_eq!(case.dossier.shipments[0].legs[0].etd, Some(Date::constant(2022, 8, 16)));
    assert_eq!(case.actuals[0]["voyage"], 20);
    assert_eq!(case.actuals[0]["departure_date_in_other_copy"], "2022-08-15");
}

#[test]
fn the_ambulances_are_complete_with_two_remarks() {
    let case = ambulances();
    let report = report(&case);
    assert_eq!(found(&report), expected(&case));
    assert!(report.complete);
    let rounding = report.findings.iter().find(|f| f.path == "goods[0]").unwrap();
    assert!(
        rounding.message.starts_with("9 x 21288.89 = 191600.01"),
        "{}",
        rounding.message
    );
}

#[test]
fn a_sea_leg_to_sinuiju_is_refused_a_road_or_rail_leg_is_not() {
    use crate::domain::dossier::Mode;
    for (mode, refused) in [
        (Mode::Sea, true),
        (Mode::Road, false),
        (Mode::Rail, false),
        (Mode::Air, true),
    ] {
        let mut case = ambulances();
        case.dossier.shipments[0].legs[0].mode = mode;
        let report = report(&case);
        let hit = report.findings.iter().any(|f| f.path == "shipments[0].legs[0].to");
        assert_eq!(hit, refused, "{mode:?}");
        assert_eq!(report.would_be_returned(), refused, "{mode:?}");
    }
}

#[test]
fn the_hygiene_kits_would_be_returned() {
    let case = kits();
    let report = report(&case);
    assert_eq!(found(&report), expected(&case));
    let mut missing: Vec<&str> = report.missing.iter().map(String::as_str).collect();
    let mut listed: Vec<&str> = case.expected["missing"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(Value::as_str)
        .collect();
    missing.sort_unstable();
    listed.sort_unstable();
    assert_eq!(missing, listed);
    assert!(report.can_be_submitted() && report.would_be_returned());
    let codes: BTreeSet<&str> = report.findings.iter().map(|f| f.code.as_str()).collect();
    let reasons = case.expected["decision"]["reason_codes"].as_array().unwrap();
    assert!(reasons.iter().all(|reason| codes.contains(reason.as_str().unwrap())));
    assert_eq!(advice(&report), [("C1", Advice::NotMet), ("C2", Advice::CannotTell)]);
}

#[test]
fn the_hygiene_kits_filed_anew_name_the_nail_clippers() {
    let case = kits();
    let again = case.example_resubmission().unwrap();
    let report = check(&again, &case.notice, &Around::UNKNOWN);
    let remarks = [(
        "HS_RESTRICTED_CHAPTER".to_owned(),
        "info".to_owned(),
        "goods[1].hs".to_owned(),
    )];
    assert_eq!(found(&report), remarks);
    assert!(report.complete);
    assert_eq!(again.shipments[0].quantity, Quantity::parse("10000", "H87").unwrap());
    assert_eq!(advice(&report), [("C1", Advice::Met), ("C2", Advice::Met)]);
    assert!(grain().resubmission.is_none());
}

#[test]
fn wrong_check_digits_are_told_and_only_returned() {
    let case = check_digits();
    let report = report(&case);
    let expected: Vec<(String, String)> = case.expected["validation"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["value"].to_string(), one["expected_last_digit"].to_string()))
        .collect();
    let digits: Vec<(String, String)> = case
        .vessels_to_validate
        .iter()
        .filter_map(|vessel| Some((vessel, check_vessel("vessel", vessel)?)))
        .map(|(vessel, finding)| {
            let digit = finding.expected.unwrap();
            (format!("\"{}\"", vessel.imo), format!("\"{digit}\""))
        })
        .collect();
    assert_eq!(digits, expected);
    assert!(
        case.companies_to_validate
            .iter()
            .all(|one| check_identifier("company", one).is_none())
    );
    assert_eq!(case.companies_to_validate.len(), 2);
    let codes: Vec<&str> = report.findings.iter().map(|f| f.code.as_str()).collect();
    assert_eq!(codes, ["IMO_CHECK_DIGIT"; 3]);
    assert_eq!(report.findings[0].path, "shipments[0].legs[0].vessel.imo");
    assert!(report.can_be_submitted() && report.would_be_returned());
    let planned = total(case.dossier.shipments.iter().map(|shipment| &shipment.quantity)).unwrap();
    assert_eq!(planned, Some(Quantity::parse("27500", "TNE").unwrap()));
}

#[test]
fn the_designated_vessel_has_impeccable_papers() {
    let case = enisey();
    let report = report(&case);
    assert_eq!(found(&report), expected(&case));
    assert!(report.complete);
    let around = Around {
        screening: Some(Screening::Hits),
        ..Around::UNKNOWN
    };
    let screened = check(&case.example(), &case.notice, &around);
    assert!(advice(&screened).contains(&("C4", Advice::NotMet)));
}

#[test]
fn every_case_travels_through_the_exchange_format() {
    use crate::domain::dossier::{DossierFile, read_file};
    for case in [grain(), black_sea(), ambulances(), kits(), check_digits(), enisey()] {
        let file = DossierFile::new(case.example(), Some(case.notice.clone()));
        let bytes = serde_json::to_vec(&file).unwrap();
        assert_eq!(read_file(&bytes).unwrap(), file, "{}", case.case_id);
        assert!(!case.dossier.statements.is_empty() && case.dossier.contacts.len() == 2);
        assert!(case.evidence.values().all(|classes| !classes.is_empty()));
    }
}

#[test]
fn a_case_that_cannot_be_read_says_where() {
    let grain = include_str!("../../../tests/fixtures/cases/P-01-seed-grain-ethiopia-sudan.json");
    assert!(is_case(grain.as_bytes()) && !is_case(b"{}") && !is_case(b"["));
    let refused = |from: &str, to: &str| read(&grain.replacen(from, to, 1)).unwrap_err().to_string();
    assert!(refused("\"240000\"", "\"-240000\"").starts_with("at submission.goods[0].quantity: -240000 is negative"));
    assert!(refused("waiver-case/1", "waiver-case/2").starts_with("at schema"));
    assert!(refused("\"hs_prefix_in\"", "\"guess\"").starts_with("at notice.criteria[0]: unknown variant"));
    assert!(refused("\"exporter\"", "\"wizard\"").starts_with("at submission.parties[1].role"));
}

use super::*;
use crate::domain::{
    case_fixture,
    dossier::{Bank, Component, DocumentRef, Money, Payment},
    id::DocumentId,
    notice::{Criterion, MachineCheck},
    text::Localised,
};
use std::collections::BTreeSet;

/// The grain case: a dossier with nothing to remark on.
fn grain() -> (Dossier, NoticeContent) {
    let case = case_fixture::read(include_str!(
        "../../../tests/fixtures/cases/P-01-seed-grain-ethiopia-sudan.json"
    ))
    .unwrap();
    (case.example(), case.notice)
}

fn quantity(amount: &str, unit: &str) -> Quantity {
    Quantity {
        amount: amount.parse().unwrap(),
        unit: unit.to_owned(),
    }
}

/// What is found after one change to the grain dossier: code and path.
fn after(change: impl FnOnce(&mut Dossier)) -> Vec<(&'static str, String)> {
    let (mut dossier, notice) = grain();
    change(&mut dossier);
    let report = check(&dossier, &notice, &Around::UNKNOWN);
    report.findings.into_iter().map(|f| (f.code.as_str(), f.path)).collect()
}

fn one(code: &'static str, path: &str) -> Vec<(&'static str, String)> {
    vec![(code, path.to_owned())]
}

#[test]
fn an_empty_dossier_lacks_every_mandatory_section() {
    let (_, notice) = grain();
    let report = check(&Dossier::default(), &notice, &Around::UNKNOWN);
    for section in [
        "applicant",
        "purpose",
        "beneficiaries",
        "parties",
        "goods",
        "shipments",
        "safeguards",
        "validity",
    ] {
        assert!(report.missing.iter().any(|missing| missing == section), "{section}");
    }
    let missing = |code| report.findings.iter().filter(|f| f.code == code).count();
    assert_eq!(missing(Code::SECTION_MISSING), 8);
    assert_eq!(missing(Code::CRITERION_STATEMENT_MISSING), 7);
    assert_eq!(missing(Code::DOC_MISSING), 9);
    assert_eq!(missing(Code::CONTACTS_TOO_FEW), 1);
    assert!(!report.can_be_submitted() && !report.complete);
}

#[test]
fn statements_need_words_and_evidence_unless_the_evidence_comes_later() {
    assert_eq!(
        after(|d| d.statements[0].evidence.clear()),
        one("CRITERION_EVIDENCE_MISSING", "statements[0].evidence")
    );
    assert_eq!(after(|d| d.statements[3].evidence.clear()), [], "C4 is screening");
    assert_eq!(after(|d| d.statements[5].evidence.clear()), [], "C6 is inspection");
    assert_eq!(
        after(|d| d.statements[3].statement.clear()),
        one("CRITERION_STATEMENT_MISSING", "statements")
    );
    let unknown = DocumentId(uuid::Uuid::from_u128(999));
    assert_eq!(
        after(|d| d.statements[0].evidence.push(unknown)),
        one("EVIDENCE_UNKNOWN", "statements[0].evidence[1]")
    );
    let twice = after(|d| d.statements.push(d.statements[0].clone()));
    assert_eq!(twice, one("DUPLICATE_STATEMENT", "statements[7].criterion"));
    assert_eq!(after(|d| d.statements[0].criterion = "C9".to_owned()).len(), 2);
}

#[test]
fn parties_say_why_they_are_civilian() {
    let silent = after(|d| d.parties[2].civilian_status = " ".to_owned());
    assert_eq!(silent, one("CIVILIAN_STATUS_MISSING", "parties[2].civilian_status"));
    assert_eq!(
        after(|d| d.parties[3].name_latin = None),
        one("NAME_LATIN_MISSING", "parties[3].name_latin")
    );
    assert_eq!(
        after(|d| d.parties[1].id = "p1".to_owned()),
        one("DUPLICATE_PARTY", "parties[1].id")
    );
    assert_eq!(
        after(|d| d.parties[1].country = "RUS".to_owned()),
        one("COUNTRY_UNKNOWN", "parties[1].country")
    );
    let inn = after(|d| d.parties[1].identifiers[0].value = "7700000024".to_owned());
    assert_eq!(inn, one("INN_CHECK", "parties[1].identifiers[0].value"));
}

#[test]
fn letters_need_two_different_addresses() {
    assert_eq!(after(|d| d.contacts.truncate(1)), one("CONTACTS_TOO_FEW", "contacts"));
    let same = after(|d| d.contacts[1].email = d.contacts[0].email.to_uppercase());
    assert_eq!(same[0], ("CONTACTS_TOO_FEW", "contacts".to_owned()));
    assert_eq!(same[1], ("DUPLICATE_CONTACT", "contacts[1].email".to_owned()));
    let injected = after(|d| d.contacts[0].email = "a@example.org\nBcc: b@example.org".to_owned());
    let codes: BTreeSet<&str> = injected.iter().map(|(code, _)| *code).collect();
    assert_eq!(
        codes,
        BTreeSet::from(["TEXT_CONTROL", "CONTACT_EMAIL", "CONTACTS_TOO_FEW"])
    );
}

#[test]
fn a_confidential_document_has_a_public_twin_or_a_reason() {
    let confidential = |d: &mut Dossier| d.documents[4].confidential = true;
    assert_eq!(after(confidential), one("TWIN_MISSING", "documents[4].public_twin"));
    assert_eq!(
        after(|d| {
            confidential(d);
            d.documents[4].no_twin_reason = Some("prices throughout".to_owned());
        }),
        []
    );
    assert_eq!(
        after(|d| {
            confidential(d);
            d.documents[4].public_twin = Some(d.documents[3].id);
        }),
        []
    );
    for not_public in [
        |d: &Dossier| d.documents[4].id,
        |_: &Dossier| DocumentId(uuid::Uuid::from_u128(999)),
    ] {
        let found = after(|d| {
            confidential(d);
            d.documents[4].public_twin = Some(not_public(d));
        });
        assert_eq!(found, one("TWIN_MISSING", "documents[4].public_twin"));
    }
}

#[test]
fn documents_are_listed_once_with_their_hash() {
    let copy = |d: &Dossier| DocumentRef {
        class: "OTHER".to_owned(),
        ..d.documents[0].clone()
    };
    assert_eq!(
        after(|d| d.documents.push(copy(d))),
        one("DUPLICATE_DOCUMENT", "documents[9].id")
    );
    assert_eq!(
        after(|d| d.documents[0].sha256 = "abc".to_owned()),
        one("DOCUMENT_HASH_FORM", "documents[0].sha256")
    );
    assert_eq!(
        after(|d| d.documents[8].class = "OTHER".to_owned()),
        one("DOC_MISSING", "documents")
    );
}

#[test]
fn goods_are_coded_measured_and_valued() {
    assert_eq!(
        after(|d| d.goods[0].hs = "1001.99".to_owned()),
        one("HS_FORM", "goods[0].hs")
    );
    assert_eq!(
        after(|d| d.goods[0].hs = "940510".to_owned()),
        one("HS_UNKNOWN", "goods[0].hs")
    );
    assert_eq!(
        after(|d| d.goods[0].hs = "300490".to_owned()),
        one("HS_NOT_IN_EXTRACT", "goods[0].hs")
    );
    assert_eq!(
        after(|d| d.goods[0].hs = "851762".to_owned()),
        one("HS_HIGH_PRIORITY", "goods[0].hs")
    );
    assert_eq!(
        after(|d| d.goods[0].quantity = quantity("0", "TNE"))[0],
        ("QUANTITY_NOT_POSITIVE", "goods[0].quantity".to_owned())
    );
    assert_eq!(
        after(|d| d.goods[0].quantity = quantity("1", "MTX")),
        one("UNIT_UNKNOWN", "goods[0].unit")
    );
    let pounds = after(|d| d.goods[0].quantity = quantity("700000003", "LBR"));
    assert_eq!(pounds, one("QUANTITY_TOO_FINE", "goods[0].quantity"));
    let money = |amount: &str, currency: &str| {
        Some(Money {
            amount: amount.parse().unwrap(),
            currency: currency.to_owned(),
        })
    };
    assert_eq!(
        after(|d| d.goods[0].value = money("1", "XXX")),
        one("CURRENCY_UNKNOWN", "goods[0].value.currency")
    );
    assert_eq!(
        after(|d| d.goods[0].value = money("1.5", "JPY")),
        one("MONEY_PRECISION", "goods[0].value.amount")
    );
}

#[test]
fn a_unit_value_may_be_rounded_by_a_hundredth_a_unit() {
    let found = |each: &str, value: &str| {
        after(|d| {
            d.goods[0].quantity = quantity("240000", "TNE");
            d.goods[0].unit_value = Some(each.parse().unwrap());
            d.goods[0].value = Some(Money {
                amount: value.parse().unwrap(),
                currency: "USD".to_owned(),
            });
        })
    };
    assert_eq!(found("255", "61200000.00"), []);
    assert_eq!(found("255", "61202400.00"), one("UNIT_VALUE_ROUNDING", "goods[0]"));
    assert_eq!(found("255", "61202400.01"), one("VALUE_MISMATCH", "goods[0]"));
}

#[test]
fn kits_are_broken_down_and_their_components_looked_at() {
    assert_eq!(
        after(|d| d.goods[0].kit = true),
        one("KIT_NOT_DECOMPOSED", "goods[0].components")
    );
    let found = after(|d| {
        d.goods[0].kit = true;
        d.goods[0].components = vec![Component {
            hs: "8214".to_owned(),
            description: "Nail clipper".to_owned(),
            quantity: quantity("1", "BX"),
        }];
    });
    let component = |field: &str| format!("goods[0].components[0].{field}");
    assert_eq!(
        found,
        [("HS_FORM", component("hs")), ("UNIT_UNKNOWN", component("unit"))]
    );
}

#[test]
fn routes_have_known_places_that_fit_and_meet() {
    let leg = |path: &str| format!("shipments[0].legs{path}");
    let found = after(|d| d.shipments[0].legs[0].from = "ZZZZZ".to_owned());
    assert_eq!(found, one("LOCODE_UNKNOWN", &leg("[0].from")));
    let found = after(|d| d.shipments[0].legs[1].from = "ERMSW".to_owned());
    assert_eq!(found, one("ROUTE_BROKEN", &leg("[1].from")));
    let day = |text: &str| Some(text.parse().unwrap());
    let found = after(|d| {
        d.shipments[0].legs[0].etd = day("2025-12-02");
        d.shipments[0].legs[0].eta = day("2025-12-01");
        d.shipments[0].legs[1].etd = day("2025-11-30");
    });
    assert_eq!(found, [("DATE_ORDER", leg("[0].eta")), ("DATE_ORDER", leg("[1].etd"))]);
    assert_eq!(after(|d| d.shipments[0].legs.clear()), one("FIELD_EMPTY", &leg("")));
}

#[test]
fn the_notice_sets_limits() {
    assert_eq!(
        after(|d| d.validity.as_mut().unwrap().months = 7),
        one("VALIDITY_TOO_LONG", "validity.months")
    );
    assert_eq!(
        after(|d| d.validity.as_mut().unwrap().months = 0),
        one("VALIDITY_TOO_LONG", "validity.months")
    );
    let nine = |d: &mut Dossier| {
        for no in [8, 9] {
            let mut shipment = d.shipments[6].clone();
            (shipment.no, shipment.quantity) = (no, quantity("1", "TNE"));
            d.shipments.push(shipment);
        }
    };
    assert_eq!(after(nine), one("TOO_MANY_SHIPMENTS", "shipments"));
    let elsewhere = after(|d| d.shipments[6].final_country = "EG".to_owned());
    assert_eq!(elsewhere, one("DESTINATION_NOT_COVERED", "shipments[6].final_country"));
    let company = after(|d| d.applicant.as_mut().unwrap().type_ = crate::domain::notice::PartyType::Company);
    assert_eq!(company, one("NOT_ELIGIBLE_SUBMITTER", "applicant.type"));
    assert_eq!(
        after(|d| d.goods[0].quantity = quantity("500000.001", "TNE")),
        one("CEILING_EXCEEDED", "goods")
    );
    assert_eq!(after(|d| d.goods[0].quantity = quantity("500000", "TNE")), []);
    assert_eq!(
        after(|d| d.goods[0].quantity = quantity("233098", "TNE")),
        one("QUANTITIES_DIFFER", "shipments")
    );
}

#[test]
fn what_is_left_of_the_programme_counts_before_its_ceiling() {
    let (dossier, notice) = grain();
    let left = |amount: &str| Around {
        programme_left: Some(quantity(amount, "KGM")),
        declaration_signed: Some(true),
        documents_clean: Some(true),
        ..Around::UNKNOWN
    };
    assert!(check(&dossier, &notice, &left("240000000")).can_be_submitted());
    let refused = check(&dossier, &notice, &left("239999999"));
    assert_eq!(refused.findings[0].code, Code::CEILING_EXCEEDED);
    let unsigned = Around {
        declaration_signed: Some(false),
        documents_clean: Some(false),
        ..Around::UNKNOWN
    };
    let codes: Vec<Code> = check(&dossier, &notice, &unsigned)
        .findings
        .iter()
        .map(|f| f.code)
        .collect();
    assert_eq!(codes, [Code::DECLARATION_MISSING, Code::DOCUMENTS_NOT_CLEAN]);
}

#[test]
fn banks_have_a_country_and_a_code_of_the_right_shape() {
    let found = after(|d| {
        d.payments.push(Payment {
            amount: Money {
                amount: "1.00".parse().unwrap(),
                currency: "USD".to_owned(),
            },
            route: "correspondent account".to_owned(),
            banks: vec![Bank {
                name: "Example Bank".to_owned(),
                country: "ZZ".to_owned(),
                bic: Some("MINNRUM".to_owned()),
            }],
        });
    });
    let bank = |field: &str| format!("payments[0].banks[0].{field}");
    assert_eq!(
        found,
        [("COUNTRY_UNKNOWN", bank("country")), ("BIC_SHAPE", bank("bic"))]
    );
}

fn advised(check: MachineCheck, change: impl FnOnce(&mut Dossier), around: &Around) -> (Advice, String) {
    let (mut dossier, _) = grain();
    change(&mut dossier);
    let criterion = Criterion {
        id: "X".to_owned(),
        text: Localised::same("x"),
        mandatory: true,
        evidence: BTreeSet::new(),
        check: Some(check),
    };
    let said = advise(&criterion, &dossier, around);
    (said.advice, said.looked_at)
}

#[test]
fn advice_says_what_was_looked_at() {
    let set = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<BTreeSet<_>>();
    let grain = |check| advised(check, |_| {}, &Around::UNKNOWN);
    use Advice::{CannotTell, Met, NotMet};
    assert_eq!(
        grain(MachineCheck::HsPrefixIn(set(&["1003"]))),
        (NotMet, "HS 100199 at goods[0].hs".to_owned())
    );
    assert_eq!(
        grain(MachineCheck::HsPrefixNotIn(set(&["72-89"]))),
        (Met, "HS 100199".to_owned())
    );
    assert_eq!(grain(MachineCheck::HsPrefixNotIn(set(&["10-11"]))).0, NotMet);
    assert_eq!(
        grain(MachineCheck::FinalCountryIn(set(&["ET"]))),
        (NotMet, "final countries ET, SD".to_owned())
    );
    assert_eq!(
        grain(MachineCheck::DocumentPresent(set(&["X"]))),
        (NotMet, "missing: X".to_owned())
    );
    let sea = "DJJIB has 145, RUNVS has 1236, SDPZU has 145".to_owned();
    assert_eq!(grain(MachineCheck::LocodeFunction(set(&["1"]))), (Met, sea));
    assert_eq!(grain(MachineCheck::LocodeFunction(set(&["2"]))).0, NotMet);
    assert_eq!(grain(MachineCheck::ScreeningClearOrCovered).0, CannotTell);
    assert_eq!(grain(MachineCheck::DeclarationSigned).0, CannotTell);
    let hidden = advised(
        MachineCheck::HsPrefixNotIn(set(&["72-89"])),
        |d| d.goods[0].kit = true,
        &Around::UNKNOWN,
    );
    assert_eq!(hidden.0, CannotTell);
}

#[test]
fn the_quantity_is_tested_per_dossier_and_over_the_programme() {
    use Advice::{CannotTell, Met, NotMet};
    let at_most = || MachineCheck::QuantityAtMost(quantity("240000000", "KGM"));
    let left = |amount: &str| Around {
        programme_left: Some(quantity(amount, "TNE")),
        ..Around::UNKNOWN
    };
    assert_eq!(advised(at_most(), |_| {}, &Around::UNKNOWN).0, Met);
    assert_eq!(advised(at_most(), |_| {}, &left("239999")).0, NotMet);
    assert_eq!(
        advised(
            at_most(),
            |d| d.goods[0].quantity = quantity("240000.001", "TNE"),
            &left("500000")
        )
        .0,
        NotMet
    );
    assert_eq!(
        advised(
            at_most(),
            |d| d.goods[0].quantity = quantity("9", "H87"),
            &Around::UNKNOWN
        )
        .0,
        CannotTell
    );
    assert_eq!(
        advised(
            at_most(),
            |d| d.goods[0].quantity = quantity("9", "BX"),
            &Around::UNKNOWN
        )
        .0,
        CannotTell
    );
}

#[test]
fn codes_are_unique_and_survive_json() {
    let names: BTreeSet<&str> = Code::ALL.iter().map(|code| code.as_str()).collect();
    assert_eq!(names.len(), Code::ALL.len());
    for code in Code::ALL {
        assert_eq!(serde_json::to_string(code).unwrap(), format!("\"{code}\""));
    }
}

/// Puts `text` in place of the n-th string of a JSON document.
fn replace_string(value: &mut serde_json::Value, n: &mut usize, text: &str) {
    use serde_json::Value;
    match value {
        Value::String(old) => {
            if *n == 0 {
                text.clone_into(old);
            }
            *n = n.wrapping_sub(1);
        }
        Value::Array(all) => all.iter_mut().for_each(|one| replace_string(one, n, text)),
        Value::Object(all) => all.values_mut().for_each(|one| replace_string(one, n, text)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

proptest::proptest! {
    #[test]
    fn no_word_anywhere_makes_checking_panic(at in 0usize..250, text in "\\PC{0,14}|[0-9A-Z]{0,20}|[0-9]{1,14}") {
        let (dossier, notice) = grain();
        let mut json = serde_json::to_value(dossier).unwrap();
        replace_string(&mut json, &mut { at }, &text);
        if let Ok(dossier) = serde_json::from_value::<Dossier>(json) {
            let _ = check(&dossier, &notice, &Around::UNKNOWN);
        }
    }
}

//! What the machine can say to a criterion. It advises, with the value it looked at; people find.

use super::{Around, Screening, goods};
use crate::domain::{
    dossier::{Dossier, Mode},
    notice::{Criterion, MachineCheck},
    quantity::Quantity,
    reference,
};
use serde::{Deserialize, Serialize};
use std::{cmp::Ordering, collections::BTreeSet};

/// Met, not met, or not for a machine to tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Advice {
    Met,
    NotMet,
    CannotTell,
}

/// The machine's advice on one criterion.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct CriterionAdvice {
    /// The criterion's id.
    pub criterion: String,
    pub advice: Advice,
    /// The value it looked at.
    pub looked_at: String,
}

type Said = (Advice, String);

fn met_if(met: bool, looked_at: impl Into<String>) -> Said {
    (if met { Advice::Met } else { Advice::NotMet }, looked_at.into())
}

fn cannot_tell(why: impl Into<String>) -> Said {
    (Advice::CannotTell, why.into())
}

/// What the machine can say to this criterion.
#[must_use]
pub fn advise(criterion: &Criterion, dossier: &Dossier, around: &Around) -> CriterionAdvice {
    let (advice, looked_at) = match &criterion.check {
        None => cannot_tell("this criterion has no machine check"),
        Some(check) => look(check, dossier, around),
    };
    CriterionAdvice {
        criterion: criterion.id.clone(),
        advice,
        looked_at,
    }
}

fn look(check: &MachineCheck, dossier: &Dossier, around: &Around) -> Said {
    match check {
        MachineCheck::HsPrefixIn(prefixes) => hs_prefixes(dossier, prefixes, true),
        MachineCheck::HsPrefixNotIn(prefixes) => hs_prefixes(dossier, prefixes, false),
        MachineCheck::FinalCountryIn(countries) => final_countries(dossier, countries),
        MachineCheck::ApplicantTypeIn(types) => match &dossier.applicant {
            None => cannot_tell("there is no applicant yet"),
            Some(applicant) => met_if(
                types.contains(&applicant.type_),
                format!("applicant is {}", word(&applicant.type_)),
            ),
        },
        MachineCheck::DocumentPresent(classes) => documents(dossier, classes),
        MachineCheck::ScreeningClearOrCovered => screening(around.screening),
        MachineCheck::LocodeFunction(functions) => locode_functions(dossier, functions),
        MachineCheck::InspectionPassed => match around.inspection_passed {
            None => cannot_tell("no inspection was held yet"),
            Some(passed) => met_if(
                passed,
                if passed {
                    "inspection passed"
                } else {
                    "inspection not passed"
                },
            ),
        },
        MachineCheck::QuantityAtMost(most) => quantity(dossier, most, around.programme_left.as_ref()),
        MachineCheck::DeclarationSigned => match around.declaration_signed {
            None => cannot_tell("it is not known whether the declaration was signed"),
            Some(signed) => met_if(
                signed,
                if signed {
                    "declaration signed"
                } else {
                    "declaration not signed"
                },
            ),
        },
        MachineCheck::KitLinesDecomposed => kits(dossier),
        MachineCheck::RestrictedHsDeclared(chapters) => restricted(dossier, chapters),
    }
}

/// A word as JSON has it.
fn word(value: &impl Serialize) -> String {
    serde_json::to_value(value)
        .ok()
        .and_then(|value| value.as_str().map(str::to_owned))
        .unwrap_or_default()
}

fn hs_prefixes(dossier: &Dossier, prefixes: &BTreeSet<String>, wanted: bool) -> Said {
    let codes = goods::hs_codes(dossier);
    if codes.is_empty() {
        return cannot_tell("there are no goods yet");
    }
    let under = |code: &str| prefixes.iter().any(|prefix| reference::hs_falls_under(code, prefix));
    let offending: Vec<String> = codes
        .iter()
        .filter(|(_, code)| under(code) != wanted)
        .map(|(path, code)| format!("{code} at {path}"))
        .collect();
    let all: Vec<&str> = codes.iter().map(|(_, code)| *code).collect();
    let hidden = dossier
        .goods
        .iter()
        .any(|goods| goods.kit && goods.components.is_empty());
    match (offending.is_empty(), hidden) {
        (false, _) => met_if(false, format!("HS {}", offending.join(", "))),
        (true, true) => cannot_tell("a kit is not broken down, so it is not known what it contains"),
        (true, false) => met_if(true, format!("HS {}", all.join(", "))),
    }
}

fn final_countries(dossier: &Dossier, countries: &BTreeSet<String>) -> Said {
    let final_countries: BTreeSet<&str> = dossier.shipments.iter().map(|s| s.final_country.as_str()).collect();
    if final_countries.is_empty() {
        return cannot_tell("there are no shipments yet");
    }
    let listed = final_countries.iter().copied().collect::<Vec<_>>().join(", ");
    met_if(
        final_countries.iter().all(|country| countries.contains(*country)),
        format!("final countries {listed}"),
    )
}

fn documents(dossier: &Dossier, classes: &BTreeSet<String>) -> Said {
    let missing: Vec<&str> = classes
        .iter()
        .filter(|class| !dossier.documents.iter().any(|document| &document.class == *class))
        .map(String::as_str)
        .collect();
    if missing.is_empty() {
        let there = classes.iter().map(String::as_str).collect::<Vec<_>>();
        met_if(true, format!("present: {}", there.join(", ")))
    } else {
        met_if(false, format!("missing: {}", missing.join(", ")))
    }
}

fn screening(result: Option<Screening>) -> Said {
    match result {
        Some(Screening::Clear) => met_if(true, "screening clear"),
        Some(Screening::Covered) => met_if(true, "every true match is covered by a licence or an exemption"),
        Some(Screening::Hits) => met_if(false, "screening has hits that are open or true"),
        Some(Screening::Failed) => cannot_tell("the screening failed"),
        None => cannot_tell("no screening was done yet"),
    }
}

fn locode_functions(dossier: &Dossier, functions: &BTreeSet<String>) -> Said {
    let sea = dossier.shipments.iter().flat_map(|shipment| &shipment.legs);
    let places: BTreeSet<&str> = sea
        .filter(|leg| leg.mode == Mode::Sea)
        .flat_map(|leg| [leg.from.as_str(), leg.to.as_str()])
        .collect();
    if dossier.shipments.is_empty() {
        return cannot_tell("there are no shipments yet");
    }
    if places.is_empty() {
        return met_if(true, "there is no sea leg");
    }
    let (mut looked_at, mut unknown, mut lacking) = (Vec::new(), false, false);
    for code in places {
        match reference::place(code) {
            None => {
                unknown = true;
                looked_at.push(format!("{code} unknown"));
            }
            Some(place) => {
                lacking |= !functions.iter().all(|function| function.chars().all(|f| place.has(f)));
                looked_at.push(format!("{code} has {}", place.functions));
            }
        }
    }
    match (lacking, unknown) {
        (true, _) => met_if(false, looked_at.join(", ")),
        (false, true) => cannot_tell(looked_at.join(", ")),
        (false, false) => met_if(true, looked_at.join(", ")),
    }
}

fn quantity(dossier: &Dossier, most: &Quantity, left: Option<&Quantity>) -> Said {
    if dossier.goods.iter().any(|goods| goods.quantity.known_unit().is_err()) {
        return cannot_tell("a line of goods has an unknown unit");
    }
    let Ok(unit) = most.known_unit() else {
        return cannot_tell("the criterion has an unknown unit");
    };
    let Some(asked) = goods::asked_for(dossier).remove(&unit.dimension) else {
        return cannot_tell(format!("no goods are measured by {}", unit.dimension));
    };
    let within = |limit: &Quantity| asked.compare(limit).map(Ordering::is_le);
    match (within(most), left.map(within)) {
        (Ok(fits), None) => met_if(fits, format!("{asked} of at most {most}")),
        (Ok(fits), Some(Ok(left_fits))) => {
            let left = left.map(ToString::to_string).unwrap_or_default();
            met_if(
                fits && left_fits,
                format!("{asked} of at most {most}; {left} left of the programme"),
            )
        }
        _ => cannot_tell(format!("{asked} cannot be compared")),
    }
}

fn kits(dossier: &Dossier) -> Said {
    if dossier.goods.is_empty() {
        return cannot_tell("there are no goods yet");
    }
    let whole: Vec<String> = dossier
        .goods
        .iter()
        .filter(|goods| goods.kit && goods.components.is_empty())
        .map(|goods| goods.line.to_string())
        .collect();
    if whole.is_empty() {
        met_if(true, "every kit is broken down")
    } else {
        met_if(false, format!("kit without components: line {}", whole.join(", ")))
    }
}

/// Restricted goods are named when every line says what it is; a kit that is not broken down may hide some.
fn restricted(dossier: &Dossier, chapters: &BTreeSet<String>) -> Said {
    let (advice, looked_at) = kits(dossier);
    if advice != Advice::Met {
        return cannot_tell(looked_at);
    }
    let named: Vec<String> = goods::hs_codes(dossier)
        .into_iter()
        .filter(|(_, code)| chapters.iter().any(|chapter| reference::hs_falls_under(code, chapter)))
        .map(|(path, code)| format!("{code} at {path}"))
        .collect();
    if named.is_empty() {
        met_if(true, "no goods of restricted chapters")
    } else {
        met_if(true, format!("named: {}", named.join(", ")))
    }
}

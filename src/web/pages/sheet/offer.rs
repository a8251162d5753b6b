//! What a sheet offers for its fields: the things of the case or of the notice that a field can name, in words.

use crate::{
    domain::{people::Role, reference},
    process::Seen,
    store::{commit::PersonRow, people::PeopleFilter},
    web::{
        api::views::CaseView,
        pages::{SignedIn, Visit, site::key},
        problem::Problem,
    },
    workflow::{action::DECLARATION, visibility::roles_on},
};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Values with their words.
pub type Options = Vec<(String, String)>;

/// What can be chosen, what stands fast, and what is filled in beforehand.
pub struct Offer {
    pub known: Value,
    pub options: BTreeMap<&'static str, Options>,
    pub fixed: BTreeMap<String, (String, String)>,
    /// The hash of each document that is offered.
    pub hashes: BTreeMap<String, String>,
    pub zone: String,
    pub unit: String,
    /// How many fields a list of texts has at least.
    pub many: usize,
}

impl Default for Offer {
    fn default() -> Self {
        Self {
            known: json!({}),
            options: BTreeMap::new(),
            fixed: BTreeMap::new(),
            hashes: BTreeMap::new(),
            zone: "UTC".to_owned(),
            unit: "TNE".to_owned(),
            many: 0,
        }
    }
}

impl Offer {
    /// What this field of this action can name; None: anything.
    #[must_use]
    pub fn options(&self, action: &str, field: &str) -> Option<Options> {
        let free = [("record_observation", "location"), ("create_notice", "evidence")];
        if free.contains(&(action, field)) {
            return None;
        }
        self.options.get(alias(action, field)).cloned()
    }

    /// This field stands fast.
    pub fn fix(&mut self, field: &str, value: &Value) {
        if let Some(value) = value.as_str() {
            let short: String = value.chars().take(12).collect();
            self.fixed.insert(field.to_owned(), (value.to_owned(), short));
        }
    }
}

/// Fields of different names that name the same kind of thing.
fn alias<'f>(action: &str, field: &'f str) -> &'f str {
    match (action, field) {
        (_, "because") => "criterion",
        (_, "documents" | "evidence" | "bill_of_lading" | "weight_note" | "capture" | "public_twin" | "replaces") => {
            "document"
        }
        (_, "owner") => "delegation",
        ("constitute_panel" | "substitute_member", "person") => "candidate",
        (_, "reviewer" | "out" | "proposed_by") => "person",
        (_, "follows") => "question",
        (_, "sections") => "section",
        (_, "final_country" | "flag" | "destinations") => "country",
        ("report_condition" | "confirm_condition", "condition") => "imposed",
        (_, "condition") => "",
        _ => field,
    }
}

/// What every sheet offers.
#[must_use]
pub fn general(me: &SignedIn) -> BTreeMap<&'static str, Options> {
    let language = me.visit.language();
    let mut countries: Options = reference::countries()
        .map(|(code, name)| {
            (
                code.to_owned(),
                reference::country_in(code, language).unwrap_or(name).to_owned(),
            )
        })
        .collect();
    countries.sort_by(|a, b| a.1.cmp(&b.1));
    let roles = Role::COMMITTEE.iter().map(|role| {
        let word = json!(role).as_str().unwrap_or_default().to_owned();
        let said = me.visit.t(&key("role", &word));
        (word, said)
    });
    BTreeMap::from([("country", countries), ("roles", roles.collect())])
}

fn pairs(items: &Value, value: &str, said: impl Fn(&Value) -> String) -> Options {
    let items = items.as_array().into_iter().flatten();
    items
        .map(|item| {
            (
                item[value]
                    .as_str()
                    .map_or_else(|| item[value].to_string(), str::to_owned),
                said(item),
            )
        })
        .collect()
}

fn text<'v>(item: &'v Value, name: &str) -> &'v str {
    item[name].as_str().unwrap_or_default()
}

/// What a case offers to this reader, who sees no more in a choice than on the page of the case.
///
/// # Errors
/// When people or documents cannot be read.
pub async fn of_case(me: &SignedIn, seen: &Seen, shown: &CaseView, action: &str) -> Result<Offer, Problem> {
    let (visit, case) = (&me.visit, &seen.case);
    let shown = json!(shown);
    let language = visit.language();
    let mut offer = Offer {
        options: general(me),
        zone: case.policy().tz.clone(),
        ..Offer::default()
    };
    let goods = case.submitted_dossier().goods.first();
    offer.unit = goods.map_or_else(|| "TNE".to_owned(), |goods| goods.quantity.unit.clone());
    let put = &mut offer.options;
    let criteria = case.terms.criteria.iter();
    let line = |id: &str, text: &str| {
        (
            id.to_owned(),
            format!("{id} · {}", text.chars().take(120).collect::<String>()),
        )
    };
    put.insert(
        "criterion",
        criteria
            .map(|one| line(&one.id, one.text.in_language(language)))
            .collect(),
    );
    let delegations = case.terms.delegations.iter();
    put.insert(
        "delegation",
        delegations
            .map(|one| (one.code.to_string(), one.name.in_language(language).to_owned()))
            .collect(),
    );
    put.insert(
        "question",
        pairs(&shown["questions"], "number", |one| {
            format!("{}. {}", one["number"], text(one, "text"))
        }),
    );
    let shipments = &shown["waiver"]["shipments"];
    put.insert(
        "shipment",
        pairs(shipments, "number", |one| {
            format!("{} · {}", one["number"], text(one, "to"))
        }),
    );
    put.insert(
        "imposed",
        pairs(&shown["conditions"], "id", |one| {
            format!("{} · {}", text(one, "id"), text(one, "text"))
        }),
    );
    let inspection = &shown["inspection"];
    put.insert(
        "item",
        pairs(&inspection["checklist"], "id", |one| {
            format!("{} · {}", text(one, "id"), text(one, "text"))
        }),
    );
    let moment = |at: &crate::domain::Instant| {
        let when = &visit.when(*at, &case.policy().tz)["official"];
        (at.to_string(), format!("{} {}", text(when, "text"), text(when, "zone")))
    };
    put.insert("slot", case.inspection.slots.iter().map(moment).collect());
    put.insert(
        "consignee",
        pairs(&shown["dossier"]["parties"], "id", |one| text(one, "name").to_owned()),
    );
    let banks = shown["dossier"]["payments"].as_array().into_iter().flatten();
    let banks = banks.flat_map(|one| pairs(&one["banks"], "bic", |bank| text(bank, "name").to_owned()));
    put.insert("bank", banks.filter(|(bic, _)| bic != "null").collect());
    let section = |name: &&str| ((*name).to_owned(), visit.t(&key("section", name)));
    put.insert(
        "section",
        crate::workflow::dossier::SECTIONS.iter().map(section).collect(),
    );
    screening(me, &mut offer, &shown);
    people(me, seen, &mut offer).await?;
    documents(me, seen, &mut offer).await?;
    known(seen, &shown, action, &mut offer);
    Ok(offer)
}

/// Who is screened, and what was found.
fn screening(me: &SignedIn, offer: &mut Offer, case: &Value) {
    let shown = &case["screening"];
    let results = shown["results"].as_array().into_iter().flatten();
    let known = results.clone().map(|one| text(one, "subject"));
    let missing = shown["missing"].as_array().into_iter().flatten();
    let subjects = known.chain(missing.filter_map(Value::as_str));
    let subjects = subjects.map(|one| (one.to_owned(), called(&me.visit, &case["dossier"], one)));
    offer.options.insert("subject", subjects.collect());
    let said = |hit: &Value| {
        format!("{} {}", text(hit, "entry"), text(hit, "name"))
            .trim()
            .to_owned()
    };
    let hits = results.flat_map(|one| pairs(&one["hits"], "entry", said));
    offer.options.insert("entry", hits.collect());
}

/// A subject of screening by its name and what it is: `vessel:9999010` is `SYNTHETIC 1 · IMO 9999010`.
fn called(visit: &Visit, dossier: &Value, subject: &str) -> String {
    let (kind, id) = subject.split_once(':').unwrap_or(("", subject));
    let list = |name: &str| dossier[name].as_array().into_iter().flatten();
    let applicant = &dossier["applicant"];
    let (name, what) = match (kind, id) {
        ("party", _) => {
            let party = list("parties").find(|one| one["id"] == id);
            let role = party.map(|one| visit.t(&key("party-role", text(one, "role"))));
            (party.map(|one| text(one, "name")), role.unwrap_or_default())
        }
        ("vessel", _) => {
            let legs = list("shipments").flat_map(|one| one["legs"].as_array().into_iter().flatten());
            let digits = |one: &Value| {
                text(one, "imo")
                    .chars()
                    .filter(char::is_ascii_digit)
                    .collect::<String>()
            };
            let found = legs.map(|leg| &leg["vessel"]).find(|vessel| digits(vessel) == id);
            (found.map(|one| text(one, "name")), format!("IMO {id}"))
        }
        ("applicant", "signatory") => (applicant["signatory"].as_str(), visit.t("scr-subject-signatory")),
        ("applicant", _) => (applicant["name"].as_str(), visit.t("scr-subject-applicant")),
        ("bank", _) => (Some(id), visit.t("scr-subject-bank")),
        _ => (None, String::new()),
    };
    let name = name.filter(|name| !name.is_empty());
    name.map_or_else(|| subject.to_owned(), |name| format!("{name} · {what}"))
}

/// The panel, who could sit on it, and who can look at an identity.
async fn people(me: &SignedIn, seen: &Seen, offer: &mut Offer) -> Result<(), Problem> {
    let case = &seen.case;
    let roles = roles_on(case, &me.actor);
    let submits = roles.iter().any(|role| Role::SUBMITTER.contains(role));
    let store = &me.visit.house.store;
    let committee = PeopleFilter {
        roles: Role::COMMITTEE.iter().copied().collect(),
        ..PeopleFilter::default()
    };
    let all = store.people(&committee).await?;
    let said = |row: &PersonRow| match &row.delegation {
        Some(delegation) => (row.id.to_string(), format!("{} ({delegation})", row.name)),
        None => (row.id.to_string(), row.name.clone()),
    };
    let sits = |row: &&PersonRow| {
        case.panel
            .members
            .iter()
            .any(|member| member.person == row.id && !member.out)
    };
    let own = PeopleFilter {
        organisations: [case.organisation].into(),
        ..PeopleFilter::default()
    };
    let host = store.people(&own).await?;
    let in_session = case.inspection.slot.is_some();
    let room = all.iter().filter(sits).filter(|_| in_session || !submits);
    let room = room.chain(host.iter()).filter(|row| row.id != me.actor.person);
    offer.options.insert("identity_checked_by", room.map(said).collect());
    if !submits {
        offer
            .options
            .insert("person", all.iter().filter(sits).map(said).collect());
        offer
            .options
            .insert("candidate", all.iter().filter(|row| row.active).map(said).collect());
    }
    Ok(())
}

/// The documents of the dossier as the reader sees it, and what the reader's side has uploaded.
async fn documents(me: &SignedIn, seen: &Seen, offer: &mut Offer) -> Result<(), Problem> {
    let case = &seen.case;
    let roles = roles_on(case, &me.actor);
    let submits = roles.iter().any(|role| Role::SUBMITTER.contains(role));
    let dossier = if submits {
        &case.dossier
    } else {
        case.submitted_dossier()
    };
    let short = |name: &str, hash: &str| format!("{name} · {}", hash.chars().take(12).collect::<String>());
    let mut options = Options::new();
    if !roles.iter().all(|role| *role == Role::Monitor) {
        for one in &dossier.documents {
            options.push((one.id.to_string(), short(&one.file_name, &one.sha256)));
            offer.hashes.insert(one.id.to_string(), one.sha256.clone());
        }
    }
    for row in me.visit.house.store.documents_of(case.id).await? {
        let own = row.uploaded_by == me.actor.person || (submits && case.hands.contains(&row.uploaded_by));
        if own && !offer.hashes.contains_key(&row.id.to_string()) {
            options.push((row.id.to_string(), short(&row.file_name, &row.sha256)));
            offer.hashes.insert(row.id.to_string(), row.sha256.clone());
        }
    }
    offer.options.insert("document", options);
    Ok(())
}

/// What stands fast, and what is filled in beforehand.
fn known(seen: &Seen, shown: &Value, action: &str, offer: &mut Offer) {
    let case = &seen.case;
    match action {
        "open_ballot" | "cast_vote" | "sign_decision" => offer.fix("draft", &shown["ballot"]["digest"]),
        "sign_outcome" => offer.fix("statement", &shown["outcome_statement"]["digest"]),
        "submit_dossier" | "resubmit_dossier" => offer.fix("declaration", &json!(DECLARATION)),
        // One row, for the exception: everybody else is ticked.
        "record_screening" => {
            offer.known = json!({ "results": [{}], "list_date": case.local_date(seen.now).to_string() });
        }
        "constitute_panel" => offer.known = json!({ "members": vec![json!({}); 12] }),
        "circulate_draft" => {
            let dossier = case.submitted_dossier();
            let mandatory = case.terms.criteria.iter().filter(|one| one.mandatory);
            let total = crate::domain::quantity::total(dossier.goods.iter().map(|goods| &goods.quantity))
                .ok()
                .flatten();
            offer.known = json!({
                "reasons": mandatory.map(|one| json!({ "criterion": one.id })).collect::<Vec<_>>(),
                "authorised": total, "valid_from": dossier.validity.as_ref().map(|asked| asked.from),
                "validity_months": dossier.validity.as_ref().map(|asked| asked.months),
            });
        }
        "answer_round" => {
            let open = case
                .questions
                .iter()
                .filter(|one| one.round.is_some() && one.answer.is_none() && !one.cancelled);
            offer.known = json!({ "answers": open.map(|one| json!({ "question": one.number })).collect::<Vec<_>>() });
        }
        "adopt_edition" | "migrate_dossier" => {
            let edition = seen.around.notice.as_ref().map(|notice| notice.edition_at(seen.now));
            offer.known = json!({ "edition": edition });
        }
        _ => {}
    }
    offer.many = case
        .intake
        .returned
        .as_ref()
        .filter(|_| action == "resubmit_dossier")
        .map_or(0, |returned| returned.deficiencies.len());
}

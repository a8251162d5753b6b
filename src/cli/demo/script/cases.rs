//! All public cases, and those of earlier years: the Committee 1718 (2018, 2019) and the Black Sea (2022-23).

use super::{
    Doing, Script, Step, Tag,
    chapters::Story,
    grain,
    notices::{self, BLACK_SEA, DPRK},
    shipments::Voyage,
};
use crate::domain::{
    Date,
    case_fixture::{self, CaseDocument, CaseFixture},
    dossier::{Party, PartyRole},
    id::OrganisationId,
};
use anyhow::Context as _;
use serde_json::{Value, json};

macro_rules! fixture {
    ($file:literal) => {
        case_fixture::read(include_str!(concat!("../../../../tests/fixtures/cases/", $file))).context($file)
    };
}

/// The fixtures, in their order.
pub struct Fixtures {
    pub grain: CaseFixture,
    pub black_sea: CaseFixture,
    pub ambulances: CaseFixture,
    pub kits: CaseFixture,
    pub check_digits: CaseFixture,
    pub designated: CaseFixture,
}

impl Fixtures {
    pub fn read() -> anyhow::Result<Self> {
        Ok(Self {
            grain: fixture!("P-01-seed-grain-ethiopia-sudan.json")?,
            black_sea: fixture!("P-02-bsgi-ethiopia-sudan-ledger.json")?,
            ambulances: fixture!("P-03-unicef-ambulances-2019.json")?,
            kits: fixture!("P-04-hygiene-kits-nail-clippers.json")?,
            check_digits: fixture!("P-05-imo-check-digit.json")?,
            designated: fixture!("P-06-sdn-vessel-enisey.json")?,
        })
    }
}

/// Every step of every case, in order of time.
pub fn everything(fixtures: &Fixtures, monitors: OrganisationId) -> anyhow::Result<Vec<Step>> {
    let Fixtures {
        grain,
        black_sea,
        ambulances,
        kits,
        check_digits,
        designated,
    } = fixtures;
    let mut scripts = notices::all(grain, kits, ambulances, black_sea, monitors)?;
    scripts.extend(kits_twice(kits));
    scripts.extend([ambulances_approved(ambulances), voyages(black_sea)?]);
    scripts.extend([
        grain::seed(grain),
        grain::check_digits(check_digits),
        grain::designated(designated),
    ]);
    super::in_order(scripts)
}

fn story<'a>(
    tag: Tag,
    fixture: &'a CaseFixture,
    notice: Tag,
    submitter: &'static str,
    delegations: &'static [&'static str],
) -> Story<'a> {
    Story {
        fixture,
        dossier: fixture.dossier.clone(),
        notice,
        submitter,
        delegations,
        script: Script::new(tag),
    }
}

/// P-04: returned for what was missing, withdrawn, filed anew as another dossier, approved.
fn kits_twice(fixture: &CaseFixture) -> [Script; 2] {
    let mut first = story("P-04", fixture, DPRK, "cfk", &["un"]);
    first.files("2018-11-01T09:00Z", "2018-11-05T09:00Z", &fixture.documents);
    first.taken("2018-11-06T08:00Z");
    first.returned("2018-11-07T08:00Z");
    let reason = json!({ "reason": "Filed anew as D-CFK-2, item by item." });
    first.script.act(
        "2018-11-20T09:00Z",
        "cfk.signatory",
        "withdraw_dossier",
        reason,
        "withdrawn, to be filed anew",
    );
    let mut second = story("P-04/2", fixture, DPRK, "cfk", &["un"]);
    let mut papers: Vec<CaseDocument> = fixture.documents.clone();
    if let Some(again) = &fixture.resubmission {
        second.dossier = again.dossier.clone();
        papers.extend(again.documents.iter().cloned());
    }
    second.files("2018-11-20T10:00Z", "2018-11-20T11:00Z", &papers);
    second.accepted("2018-11-21T08:00Z", "2018-11-22T08:00Z", "2018-11-22T14:00Z");
    second.panel("2018-11-23T08:00Z", "2018-11-23T09:00Z");
    second.findings("2018-11-27T08:00Z", |_| true, &[]);
    let approval = second.approval("2018-12-05", 6);
    second.drafted(
        "2018-11-28T09:00Z",
        approval,
        "draft decision circulated: approve, nail clippers named",
    );
    second.ballot(
        "2018-12-04T09:00Z",
        &["2018-12-04T10:00Z"],
        json!({ "choice": "approve" }),
    );
    second.signed(&["2018-12-05T10:00Z"]);
    [first.script, second.script]
}

/// P-03: nine ambulances, approved on the twelfth day.
fn ambulances_approved(fixture: &CaseFixture) -> Script {
    let mut story = story("P-03", fixture, DPRK, "unicef", &["un"]);
    story.files("2019-08-05T09:00Z", "2019-08-08T09:00Z", &fixture.documents);
    story.accepted("2019-08-08T13:00Z", "2019-08-09T08:00Z", "2019-08-09T12:00Z");
    story.panel("2019-08-12T08:00Z", "2019-08-12T09:00Z");
    story.findings("2019-08-13T08:00Z", |_| true, &[]);
    let approval = story.approval("2019-08-20", 6);
    story.drafted(
        "2019-08-14T09:00Z",
        approval,
        "draft decision circulated: approve 9 H87",
    );
    story.ballot(
        "2019-08-20T07:00Z",
        &["2019-08-20T08:00Z"],
        json!({ "choice": "approve" }),
    );
    story.signed(&["2019-08-20T10:00Z"]);
    story.script
}

/// P-02: twelve real voyages drawn down against one waiver; the last was never cleared.
fn voyages(fixture: &CaseFixture) -> anyhow::Result<Script> {
    let mut story = story("P-02", fixture, BLACK_SEA, "wfp", &["jcc"]);
    story
        .dossier
        .parties
        .extend([consignee("p2", "ET"), consignee("p3", "SD")]);
    story.files("2022-07-25T08:00Z", "2022-07-27T09:00Z", &fixture.documents);
    story.accepted("2022-07-28T08:00Z", "2022-07-29T08:00Z", "2022-07-29T12:00Z");
    story.panel("2022-08-01T08:00Z", "2022-08-01T09:00Z");
    story.findings("2022-08-02T08:00Z", |_| true, &[]);
    let approval = story.approval("2022-08-09", 12);
    story.drafted(
        "2022-08-03T09:00Z",
        approval,
        "draft decision circulated: approve 400000 TNE for twelve months",
    );
    story.ballot(
        "2022-08-08T09:00Z",
        &["2022-08-08T10:00Z"],
        json!({ "choice": "approve" }),
    );
    story.signed(&["2022-08-09T10:00Z"]);
    let actuals = fixture.actuals.as_array().cloned().unwrap_or_default();
    for (planned, actual) in fixture.dossier.shipments.iter().zip(&actuals) {
        let text = |key: &str| actual.get(key).and_then(Value::as_str);
        let departed: Date = text("departure_date")
            .context("a voyage without a day of departure")?
            .parse()?;
        let after = |days: i64| anyhow::Ok(departed.checked_add(jiff::Span::new().try_days(days)?)?.to_string());
        let voyage = actual.get("voyage").and_then(Value::as_i64).unwrap_or_default();
        let verified = match text("inspection_cleared") {
            Some(day) => Some((
                after(32)?,
                format!("Voyage {voyage}: inspection cleared on {day}; receipt agrees."),
            )),
            None => None,
        };
        story.ships(&Voyage {
            number: planned.no,
            planned,
            consignee: if planned.final_country == "ET" { "p2" } else { "p3" },
            notified: after(-4)?,
            loaded: Some(after(-1)?),
            departed: Some(departed.to_string()),
            discharged: Some(after(20)?),
            attested: Some(after(27)?),
            verified,
        });
    }
    let says = "finds the waiver expired; voyage 948 was delivered and is still not verified";
    story
        .script
        .step("2023-09-29T08:00Z", "sec.officer", Doing::Read("expired", ""), says);
    Ok(story.script)
}

/// The case names no receiver; the dossier of the play does.
fn consignee(id: &str, country: &str) -> Party {
    Party {
        id: id.to_owned(),
        role: PartyRole::Consignee,
        name: format!("Receiving agency in {country} (example data)"),
        name_latin: None,
        country: country.to_owned(),
        type_: None,
        identifiers: Vec::new(),
        civilian_status: "Distributes food to civilians; serves no military end user (example data).".to_owned(),
    }
}

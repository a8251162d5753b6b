//! Today's desk: a programme that is open now, with one case at every stage, so that whoever signs in finds work.
//!
//! Its days are counted back from today. Names and quantities are example data.

use super::{Doing, Fixtures, Script, Step, Tag, chapters::Story, inspection::Visit, notices, shipments::Voyage};
use crate::{
    cli::demo::people,
    domain::{
        Date,
        case_fixture::CaseFixture,
        dossier::{Dossier, PartyRole},
        id::OrganisationId,
        notice::NoticeContent,
        quantity,
    },
};
use anyhow::Context as _;
use serde_json::json;

/// The notice that is open today.
pub const NOTICE: Tag = "HW-GRAIN-02";
/// The first case under it is filed so many days ago; the play of earlier years must be over by then.
pub const BEGINS_DAYS_AGO: i64 = 60;
const BOTH: &[&str] = &["us", "ru"];

/// Counts days from today.
#[derive(Clone, Copy)]
struct Today(Date);

impl Today {
    fn day(self, ago: i64) -> String {
        let span = jiff::Span::new().days(-ago);
        self.0.checked_add(span).unwrap_or(self.0).to_string()
    }

    /// `2026-11-03T09:00Z`, so many days ago.
    fn at(self, ago: i64, hour: &str) -> String {
        format!("{}T{hour}Z", self.day(ago))
    }
}

/// Every step of the desk, in order of time.
pub fn steps(fixtures: &Fixtures, monitors: OrganisationId, today: Date) -> anyhow::Result<Vec<Step>> {
    let today = Today(today);
    let scripts = vec![
        notice(&fixtures.grain, monitors, today)?,
        shipping(fixtures, today)?,
        balloting(fixtures, today)?,
        inspecting(fixtures, today)?,
        questioned(fixtures, today)?,
        returned(fixtures, today)?,
        received(fixtures, today)?,
        drafted(fixtures, today)?,
    ];
    super::in_order(scripts)
}

fn notice(grain: &CaseFixture, monitors: OrganisationId, today: Today) -> anyhow::Result<Script> {
    let published = today.at(50, "06:00");
    let mut content = NoticeContent {
        number: NOTICE.to_owned(),
        closes: Some(today.day(-150).parse()?),
        ..notices::content(grain, monitors, &published)?
    };
    // Whatever day it is today: no public holidays between the steps.
    for delegation in &mut content.delegations {
        "none@1".clone_into(&mut delegation.calendar);
    }
    let days = [
        &today.day(BEGINS_DAYS_AGO),
        &today.day(58),
        &today.day(55),
        published.as_str(),
    ];
    Ok(notices::published(NOTICE, content, days, &["us.chair", "ru.chair"]))
}

/// A dossier with some of the seed case's shipments, under today's notice: the ministry's in Russian, the others' in
/// English.
fn story<'a>(
    tag: Tag,
    fixtures: &'a Fixtures,
    submitter: &'static str,
    shipments: std::ops::Range<usize>,
) -> anyhow::Result<Story<'a>> {
    let fixture = match submitter {
        "mfa" => &fixtures.grain,
        _ => &fixtures.check_digits,
    };
    let mut dossier = fixture.dossier.clone();
    named(&mut dossier, submitter);
    dossier.shipments = fixtures
        .grain
        .dossier
        .shipments
        .get(shipments)
        .context("the seed case has fewer shipments")?
        .to_vec();
    for (number, shipment) in (1..).zip(&mut dossier.shipments) {
        shipment.no = number;
    }
    let total = quantity::total(dossier.shipments.iter().map(|shipment| &shipment.quantity))?;
    if let Some((goods, total)) = dossier.goods.first_mut().zip(total) {
        goods.quantity = total;
    }
    Ok(Story {
        fixture,
        dossier,
        notice: NOTICE,
        submitter,
        delegations: BOTH,
        script: Script::new(tag),
    })
}

/// The applicant is the organisation that files.
fn named(dossier: &mut Dossier, submitter: &str) {
    let Some(body) = people::BODIES.iter().find(|body| body.key == submitter) else {
        return;
    };
    let applicants = dossier
        .parties
        .iter_mut()
        .filter(|party| party.role == PartyRole::Applicant);
    for party in applicants {
        body.name.clone_into(&mut party.name);
        party.type_ = body.type_;
    }
    if let Some(applicant) = &mut dossier.applicant {
        body.name.clone_into(&mut applicant.name);
        applicant.type_ = body.type_.unwrap_or(applicant.type_);
    }
}

impl Story<'_> {
    /// Submitted, accepted, the panel seated: the clock runs since `accepted` days ago.
    fn under_review(&mut self, today: Today, accepted: i64) {
        let papers = self.fixture.documents.clone();
        self.files(
            &today.at(accepted + 5, "08:00"),
            &today.at(accepted + 3, "09:00"),
            &papers,
        );
        self.accepted(
            &today.at(accepted + 2, "08:00"),
            &today.at(accepted, "08:00"),
            &today.at(accepted, "12:00"),
        );
        self.panel(&today.at(accepted - 1, "08:00"), &today.at(accepted - 1, "09:00"));
    }

    /// An inspection held so many days ago.
    fn visited(&mut self, today: Today, held: i64) {
        let slots = [held + 1, held, held - 1].map(|ago| today.at(ago, "09:00:00"));
        let [first, second, third] = &slots;
        self.inspected(&Visit {
            decided: &today.at(held + 6, "12:00"),
            proposed: &today.at(held + 6, "13:00"),
            slots: [first, second, third],
            chosen: 1,
            confirmed: &today.at(held + 4, "08:00"),
            joined: &today.at(held, "08:45"),
            closed: &today.at(held, "11:00"),
            signed: &today.at(held, "15:00"),
        });
    }
}

/// Approved; of four shipments one is verified, one attested, one at sea, one notified.
fn shipping(fixtures: &Fixtures, today: Today) -> anyhow::Result<Script> {
    let mut story = story("G-01", fixtures, "mfa", 0..4)?;
    story.under_review(today, 40);
    story.visited(today, 31);
    story.findings(&today.at(30, "16:00"), |_| true, &[]);
    let approval = story.approval(&today.day(23), 6);
    let says = "draft decision circulated: approve 112759 TNE for six months";
    story.drafted(&today.at(30, "17:00"), approval, says);
    let votes = [today.at(24, "10:00"), today.at(24, "15:00")];
    let choice = json!({ "choice": "approve" });
    story.ballot(&today.at(24, "09:00"), &[&votes[0], &votes[1]], choice);
    story.signed(&[&today.at(23, "10:00"), &today.at(23, "14:00")]);
    let planned = story.dossier.shipments.clone();
    for (voyage, planned) in [
        [21, 19, 17, 11, 7, 4],
        [16, 15, 14, 6, 2, 0],
        [8, 6, 5, 0, 0, 0],
        [1, 0, 0, 0, 0, 0],
    ]
    .into_iter()
    .zip(&planned)
    {
        let [notified, loaded, departed, discharged, attested, verified] =
            voyage.map(|ago| (ago > 0).then(|| today.day(ago)));
        let basis = "Warehouse receipt, weight note and the monitor's sample agree.".to_owned();
        story.ships(&Voyage {
            number: planned.no,
            planned,
            consignee: if planned.final_country == "ET" { "p3" } else { "p4" },
            notified: notified.context("every shipment is notified")?,
            loaded,
            departed,
            discharged,
            attested,
            verified: verified.map(|day| (day, basis)),
        });
    }
    Ok(story.script)
}

/// A ballot opened yesterday; one delegation has voted, behind the seal.
fn balloting(fixtures: &Fixtures, today: Today) -> anyhow::Result<Script> {
    let mut story = story("G-02", fixtures, "wfp", 1..2)?;
    story.under_review(today, 20);
    story.visited(today, 12);
    story.findings(&today.at(10, "16:00"), |_| true, &[]);
    let approval = story.approval(&today.day(-7), 6);
    let says = "draft decision circulated: approve 30000 TNE for six months";
    story.drafted(&today.at(8, "17:00"), approval, says);
    story.opens_ballot(&today.at(1, "09:00"));
    story.votes("us", &today.at(1, "10:00"), json!({ "choice": "approve" }));
    Ok(story.script)
}

/// Under review: one delegation's findings are there, the inspection is a few days ahead.
fn inspecting(fixtures: &Fixtures, today: Today) -> anyhow::Result<Script> {
    let mut story = story("G-03", fixtures, "unicef", 3..5)?;
    story.under_review(today, 9);
    let slots = [-3, -4, -5].map(|ago| today.at(ago, "09:00:00"));
    let [first, second, third] = &slots;
    story.prepares(&Visit {
        decided: &today.at(7, "12:00"),
        proposed: &today.at(2, "09:00"),
        slots: [first, second, third],
        chosen: 1,
        confirmed: &today.at(1, "08:00"),
        joined: "",
        closed: "",
        signed: "",
    });
    story.delegations = &["us"];
    story.findings(&today.at(4, "09:00"), |id| !matches!(id, "C4" | "C6"), &[]);
    Ok(story.script)
}

/// A question has stopped the clock.
fn questioned(fixtures: &Fixtures, today: Today) -> anyhow::Result<Script> {
    let mut story = story("G-04", fixtures, "relief", 5..6)?;
    story.under_review(today, 14);
    let question = "Which warehouse in Port Sudan receives the wheat, and who guards it against diversion?";
    story.asks(
        (&today.at(7, "09:00"), "ru.reviewer1"),
        &today.at(6, "10:00"),
        "C3",
        question,
    );
    Ok(story.script)
}

/// Returned because a ship's number is mistyped; the clock has not started.
fn returned(fixtures: &Fixtures, today: Today) -> anyhow::Result<Script> {
    let mut story = story("G-05", fixtures, "unicef", 2..3)?;
    let vessels = story.dossier.shipments.iter_mut().flat_map(|s| &mut s.legs);
    for vessel in vessels.filter_map(|leg| leg.vessel.as_mut()) {
        "9146874".clone_into(&mut vessel.imo);
    }
    let papers = story.fixture.documents.clone();
    story.files(&today.at(9, "08:00"), &today.at(7, "09:00"), &papers);
    story.taken(&today.at(6, "08:00"));
    story.returned(&today.at(5, "08:00"));
    Ok(story.script)
}

/// Received yesterday, not yet taken by anybody.
fn received(fixtures: &Fixtures, today: Today) -> anyhow::Result<Script> {
    let mut story = story("G-06", fixtures, "wfp", 6..7)?;
    let papers = story.fixture.documents.clone();
    story.files(&today.at(3, "08:00"), &today.at(1, "11:00"), &papers);
    Ok(story.script)
}

/// A draft with what its drafter has entered so far.
fn drafted(fixtures: &Fixtures, today: Today) -> anyhow::Result<Script> {
    let mut story = story("G-07", fixtures, "mfa", 0..2)?;
    story.dossier.safeguards.clear();
    story.dossier.shipments.clear();
    let start = Doing::StartCase(NOTICE, Box::new(story.dossier.clone()));
    let says = format!("dossier started under {NOTICE}; the route is still to be entered");
    story.script.step(&today.at(1, "08:00"), &story.drafter(), start, says);
    Ok(story.script)
}

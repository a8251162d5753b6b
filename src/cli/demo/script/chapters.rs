//! The chapters that every case goes through, with the days of the one at hand.

use super::{Doing, Scene, Script, Tag};
use crate::domain::{
    case_fixture::{CaseDocument, CaseFixture},
    dossier::{DocumentRef, Dossier},
    quantity,
};
use serde_json::{Value, json};

/// The version of the declaration that signatories accept.
use crate::workflow::action::DECLARATION;

/// A case and those who act in it.
pub struct Story<'a> {
    pub fixture: &'a CaseFixture,
    /// The dossier as it is played, without documents.
    pub dossier: Dossier,
    pub notice: Tag,
    /// Key of the submitting organisation.
    pub submitter: &'static str,
    /// Keys of the delegations' organisations.
    pub delegations: &'static [&'static str],
    pub script: Script,
}

impl Story<'_> {
    pub fn drafter(&self) -> String {
        format!("{}.drafter", self.submitter)
    }

    pub fn signatory(&self) -> String {
        format!("{}.signatory", self.submitter)
    }

    /// The dossier is started, its papers uploaded and cited; then it is signed.
    pub fn files(&mut self, started: &str, submitted: &str, papers: &[CaseDocument]) {
        let (drafter, signatory) = (self.drafter(), self.signatory());
        let start = Doing::StartCase(self.notice, Box::new(self.dossier.clone()));
        self.script.step(
            started,
            &drafter,
            start,
            format!("dossier started under {}", self.notice),
        );
        for (number, paper) in (1..).zip(papers) {
            let says = if number == papers.len() {
                format!("{number} documents uploaded, hashed and attached")
            } else {
                String::new()
            };
            self.script
                .step(started, &drafter, Doing::Upload(paper.clone(), true), says);
        }
        let statements = statements(self.fixture, &self.dossier);
        self.script.then(
            started,
            &drafter,
            "save_section",
            "each criterion's statement cites its evidence",
            statements,
        );
        let declaration = json!({ "declaration": DECLARATION });
        self.script.act(
            submitted,
            &signatory,
            "submit_dossier",
            declaration,
            "dossier signed and submitted",
        );
    }

    /// The secretariat takes the case and accepts it; the lead countersigns, which starts the clock.
    pub fn accepted(&mut self, taken: &str, accepted: &str, countersigned: &str) {
        self.taken(taken);
        self.script.act(
            accepted,
            "sec.officer",
            "accept_dossier",
            json!({}),
            "accepted as complete",
        );
        let says = "acceptance countersigned: the clock starts";
        self.script
            .act(countersigned, "sec.lead", "countersign_acceptance", json!({}), says);
    }

    pub fn taken(&mut self, at: &str) {
        self.screened(at, "screened at submission");
        self.script.act(
            at,
            "sec.officer",
            "take_case",
            json!({}),
            "case taken for the check of completeness",
        );
        self.script.step(at, "sec.officer", Doing::Read("check", "/check"), "");
    }

    /// What the service found by itself when it screened everybody whom the dossier names.
    pub fn screened(&mut self, at: &str, when: &str) {
        let says = format!(
            "{when} against {{/results/0/list}}: {{/summary/clear}} clear, {{/summary/hits}} with hits, {{/summary/failed}} failed"
        );
        self.script
            .step(at, "sec.officer", Doing::Read("screening", "/screening"), says);
    }

    /// The panel is constituted, everybody declares, the heads hand out the criteria.
    pub fn panel(&mut self, constituted: &str, declared: &str) {
        let delegations = self.delegations;
        let names = delegations
            .iter()
            .map(|key| key.to_uppercase())
            .collect::<Vec<_>>()
            .join(" and ");
        let says = format!("joint committee constituted: {names}");
        self.script
            .then(constituted, "sec.lead", "constitute_panel", says, move |scene| {
                members(scene, delegations)
            });
        for delegation in delegations {
            for seat in SEATS {
                let last = seat.0 == "inspector" && Some(delegation) == delegations.last();
                let says = if last {
                    "every member has declared: no interests"
                } else {
                    ""
                };
                let who = format!("{delegation}.{}", seat.0);
                self.script
                    .act(declared, &who, "declare_interest", json!({ "interest": false }), says);
            }
        }
        for delegation in delegations {
            for (number, criterion) in (0..).zip(self.fixture.notice.criteria.iter()) {
                let (id, reviewer) = (criterion.id.clone(), reviewer(delegation, number));
                let last = number + 1 == self.fixture.notice.criteria.len();
                let says = if last {
                    "criteria assigned to the delegation's reviewers"
                } else {
                    ""
                };
                let head = format!("{delegation}.head");
                self.script
                    .then(declared, &head, "assign_criterion", says, move |scene| {
                        Ok(json!({ "criterion": id, "reviewer": scene.person(&reviewer)? }))
                    });
            }
        }
    }

    /// Findings of every delegation on the criteria that the filter keeps, each countersigned by a second person.
    pub fn findings(&mut self, at: &str, keep: impl Fn(&str) -> bool, not_met: &[(&str, &str)]) {
        let criteria = self.fixture.notice.criteria.clone();
        let kept: Vec<_> = (0..)
            .zip(&criteria)
            .filter(|(_, criterion)| keep(&criterion.id))
            .collect();
        for delegation in self.delegations {
            for (place, (number, criterion)) in (1..).zip(&kept) {
                let id = criterion.id.clone();
                let against = not_met
                    .iter()
                    .find(|(known, _)| *known == id)
                    .map(|(_, why)| (*why).to_owned());
                let (value, reasons) = match against {
                    Some(why) => ("not_met", why),
                    None => (
                        "met",
                        format!(
                            "The papers show it: {}",
                            criterion.text.0.values().next().map_or("", |t| t)
                        ),
                    ),
                };
                let evidence = self
                    .fixture
                    .evidence
                    .get(&id)
                    .and_then(|classes| classes.iter().next())
                    .cloned();
                let proposer = reviewer(delegation, *number);
                let known = (id.clone(), proposer.clone());
                self.script.then(at, &proposer, "propose_finding", "", move |scene| {
                    let cited = scene.paper(evidence.as_deref().unwrap_or_default())?;
                    let evidence = json!([{ "document": cited.id, "sha256": cited.sha256, "place": "page 1" }]);
                    Ok(json!({ "criterion": id, "value": value, "reasons": reasons, "evidence": evidence }))
                });
                let says = if place == kept.len() {
                    told(&kept, not_met)
                } else {
                    String::new()
                };
                self.script.then(
                    at,
                    &reviewer(delegation, number + 1),
                    "countersign_finding",
                    says,
                    move |scene| Ok(json!({ "criterion": known.0, "proposed_by": scene.person(&known.1)? })),
                );
            }
        }
    }

    /// A draft is circulated to the panel.
    pub fn drafted(&mut self, at: &str, decision: Value, says: &str) {
        let chair = self.chair(0);
        self.script.act(at, &chair, "circulate_draft", decision, says);
    }

    /// The reasons of a draft: one for each criterion.
    pub fn reasons(&self, not_met: &[(&str, &str)]) -> Value {
        let reason = |criterion: &crate::domain::notice::Criterion| {
            let against = not_met.iter().find(|(known, _)| *known == criterion.id);
            let words = against.map_or("Met, as both the papers and the findings show.", |(_, why)| why);
            json!({ "criterion": criterion.id, "reason": words })
        };
        Value::Array(self.fixture.notice.criteria.iter().map(reason).collect())
    }

    /// An approving draft for everything that was asked for.
    pub fn approval(&self, valid_from: &str, months: u32) -> Value {
        let asked = quantity::total(self.dossier.goods.iter().map(|goods| &goods.quantity))
            .ok()
            .flatten();
        json!({
            "outcome": "approved", "reasons": self.reasons(&[]), "authorised": asked, "valid_from": valid_from,
            "validity_months": months,
        })
    }

    /// The ballot, the vote of each delegation at its own hour, and the reading of the votes.
    pub fn ballot(&mut self, opened_at: &str, votes: &[&str], vote: Value) {
        self.opens_ballot(opened_at);
        for (delegation, at) in self.delegations.iter().zip(votes) {
            self.votes(delegation, at, vote.clone());
        }
        let opened = (0..votes.len()).map(|n| format!("{{/ballot/votes/{n}/delegation}} {{/ballot/votes/{n}/choice}}"));
        let says = format!(
            "ballot closed by itself, votes opened: {}",
            opened.collect::<Vec<_>>().join(", ")
        );
        let last = votes.last().copied().unwrap_or(opened_at);
        self.script.step(last, &self.chair(0), Doing::Read("votes", ""), says);
    }

    pub fn opens_ballot(&mut self, at: &str) {
        let says = "ballot opened on the hash of the draft";
        self.script.then(at, &self.chair(0), "open_ballot", says, |scene| {
            Ok(json!({ "draft": scene.text("/ballot/digest")? }))
        });
        self.screened(at, "screened again before the ballot");
    }

    /// The head of a delegation votes, behind the seal.
    pub fn votes(&mut self, delegation: &str, at: &str, vote: Value) {
        let head = format!("{delegation}.head");
        self.script
            .then(at, &head, "cast_vote", "sealed vote cast", move |scene| {
                Ok(json!({ "draft": scene.text("/ballot/digest")?, "vote": vote }))
            });
    }

    /// The co-chair of each delegation signs; the last signature decides.
    pub fn signed(&mut self, hours: &[&str]) {
        let last = self.delegations.len();
        let decided = hours.last().copied().unwrap_or_default();
        for ((number, _), at) in (1..).zip(self.delegations).zip(hours) {
            let says = match (number == last, last) {
                (true, 1) => "decision signed by the co-chair",
                (true, _) => "decision signed by both co-chairs",
                (false, _) => "decision signed, first co-chair",
            };
            self.script
                .then(at, &self.chair(number - 1), "sign_decision", says, |scene| {
                    Ok(json!({ "draft": scene.text("/ballot/digest")? }))
                });
        }
        self.screened(decided, "screened again before the decision");
    }

    /// The key of a delegation's co-chair.
    pub fn chair(&self, number: usize) -> String {
        let delegation = self.delegations.get(number).or(self.delegations.first());
        format!("{}.chair", delegation.copied().unwrap_or_default())
    }
}

/// The seats of every delegation.
const SEATS: [(&str, &str); 6] = [
    ("chair", "co_chair"),
    ("head", "head"),
    ("alternate", "alternate"),
    ("reviewer1", "reviewer"),
    ("reviewer2", "reviewer"),
    ("inspector", "inspector"),
];

fn members(scene: &Scene<'_>, delegations: &[&str]) -> anyhow::Result<Value> {
    let mut members = Vec::new();
    for delegation in delegations {
        for (seat, role) in SEATS {
            let person = scene.person(&format!("{delegation}.{seat}"))?;
            members.push(json!({ "person": person, "delegation": delegation.to_uppercase(), "roles": [role] }));
        }
    }
    Ok(json!({ "members": members }))
}

/// The two reviewers of a delegation take turns.
fn reviewer(delegation: &str, number: usize) -> String {
    format!("{delegation}.reviewer{}", number % 2 + 1)
}

fn told(kept: &[(usize, &crate::domain::notice::Criterion)], not_met: &[(&str, &str)]) -> String {
    let words = kept.iter().map(|(_, criterion)| {
        let against = not_met.iter().any(|(known, _)| *known == criterion.id);
        format!("{} {}", criterion.id, if against { "not met" } else { "met" })
    });
    format!(
        "findings proposed and countersigned: {}",
        words.collect::<Vec<_>>().join(", ")
    )
}

/// The section of statements, each citing the uploaded papers of its criterion's classes.
fn statements(fixture: &CaseFixture, dossier: &Dossier) -> impl Fn(&Scene<'_>) -> anyhow::Result<Value> + 'static {
    let (fixture, dossier) = (fixture.clone(), dossier.clone());
    move |scene| {
        let papers: Vec<DocumentRef> = scene.papers.values().cloned().collect();
        let cited = CaseFixture {
            dossier: dossier.clone(),
            ..fixture.clone()
        }
        .with_documents(&papers);
        Ok(json!({ "save": { "section": "statements", "content": cited.statements } }))
    }
}

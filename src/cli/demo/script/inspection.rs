//! The virtual inspection of a loading terminal.

use super::chapters::Story;
use crate::workflow::action::DECLARATION;
use serde_json::{Value, json};

/// When the inspection is prepared and held.
pub struct Visit<'a> {
    pub decided: &'a str,
    pub proposed: &'a str,
    /// The slots offered; the inspection is held in the chosen one.
    pub slots: [&'a str; 3],
    pub chosen: usize,
    pub confirmed: &'a str,
    /// A quarter of an hour before the slot.
    pub joined: &'a str,
    pub closed: &'a str,
    pub signed: &'a str,
}

const ITEMS: [(&str, &str, &str); 3] = [
    ("I1", "C6", "Berth and silos: no military cargo, no naval berth in view"),
    ("I2", "C1", "Cargo: bulk wheat, sample drawn and sealed"),
    ("I3", "C5", "Loading line: weighbridge and seals as described"),
];

impl Story<'_> {
    /// Decided, proposed, confirmed by all three sides, held by both delegations, reported and signed.
    pub fn inspected(&mut self, visit: &Visit<'_>) {
        self.prepares(visit);
        let drafter = self.drafter();
        let inspectors: Vec<String> = self.delegations.iter().map(|key| format!("{key}.inspector")).collect();
        let attending = inspectors.iter().cloned().chain([drafter.clone()]);
        for who in attending {
            let checker = if who == drafter {
                inspectors.first().cloned()
            } else {
                Some(drafter.clone())
            };
            let says = "joins the room, identity checked";
            self.script
                .then(visit.joined, &who, "join_inspection", says, move |scene| {
                    Ok(json!({ "identity_checked_by": scene.person(checker.as_deref().unwrap_or_default())? }))
                });
        }
        let Some((first, second)) = inspectors.first().cloned().zip(inspectors.last().cloned()) else {
            return;
        };
        let slot = visit.slots.get(visit.chosen).copied().unwrap_or(visit.joined);
        self.script.act(
            slot,
            &first,
            "open_inspection",
            json!({}),
            "inspection opened: every delegation present",
        );
        for (number, (item, _, note)) in (0..).zip(ITEMS) {
            let who = if number % 2 == 0 { &first } else { &second };
            let body = json!({ "item": item, "answer": "satisfactory", "note": note });
            self.script
                .act(slot, who, "record_observation", body, format!("{note}: satisfactory"));
        }
        for (number, who) in (1..).zip(&inspectors) {
            let says = if number == inspectors.len() {
                "inspection closed by both delegations"
            } else {
                ""
            };
            self.script.act(visit.closed, who, "close_inspection", json!({}), says);
        }
        let report = json!({
            "result": "passed", "text": "Every item of the checklist was seen and is in order.",
            "summary_for_host": "The inspection passed; no follow-up is asked for.",
        });
        self.script.act(
            visit.signed,
            &first,
            "draft_report",
            report,
            "inspection report drafted: passed",
        );
        for (number, who) in (1..).zip(&inspectors) {
            let says = if number == inspectors.len() {
                "inspection report signed by both delegations"
            } else {
                ""
            };
            self.script.act(visit.signed, who, "sign_report", json!({}), says);
        }
    }

    /// Decided, proposed and confirmed; not yet held.
    pub fn prepares(&mut self, visit: &Visit<'_>) {
        let says = "inspection required by the notice";
        self.script.act(
            visit.decided,
            &self.chair(0),
            "decide_inspection",
            json!({ "needed": true }),
            says,
        );
        let item = |(id, criterion, text): (&str, &str, &str)| json!({ "id": id, "criterion": criterion, "text": text, "mandatory": true });
        let site = self
            .dossier
            .shipments
            .first()
            .and_then(|s| s.legs.first())
            .map_or("terminal", |leg| &leg.from);
        let proposal = json!({
            "slots": visit.slots, "sites": [site], "checklist": ITEMS.map(item), "interpreters": ["Russian and English"],
            "link_policy": "Each participant gets a personal link on the morning of the inspection.",
        });
        let says = format!("virtual inspection of {site} proposed: three slots");
        self.script
            .act(visit.proposed, "sec.officer", "propose_inspection", proposal, says);
        let slot = visit.slots.get(visit.chosen).copied().unwrap_or_default();
        let hosts = self
            .delegations
            .iter()
            .map(|key| format!("{key}.inspector"))
            .chain([self.signatory()]);
        for who in hosts {
            let body = json!({
                "slot": slot, "identities": ["Named team of this side (example data)"], "technical_check_done": true,
            });
            let day = slot.get(..10).unwrap_or_default();
            self.script.act(
                visit.confirmed,
                &who,
                "confirm_inspection",
                body,
                format!("slot of {day} confirmed"),
            );
        }
    }

    /// A question of a reviewer, issued as a round that stops the clock.
    pub fn asks(&mut self, asked: (&str, &str), issued: &str, criterion: &str, question: &str) {
        let (at, who) = asked;
        let body = json!({ "criterion": criterion, "text": question });
        self.script.act(
            at,
            who,
            "ask_question",
            body,
            format!("question on {criterion}: {question}"),
        );
        let says = "question issued to the applicant: the clock stops on day {/clock/day}";
        self.script
            .act(issued, "sec.lead", "issue_round", json!({ "sections": [] }), says);
    }

    /// A question and its answer.
    pub fn questioned(&mut self, asked: (&str, &str), issued: &str, answered: &str, words: [&str; 3]) {
        let [criterion, question, answer] = words;
        self.asks(asked, issued, criterion, question);
        let body = json!({ "answers": [{ "question": 1, "text": answer }] });
        let says =
            format!("answered: {answer} The clock runs again, {{/clock/stopped_days}} days later; due {{/clock/due}}");
        self.script.act(answered, &self.signatory(), "answer_round", body, says);
    }

    /// The secretariat returns the dossier with one item for each error that the machine's check names.
    pub fn returned(&mut self, at: &str) {
        let says = "returned, item by item, as the check of the dossier found it";
        self.script.then(at, "sec.officer", "return_dossier", says, |scene| {
            let findings = scene.kept.get("check").and_then(|report| report.pointer("/findings"));
            let errors = findings.and_then(Value::as_array).into_iter().flatten();
            let errors = errors.filter(|finding| finding.pointer("/blocks").is_some_and(|blocks| blocks == "return"));
            let item = |finding: &Value| {
                let path = finding.pointer("/path").and_then(Value::as_str).unwrap_or_default();
                let section = path
                    .split(['[', '.'])
                    .next()
                    .filter(|name| !name.is_empty())
                    .unwrap_or("documents");
                json!({ "section": section, "code": finding.pointer("/code"), "text": finding.pointer("/message") })
            };
            Ok(json!({ "deficiencies": errors.map(item).collect::<Vec<_>>() }))
        });
        self.script
            .step(at, "sec.officer", super::Doing::Read("returned", ""), "");
    }

    /// The signatory sends the corrected dossier with an answer to every item.
    pub fn resubmitted(&mut self, at: &str, items: usize, answer: &str, says: &str) {
        let answers = vec![answer; items];
        let body = json!({ "answers": answers, "declaration": DECLARATION });
        self.script.act(at, &self.signatory(), "resubmit_dossier", body, says);
    }
}

//! What the cases expect, beside what the instance shows when the play is over.

use super::{Tag, cases::Fixtures};
use crate::domain::{Instant, case_fixture::CaseFixture};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// One comparison.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    pub tag: String,
    pub what: String,
    pub expected: String,
    pub got: String,
}

impl Line {
    pub fn agrees(&self) -> bool {
        self.expected == self.got
    }
}

/// What was read during and after the play.
pub struct Seen<'a> {
    /// Each case as the secretariat sees it at the end.
    pub views: &'a BTreeMap<Tag, Value>,
    pub kept: &'a BTreeMap<Tag, BTreeMap<&'static str, Value>>,
}

/// Compares everything.
pub fn compare(fixtures: &Fixtures, seen: &Seen<'_>) -> Vec<Line> {
    let mut table = Table {
        seen,
        lines: Vec::new(),
        tag: "",
    };
    table.seed(&fixtures.grain);
    table.ledger(&fixtures.black_sea);
    table.plain("P-03", &fixtures.ambulances);
    table.kits(&fixtures.kits);
    table.check_digits(&fixtures.check_digits);
    table.designated(&fixtures.designated);
    table.lines
}

struct Table<'a> {
    seen: &'a Seen<'a>,
    lines: Vec<Line>,
    tag: Tag,
}

impl Table<'_> {
    fn row(&mut self, what: &str, expected: impl Into<String>, got: impl Into<String>) {
        let (tag, what) = (self.tag.to_owned(), what.to_owned());
        self.lines.push(Line {
            tag,
            what,
            expected: expected.into(),
            got: got.into(),
        });
    }

    fn view(&self) -> &Value {
        self.seen.views.get(self.tag).unwrap_or(&Value::Null)
    }

    fn kept(&self, name: &str) -> &Value {
        self.seen
            .kept
            .get(self.tag)
            .and_then(|kept| kept.get(name))
            .unwrap_or(&Value::Null)
    }

    /// The same member of the case's expectations and of the view.
    fn same(&mut self, what: &str, fixture: &CaseFixture, expected: &str, got: &str) {
        let (expected, got) = (
            plain(fixture.expected.pointer(expected)),
            plain(self.view().pointer(got)),
        );
        self.row(what, expected, got);
    }

    /// Findings of the machine's check, completeness and decision: what most cases tell.
    fn plain(&mut self, tag: Tag, fixture: &CaseFixture) {
        self.tag = tag;
        self.checked(fixture);
        self.same("decision", fixture, "/decision/outcome", "/outcome");
        self.granted(fixture);
    }

    fn checked(&mut self, fixture: &CaseFixture) {
        let expected = |value: &Value| format!("{} at {}", plain(value.get("code")), plain(value.get("where")));
        let found = |value: &Value| format!("{} at {}", plain(value.get("code")), plain(value.get("path")));
        let wanted = sorted(list(fixture.expected.get("validation")).map(expected));
        let report = list(self.kept("check").get("findings"));
        let got = sorted(report.map(found).filter(|text| !text.starts_with("DOC_MISSING")));
        self.row("findings of the check", wanted, got);
        let complete = self.kept("check").get("complete").and_then(Value::as_bool);
        let word = if complete == Some(true) {
            "complete"
        } else {
            "incomplete"
        };
        self.row("completeness", plain(fixture.expected.get("completeness")), word);
    }

    fn granted(&mut self, fixture: &CaseFixture) {
        let quantity = |amount: Option<&Value>, unit: Option<&Value>| format!("{} {}", number(amount), plain(unit));
        let decision = fixture.expected.get("decision").cloned().unwrap_or_default();
        let wanted = quantity(decision.get("authorised_quantity"), decision.get("unit"));
        let got = self.view().pointer("/waiver/authorised").cloned().unwrap_or_default();
        self.row("authorised", wanted, quantity(got.get("amount"), got.get("unit")));
        self.same("valid from", fixture, "/decision/valid_from", "/waiver/valid_from");
        self.same("valid to", fixture, "/decision/valid_to", "/waiver/valid_to");
    }

    fn seed(&mut self, fixture: &CaseFixture) {
        self.plain("P-01", fixture);
        self.same("day 0", fixture, "/clock/start", "/clock/day_zero");
        self.same("due", fixture, "/clock/deadline", "/clock/due");
        let decided = plain(self.view().pointer("/ballot/decided_at"));
        let decided = decided
            .parse::<Instant>()
            .map_or(decided, |at| at.strftime("%Y-%m-%d").to_string());
        self.row("decided on", plain(fixture.expected.pointer("/clock/decided")), decided);
        self.same("days used", fixture, "/clock/days_used", "/clock/day");
        self.same("days stopped", fixture, "/clock/paused_days", "/clock/stopped_days");
        self.row(
            "hits of the screening",
            list(fixture.expected.get("screening")).count().to_string(),
            self.hits().len().to_string(),
        );
        let wanted = list(fixture.expected.pointer("/after/deliveries"));
        let wanted = sorted(wanted.map(|one| delivery(one, "no", "country", "port", "quantity")));
        let got = list(self.view().pointer("/waiver/shipments"));
        let got = sorted(got.map(|one| delivery(one, "number", "final_country", "to", "delivered")));
        self.row("shipments delivered", wanted, got);
        let statement = self
            .view()
            .pointer("/outcome_statement/statement")
            .cloned()
            .unwrap_or_default();
        let after = fixture.expected.get("after").cloned().unwrap_or_default();
        self.row(
            "verified in all",
            number(after.get("delivered_total")),
            number(statement.get("verified_total")),
        );
        self.row(
            "by country",
            by_country(after.get("by_country")),
            by_country(statement.get("by_country")),
        );
        self.row(
            "not used",
            number(after.get("unused_balance")),
            number(statement.get("unused")),
        );
        self.row(
            "end of the waiver",
            "closed",
            plain(self.view().pointer("/waiver/state")),
        );
    }

    fn hits(&self) -> Vec<String> {
        let results = list(self.view().pointer("/screening/results"));
        let hits = results.flat_map(|result| {
            let subject = plain(result.get("subject"));
            list(result.get("hits")).map(move |hit| {
                let (entry, state) = (plain(hit.get("entry")), plain(hit.get("state")));
                let on = sorted(list(hit.get("matched_on")).map(|one| plain(Some(one))));
                format!("{subject} {} {entry} {state} ({on})", plain(hit.get("list")))
            })
        });
        hits.collect()
    }

    /// P-02: the ledger of voyages.
    fn ledger(&mut self, fixture: &CaseFixture) {
        self.tag = "P-02";
        let after = fixture.expected.get("after").cloned().unwrap_or_default();
        let shipments: Vec<Value> = list(self.view().pointer("/waiver/shipments")).cloned().collect();
        let verified: Vec<&Value> = shipments
            .iter()
            .filter(|one| one.get("state").is_some_and(|s| s == "verified"))
            .collect();
        self.row("voyages", plain(after.get("voyages")), shipments.len().to_string());
        self.row(
            "delivered in all",
            number(after.get("delivered_total")),
            sum(shipments.iter()),
        );
        self.row(
            "by country",
            by_country(after.get("by_country")),
            summed_by_country(&shipments),
        );
        self.row(
            "inspection cleared, verified",
            number(after.get("inspection_cleared_total")),
            sum(verified.into_iter()),
        );
        let actuals = list(Some(&fixture.actuals)).zip(&shipments);
        let open = actuals.filter(|(_, shipment)| shipment.get("state").is_none_or(|state| state != "verified"));
        let open = sorted(open.map(|(actual, _)| plain(actual.get("voyage"))));
        self.row(
            "not yet cleared",
            sorted(list(after.get("not_yet_cleared_voyages")).map(|v| plain(Some(v)))),
            open,
        );
        let departures = list(Some(&fixture.actuals)).map(|actual| plain(actual.get("departure_date")));
        let planned = list(self.view().pointer("/dossier/shipments"));
        let etd = planned.map(|one| plain(one.pointer("/legs/0/etd")));
        self.row("days of departure, as dates", sorted(departures), sorted(etd));
    }

    /// P-04: returned, then filed anew.
    fn kits(&mut self, fixture: &CaseFixture) {
        self.tag = "P-04";
        self.checked(fixture);
        let missing = |value: Option<&Value>| sorted(list(value).map(|one| plain(Some(one))));
        self.row(
            "missing",
            missing(fixture.expected.get("missing")),
            missing(self.kept("check").get("missing")),
        );
        self.returned(fixture);
        let first = self.view().clone();
        self.tag = "P-04/2";
        let second = self.view();
        let anew = second.get("id").is_some_and(|id| Some(id) != first.get("id"));
        let restarted = first.pointer("/clock/start").is_none_or(Value::is_null)
            && second.pointer("/clock/start").is_some_and(Value::is_string);
        let restricted = list(self.kept("check").get("findings"))
            .filter(|finding| finding.get("code").is_some_and(|code| code == "HS_RESTRICTED_CHAPTER"));
        let restricted = sorted(restricted.map(|finding| plain(finding.get("path"))));
        let outcome = plain(second.get("outcome"));
        self.row("a new dossier", "true", anew.to_string());
        self.row(
            "its clock starts anew",
            plain(fixture.expected.pointer("/resubmission/clock_restarts")),
            restarted.to_string(),
        );
        let lines = list(fixture.expected.pointer("/resubmission/restricted_lines"));
        let lines = lines
            .filter_map(Value::as_u64)
            .map(|line| format!("goods[{}].hs", line.saturating_sub(1)));
        self.row("restricted lines", sorted(lines), restricted);
        self.row("decision", "approved", outcome);
    }

    /// The state after a return, and the codes of its items.
    fn returned(&mut self, fixture: &CaseFixture) {
        let view = self.kept("returned");
        let state = plain(view.get("state"));
        let items = list(view.pointer("/completeness/returned/deficiencies"));
        let codes: BTreeSet<String> = items.map(|item| plain(item.get("code"))).collect();
        let wanted: BTreeSet<String> = list(fixture.expected.pointer("/decision/reason_codes"))
            .map(|one| plain(Some(one)))
            .collect();
        self.row(&plain(fixture.expected.pointer("/decision/outcome")), "returned", state);
        self.row("reasons of the return", sorted(wanted), sorted(codes));
    }

    fn check_digits(&mut self, fixture: &CaseFixture) {
        self.tag = "P-05";
        let wanted = list(fixture.expected.get("validation"));
        let wanted = sorted(wanted.map(|one| {
            let (code, digit) = (plain(one.get("code")), plain(one.get("expected_last_digit")));
            format!("{code} {} should end in {digit}", plain(one.get("value")))
        }));
        let returned = self.kept("returned").clone();
        let got = sorted(list(self.kept("check").get("findings")).map(|finding| {
            let value = returned
                .get("dossier")
                .and_then(|dossier| dossier.pointer(&pointer(&plain(finding.get("path")))));
            let (code, digit) = (plain(finding.get("code")), plain(finding.get("expected")));
            format!("{code} {} should end in {digit}", plain(value))
        }));
        self.row("findings of the check", wanted, got);
        self.returned(fixture);
        let stops = list(self.view().pointer("/clock/stops"));
        let stops = sorted(stops.map(|stop| plain(stop.get("reason"))));
        self.row("the clock stopped for", "rfi", stops);
        let stopped = plain(self.view().pointer("/clock/stopped_days"));
        self.row("days stopped by the question", "7", stopped);
        let due = plain(self.view().pointer("/clock/due"));
        self.row("due, after the stop", "2025-12-19", due);
        let outcome = plain(self.view().get("outcome"));
        self.row("decision on the corrected dossier", "approved", outcome);
    }

    fn designated(&mut self, fixture: &CaseFixture) {
        self.tag = "P-06";
        self.checked(fixture);
        let vessel = |text: String| match text.strip_prefix("vessel ") {
            Some(_) => "vessel:9079169".to_owned(),
            None => format!("party:{text}"),
        };
        let wanted = sorted(list(fixture.expected.get("screening")).map(|one| {
            let (subject, from) = (vessel(plain(one.get("subject"))), plain(one.get("list")));
            format!(
                "{subject} {from} {} {} ({})",
                plain(one.get("entry")),
                plain(one.get("disposition")),
                sorted(list(one.get("matched_on")).map(|one| plain(Some(one))))
            )
        }));
        let got = sorted(self.hits());
        self.row("screening, decided by two delegations", wanted, got);
        self.same("decision", fixture, "/decision/outcome", "/outcome");
        let reasons = self
            .view()
            .pointer("/ballot/draft/reasons")
            .map(Value::to_string)
            .unwrap_or_default();
        let codes = list(fixture.expected.pointer("/decision/reason_codes")).map(|one| plain(Some(one)));
        let (wanted, given): (Vec<String>, Vec<String>) = codes.map(|code| (code.clone(), code)).unzip();
        let given = given.into_iter().filter(|code| reasons.contains(code.as_str()));
        self.row("reasons of the decision", sorted(wanted), sorted(given));
        let waiver = self.view().get("waiver").is_none_or(Value::is_null);
        self.row("no waiver", "true", waiver.to_string());
    }
}

/// A scalar as text, without quotation marks; nothing is `–`.
fn plain(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => "–".to_owned(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    }
}

/// An amount, without zeros that mean nothing.
fn number(value: Option<&Value>) -> String {
    let text = plain(value);
    text.parse::<Decimal>()
        .map_or(text, |amount| amount.normalize().to_string())
}

fn list(value: Option<&Value>) -> impl Iterator<Item = &Value> {
    value.and_then(Value::as_array).into_iter().flatten()
}

fn sorted(items: impl IntoIterator<Item = String>) -> String {
    let mut items: Vec<String> = items.into_iter().collect();
    items.sort();
    if items.is_empty() {
        "none".to_owned()
    } else {
        items.join(", ")
    }
}

fn delivery(value: &Value, no: &str, country: &str, port: &str, quantity: &str) -> String {
    let port = plain(value.get(port));
    format!(
        "{} {} {port} {}",
        plain(value.get(no)),
        plain(value.get(country)),
        number(value.get(quantity))
    )
}

fn by_country(value: Option<&Value>) -> String {
    let countries = value.and_then(Value::as_object).into_iter().flatten();
    sorted(countries.map(|(country, amount)| format!("{country} {}", number(Some(amount)))))
}

fn amount(shipment: &Value) -> Decimal {
    plain(shipment.get("delivered")).parse().unwrap_or_default()
}

fn sum<'a>(shipments: impl Iterator<Item = &'a Value>) -> String {
    shipments.map(amount).sum::<Decimal>().normalize().to_string()
}

fn summed_by_country(shipments: &[Value]) -> String {
    let mut totals: BTreeMap<String, Decimal> = BTreeMap::new();
    for shipment in shipments {
        *totals.entry(plain(shipment.get("final_country"))).or_default() += amount(shipment);
    }
    sorted(
        totals
            .into_iter()
            .map(|(country, total)| format!("{country} {}", total.normalize())),
    )
}

/// `shipments[0].legs[0].vessel.imo` as a JSON pointer.
fn pointer(path: &str) -> String {
    let dotted = path.replace('[', ".").replace(']', "");
    dotted.split('.').map(|part| format!("/{part}")).collect()
}

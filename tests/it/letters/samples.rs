//! Made-up facts to write letters with.

use corridor::{
    domain::{
        Instant,
        id::{EventId, LetterId},
        quantity::Quantity,
        text::{Language, Localised},
    },
    notify::{
        facts::Facts,
        render::{Letterhead, Rendered, render},
        table::{LetterChoice, TABLE},
    },
    store::commit::{LetterOwed, Stream, StreamKind},
    workflow::event::Audience,
};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use uuid::Uuid;

pub const AUDIENCES: &[Audience] = &[
    Audience::Contacts,
    Audience::SponsorAuthority,
    Audience::Secretariats,
    Audience::SecretariatLeads,
    Audience::OtherSide,
    Audience::Panel,
    Audience::Reviewers,
    Audience::Inspectors,
    Audience::Heads,
    Audience::CoChairs,
    Audience::Principals,
    Audience::Monitors,
    Audience::Auditors,
    Audience::Administrators,
    Audience::Subscribers,
    Audience::Submitters,
    Audience::Concerned,
];

pub fn at(text: &str) -> Instant {
    text.parse().unwrap()
}

pub fn letterhead() -> Letterhead {
    Letterhead {
        base_url: "https://corridor.example.org/".to_owned(),
        from_name: "Corridor".to_owned(),
        from_address: "letters@corridor.example.org".to_owned(),
    }
}

fn text(words: &str) -> Option<String> {
    Some(words.to_owned())
}

/// Every fact there is.
pub fn full() -> Facts {
    let programme = BTreeMap::from([
        (Language::En, "Humanitarian grain relief".to_owned()),
        (Language::Ru, "Гуманитарные поставки зерна".to_owned()),
    ]);
    Facts {
        reference: text("WR-2025-0001"),
        notice_number: text("HUM-2025-01"),
        programme: Some(Localised(programme)),
        link: text("/cases/WR-2025-0001"),
        event_at: Some(at("2025-10-10T13:00:00Z")),
        zone: text("Europe/Zurich"),
        answer_by: "2025-10-31".parse().ok(),
        lapses_at: Some(at("2025-11-07T23:00:00Z")),
        due: "2025-11-10".parse().ok(),
        reconsideration_by: "2025-11-07".parse().ok(),
        until: Some(at("2025-10-30T13:00:00Z")),
        expires_at: Some(at("2025-10-13T13:00:00Z")),
        slot: Some(at("2025-10-14T08:30:00Z")),
        slot_minutes: Some(90),
        slots: Some(vec![
            at("2025-10-14T08:30:00Z"),
            at("2025-10-15T12:00:00Z"),
            at("2025-10-16T07:00:00Z"),
        ]),
        sites: Some(2),
        day_number: Some(22),
        days_total: Some(30),
        days_left: Some(5),
        items: Some(3),
        questions: Some(2),
        version: Some(2),
        shipment: Some(4),
        quantity: Some(Quantity {
            amount: "240000".parse().unwrap(),
            unit: "TNE".to_owned(),
        }),
        outcome: text("approved"),
        ground: text("duplicate"),
        reason_class: text("previous_involvement"),
        result: text("hits"),
        position: text("discharged"),
        loss: text("diverted"),
        waiver_number: text("W-2025-0007"),
        verify_link: text("/verify/W-2025-0007/0f1e2d3c4b5a69788796a5b4c3d2e1f0"),
        valid_from: "2025-11-01".parse().ok(),
        valid_to: "2026-10-31".parse().ok(),
        digest: text("9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"),
        delegation: text("US"),
        criterion: text("C3"),
        condition: text("C1-US"),
        organisation: text("Ministry of Examples"),
        list: text("OFAC-SDN"),
        ended: Some(true),
        by_host: Some(true),
        agreed: Some(true),
    }
}

/// A letter owed, always the same one for the same number.
pub fn owed(event: &str, audience: Audience, language: Language, number: u128, facts: Value) -> LetterOwed {
    let kind = if event.starts_with("notice") || event.starts_with("amendment") {
        StreamKind::Notice
    } else if event.starts_with("list_") {
        StreamKind::List
    } else {
        StreamKind::Case
    };
    LetterOwed {
        id: LetterId(Uuid::from_u128(0x0193_0000_0000_7000_8000_0000_0000_0000 + number)),
        event: EventId(Uuid::from_u128(7)),
        about: Stream {
            kind,
            id: Uuid::from_u128(0xca5e),
        },
        letter: event.to_owned(),
        audience,
        person: None,
        name: if language == Language::Ru {
            "Мария Примерова"
        } else {
            "Maria Example"
        }
        .to_owned(),
        address: format!("person{number}@example.org"),
        language,
        facts,
        owed_since: at("2025-10-10T13:00:05Z"),
    }
}

pub fn write(event: &str, audience: Audience, language: Language, facts: &Facts) -> Rendered {
    let owed = owed(event, audience, language, 1, json!(facts));
    render(&owed, &letterhead()).unwrap_or_else(|error| panic!("{event} to {audience:?} in {language:?}: {error}"))
}

fn of_an_account(event: &str) -> bool {
    ["person_", "invitation_", "password_", "refresh_"]
        .iter()
        .any(|kind| event.starts_with(kind))
}

/// Facts as this event has them: a notice or an account has no case.
pub fn facts_of(event: &str) -> Facts {
    let mut facts = full();
    if event.starts_with("notice") || event.starts_with("amendment") {
        (facts.reference, facts.link) = (None, text("/notices/HUM-2025-01"));
    }
    if matches!(
        event,
        "case_escalated" | "round_expired" | "waiver_expired" | "dossier_lapsed"
    ) {
        facts.event_at = Some(at("2025-11-10T23:00:00Z"));
    }
    if event.starts_with("list_") {
        (facts.reference, facts.notice_number, facts.programme) = (None, None, None);
        facts.link = text("/admin/lists");
    }
    if of_an_account(event) {
        (facts.reference, facts.notice_number, facts.programme) = (None, None, None);
        facts.link = text(match event {
            "person_invited" | "invitation_confirmed" => "/invitation/0f1e2d3c4b5a6978",
            "password_reset_asked" => "/reset/0f1e2d3c4b5a6978",
            _ => "/sign-in",
        });
    }
    facts
}

/// Whom the law tells first, where it is not the contacts.
pub const TOLD_FIRST: &[(Audience, &[&str])] = &[
    (
        Audience::CoChairs,
        &[
            "notice_proposed",
            "amendment_proposed",
            "no_waiver_proposed",
            "no_waiver_consented",
            "interest_declared",
            "inspection_refused",
            "decision_signed",
            "outcome_proposed",
        ],
    ),
    (
        Audience::Secretariats,
        &[
            "notice_sent_back",
            "clock_paused",
            "clock_resumed",
            "round_answered",
            "shipment_silent",
            "verification_overdue",
            "final_report_filed",
        ],
    ),
    (
        Audience::SecretariatLeads,
        &["screening_recorded", "screening_alarm_raised"],
    ),
    (Audience::Administrators, &["list_held", "list_file_refused"]),
    (Audience::Subscribers, &["notice_published"]),
    (
        Audience::Submitters,
        &[
            "notice_amended",
            "notice_closing_soon",
            "notice_closed",
            "notice_withdrawn",
        ],
    ),
    (
        Audience::Panel,
        &[
            "panel_constituted",
            "member_recused",
            "member_substituted",
            "draft_circulated",
            "ballot_closed",
            "deadline_near",
        ],
    ),
    (
        Audience::Heads,
        &[
            "member_excluded",
            "ballot_opened",
            "signature_refused",
            "loss_reported",
            "outcome_signed",
            "condition_reported",
        ],
    ),
    (
        Audience::Inspectors,
        &["report_drafted", "inspection_proposed", "inspection_scheduled"],
    ),
    (
        Audience::Monitors,
        &[
            "shipment_notified",
            "loading_reported",
            "position_reported",
            "correction_confirmed",
            "attestation_overdue",
        ],
    ),
    (Audience::OtherSide, &["message_sent"]),
    (
        Audience::Concerned,
        &[
            "criterion_assigned",
            "person_invited",
            "invitation_confirmed",
            "password_changed",
            "password_reset_asked",
            "password_reset",
            "refresh_reused",
        ],
    ),
];

/// Every event and audience that has a letter.
pub fn every_letter() -> impl Iterator<Item = (&'static str, Audience)> {
    TABLE.iter().flat_map(|row| {
        AUDIENCES.iter().filter_map(
            |audience| match corridor::notify::table::letter_for(row.event, *audience) {
                LetterChoice::Letter(_) => Some((row.event, *audience)),
                _ => None,
            },
        )
    })
}

/// The facts, less one.
pub fn without(facts: &Facts, field: &str) -> Value {
    let mut facts = json!(facts);
    facts.as_object_mut().unwrap().remove(field);
    facts
}

/// The choices that letters make by a code.
pub const CODES: &[(&str, &str, &[&str])] = &[
    (
        "case_decided",
        "outcome",
        &[
            "approved",
            "approved_with_conditions",
            "approved_in_part",
            "refused",
            "no_waiver_required",
            "deemed_refused",
            "deemed_approved",
        ],
    ),
    (
        "dossier_rejected",
        "ground",
        &["not_eligible_submitter", "out_of_scope", "duplicate"],
    ),
    (
        "member_recused",
        "reason_class",
        &["personal_interest", "previous_involvement", "appearance", "unavailable"],
    ),
    ("notice_closed", "ground", &["last_day", "ceiling_used_up"]),
    ("screening_recorded", "result", &["hits", "failed"]),
    ("loss_reported", "loss", &["cancelled", "lost", "diverted"]),
    ("position_reported", "position", &["departed", "discharged"]),
];

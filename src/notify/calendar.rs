//! Calendar entries of inspections (I-03, I-04): in UTC, with one stable identity per case.

use super::{
    facts::Facts,
    render::{Attachment, Letterhead, recipient_name},
};
use crate::{
    domain::{Instant, text::Language},
    store::commit::{LetterOwed, StreamKind},
};
use icalendar::{Calendar, Component, Event, Property};
use jiff::{SignedDuration, tz::TimeZone};

/// How long an inspection takes when nobody said.
const USUAL_MINUTES: u32 = 120;
/// Where the numbering of a calendar entry's versions begins: 2020-01-01, in seconds.
const NUMBERED_SINCE: i64 = 1_577_836_800;

/// What a letter does to the recipient's calendar.
enum Entry {
    Request,
    Cancel,
}

/// The calendar file that goes with this letter, if any. An inspection that will not take place as appointed is taken
/// out of the calendar again.
pub fn entry(
    owed: &LetterOwed,
    facts: &Facts,
    link: &str,
    subject: &str,
    letterhead: &Letterhead,
) -> Option<Attachment> {
    if owed.about.kind != StreamKind::Case {
        return None;
    }
    let entry = match owed.letter.as_str() {
        "inspection_scheduled" => Entry::Request,
        "inspection_postponed" | "inspection_refused" | "dossier_withdrawn" | "case_ended_with_notice" => Entry::Cancel,
        _ => return None,
    };
    let slot = facts.slot?;
    let method = match entry {
        Entry::Request => "REQUEST",
        Entry::Cancel => "CANCEL",
    };
    let mut event = appointment(owed, facts, slot, letterhead)?;
    event.summary(subject).description(link);
    event.add_property("URL", link);
    event.add_property(
        "STATUS",
        if matches!(entry, Entry::Cancel) {
            "CANCELLED"
        } else {
            "CONFIRMED"
        },
    );
    let mut calendar = Calendar::empty();
    calendar.append_property(Property::new("VERSION", "2.0"));
    calendar.append_property(Property::new("PRODID", "-//Corridor//Letters//EN"));
    calendar.append_property(Property::new("CALSCALE", "GREGORIAN"));
    calendar.append_property(Property::new("METHOD", method));
    calendar.push(event);
    Some(Attachment {
        name: "inspection.ics".to_owned(),
        media_type: format!("text/calendar; charset=utf-8; method={method}"),
        content: calendar.to_string().into_bytes(),
    })
}

/// Identity, time and persons. Each later event of the case replaces the entry that an earlier one made.
fn appointment(owed: &LetterOwed, facts: &Facts, slot: Instant, letterhead: &Letterhead) -> Option<Event> {
    let at = facts.event_at.unwrap_or(owed.owed_since);
    let length = SignedDuration::from_mins(i64::from(facts.slot_minutes.unwrap_or(USUAL_MINUTES)));
    let mut event = Event::with_uid(&format!("inspection-{}@{}", owed.about.id, letterhead.host()));
    event.add_property("DTSTAMP", in_utc(at));
    event.add_property("SEQUENCE", (at.as_second() - NUMBERED_SINCE).max(0).to_string());
    event.add_property("DTSTART", in_utc(slot));
    event.add_property("DTEND", in_utc(slot.checked_add(length).ok()?));
    event.add_property(
        "LOCATION",
        match owed.language {
            Language::En => "Online",
            Language::Ru => "Дистанционно",
        },
    );
    let mut organizer = Property::new("ORGANIZER", format!("mailto:{}", letterhead.from_address));
    organizer.add_parameter("CN", &quotable(&letterhead.from_name));
    event.append_property(organizer);
    let mut attendee = Property::new("ATTENDEE", format!("mailto:{}", owed.address));
    attendee
        .add_parameter("CN", &quotable(&recipient_name(owed)))
        .add_parameter("RSVP", "FALSE");
    event.append_property(attendee);
    Some(event)
}

fn in_utc(at: Instant) -> String {
    at.to_zoned_datetime(TimeZone::UTC)
        .strftime("%Y%m%dT%H%M%SZ")
        .to_string()
}

/// A parameter's value is quoted; it cannot hold a quotation mark itself.
fn quotable(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "'"))
}

//! XES (IEEE 1849): one trace a case, one event an event of its history.
//!
//! The activity (`concept:name`) is the rule and where it led, as in the net of the procedure.

use super::{Gist, histories};
use quick_xml::{
    Writer,
    events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event},
};
use std::io::{self, Write};

const EXTENSIONS: [(&str, &str, &str); 3] = [
    ("Concept", "concept", "http://www.xes-standard.org/concept.xesext"),
    ("Time", "time", "http://www.xes-standard.org/time.xesext"),
    ("Organizational", "org", "http://www.xes-standard.org/org.xesext"),
];

pub(super) fn write(events: &[Gist], out: &mut impl Write) -> io::Result<()> {
    let mut xml = Writer::new_with_indent(out, b' ', 1);
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let log = [
        ("xes.version", "1849.2016"),
        ("xes.features", ""),
        ("xmlns", "http://www.xes-standard.org/"),
    ];
    xml.write_event(Event::Start(BytesStart::new("log").with_attributes(log)))?;
    for (name, prefix, uri) in EXTENSIONS {
        let members = [("name", name), ("prefix", prefix), ("uri", uri)];
        xml.write_event(Event::Empty(BytesStart::new("extension").with_attributes(members)))?;
    }
    for (name, keys) in [("Activity", "concept:name"), ("Event", "corridor:event")] {
        let members = [("name", name), ("keys", keys)];
        xml.write_event(Event::Empty(BytesStart::new("classifier").with_attributes(members)))?;
    }
    for trace in histories(events, "case") {
        xml.write_event(Event::Start(BytesStart::new("trace")))?;
        if let Some(first) = trace.first() {
            attribute(&mut xml, "string", "concept:name", &first.stream.to_string())?;
        }
        for event in trace {
            write_event(&mut xml, event)?;
        }
        xml.write_event(Event::End(BytesEnd::new("trace")))?;
    }
    xml.write_event(Event::End(BytesEnd::new("log")))?;
    xml.write_event(Event::Text(BytesText::new("\n")))
}

fn write_event<W: Write>(xml: &mut Writer<W>, event: &Gist) -> io::Result<()> {
    xml.write_event(Event::Start(BytesStart::new("event")))?;
    attribute(xml, "string", "concept:name", &event.activity)?;
    attribute(xml, "date", "time:timestamp", &event.recorded_at.to_string())?;
    attribute(xml, "string", "org:resource", &event.person.to_string())?;
    attribute(xml, "string", "org:role", &event.role)?;
    attribute(xml, "string", "org:group", &event.organisation.to_string())?;
    attribute(xml, "string", "corridor:event", &event.what)?;
    attribute(xml, "string", "corridor:rule", &event.rule)?;
    for (key, value) in [("corridor:to", &event.to), ("corridor:clock", &event.clock)] {
        if !value.is_empty() {
            attribute(xml, "string", key, value)?;
        }
    }
    attribute(xml, "date", "corridor:effective_at", &event.effective_at.to_string())?;
    attribute(xml, "string", "corridor:id", &event.id.to_string())?;
    xml.write_event(Event::End(BytesEnd::new("event")))
}

fn attribute<W: Write>(xml: &mut Writer<W>, kind: &str, key: &str, value: &str) -> io::Result<()> {
    xml.write_event(Event::Empty(
        BytesStart::new(kind).with_attributes([("key", key), ("value", value)]),
    ))
}

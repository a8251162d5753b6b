//! What each section of a dossier asks for, in the order of the form. The words stand in `submitter.ftl`: the field
//! `goods.hs` has the label `dossier-goods-hs`, and a hint where `dossier-goods-hs-hint` is there.

/// What a blank field means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// It is left out.
    May,
    /// It is kept as blank; the completeness check says that something is missing.
    Later,
    /// Without it nothing can be kept.
    Must,
}

/// How a field is shown and read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Line(&'static str),
    Long,
    Day,
    Whole,
    Tick,
    /// One of a closed list; the words are `prefix-code`.
    One(&'static str, &'static [&'static str]),
    /// The dossier's own name of a row, given by the service: a prefix and a number, or the number alone.
    Own(&'static str),
    /// Which criterion a statement is to.
    Criterion,
    /// Documents of this dossier.
    Documents,
}

/// A field, or a list of rows within a row.
#[derive(Clone, Copy, Debug)]
pub enum Item {
    Field(&'static str, Kind, Need),
    /// Its name, what a row asks for, and how many rows stand ready at first.
    Rows(&'static str, &'static [Item], usize),
}

/// A section: one value, fields of one thing, or rows.
#[derive(Clone, Copy, Debug)]
pub enum Shape {
    One(Item),
    Fields(&'static [Item]),
    /// What a row asks for, and how many rows stand ready at first.
    Rows(&'static [Item], usize),
}

use Item::{Field, Rows};
use Kind::{Criterion, Day, Documents, Line, Long, One, Own, Tick, Whole};
use Need::{Later, May, Must};

const PARTY_TYPES: &[&str] = &["government", "international_organisation", "ngo", "company", "person"];
const PARTY_ROLES: &[&str] = &[
    "applicant",
    "exporter",
    "supplier",
    "owner_of_goods",
    "consignee",
    "end_user",
    "implementing_partner",
    "carrier",
    "ship_manager",
    "terminal",
    "bank",
    "notify_party",
    "counsel",
];
const MODES: &[&str] = &["sea", "road", "rail", "air", "inland_waterway"];
pub const LANGUAGES: &[&str] = &["en", "ru"];

const QUANTITY: [Item; 2] = [
    Field("quantity.amount", Line("w10"), Must),
    Field("quantity.unit", Line("w5"), Must),
];

/// The sections in the order of the task list, and in which group each stands.
pub const SECTIONS: &[(&str, &str, Shape)] = &[
    ("applicant", "who", Shape::Fields(APPLICANT)),
    ("parties", "who", Shape::Rows(PARTY, 1)),
    ("contacts", "who", Shape::Rows(CONTACT, 2)),
    (
        "language",
        "what",
        Shape::One(Field("", One("language", LANGUAGES), Must)),
    ),
    ("purpose", "what", Shape::Fields(PURPOSE)),
    ("beneficiaries", "what", Shape::Rows(BENEFICIARY, 1)),
    ("goods", "what", Shape::Rows(GOODS, 1)),
    ("shipments", "how", Shape::Rows(SHIPMENT, 1)),
    ("payments", "how", Shape::Rows(PAYMENT, 1)),
    ("safeguards", "how", Shape::One(Field("", Long, Later))),
    ("validity", "how", Shape::Fields(VALIDITY)),
    ("statements", "criteria", Shape::Rows(STATEMENT, 0)),
];

/// The shape of the section of this name.
#[must_use]
pub fn of(name: &str) -> Option<Shape> {
    SECTIONS
        .iter()
        .find(|(known, ..)| *known == name)
        .map(|(_, _, shape)| *shape)
}

const APPLICANT: &[Item] = &[
    Field("type", One("party", PARTY_TYPES), Must),
    Field("name", Line("wfull"), Later),
    Field("name_latin", Line("wfull"), May),
    Field("country", Line("w5"), Later),
    Field("signatory", Line("wfull"), Later),
    Field("route", Line("wfull"), Later),
    Field("sponsor", Line("wfull"), May),
];
const PURPOSE: &[Item] = &[Field("purpose", Long, Later), Field("reasons", Long, Later)];
const BENEFICIARY: &[Item] = &[
    Field("country", Line("w5"), Later),
    Field("persons", Whole, Must),
    Field("selection", Long, May),
];
const PARTY: &[Item] = &[
    Field("id", Own("p"), Must),
    Field("role", One("party-role", PARTY_ROLES), Must),
    Field("name", Line("wfull"), Later),
    Field("name_latin", Line("wfull"), May),
    Field("country", Line("w5"), Later),
    Field("type", One("party", PARTY_TYPES), May),
    Field("civilian_status", Long, Later),
    Rows("identifiers", IDENTIFIER, 1),
];
const IDENTIFIER: &[Item] = &[Field("scheme", Line("w20"), Must), Field("value", Line("w20"), Must)];
const GOODS: &[Item] = &[
    Field("line", Own(""), Must),
    Field("hs", Line("w10"), Later),
    Field("description", Line("wfull"), Must),
    Field("specification", Long, May),
    QUANTITY[0],
    QUANTITY[1],
    Field("value.amount", Line("w10"), May),
    Field("value.currency", Line("w5"), May),
    Field("unit_value", Line("w10"), May),
    Field("origin", Line("w5"), May),
    Field("packaging", Line("wfull"), May),
    Field("kit", Tick, May),
    Rows("components", COMPONENT, 0),
];
const COMPONENT: &[Item] = &[
    Field("hs", Line("w10"), Later),
    Field("description", Line("wfull"), Must),
    QUANTITY[0],
    QUANTITY[1],
];
const SHIPMENT: &[Item] = &[
    Field("no", Own(""), Must),
    Field("final_country", Line("w5"), Later),
    QUANTITY[0],
    QUANTITY[1],
    Rows("legs", LEG, 1),
];
const LEG: &[Item] = &[
    Field("mode", One("mode", MODES), Must),
    Field("from", Line("w10"), Later),
    Field("to", Line("w10"), Later),
    Field("vessel.name", Line("w20"), May),
    Field("vessel.imo", Line("w10"), May),
    Field("vessel.flag", Line("w5"), May),
    Field("etd", Day, May),
    Field("eta", Day, May),
];
const PAYMENT: &[Item] = &[
    Field("amount.amount", Line("w10"), Must),
    Field("amount.currency", Line("w5"), Must),
    Field("route", Long, Later),
    Rows("banks", BANK, 1),
];
const BANK: &[Item] = &[
    Field("name", Line("wfull"), Later),
    Field("country", Line("w5"), Later),
    Field("bic", Line("w20"), May),
];
const VALIDITY: &[Item] = &[Field("from", Day, Must), Field("months", Whole, Must)];
const STATEMENT: &[Item] = &[
    Field("criterion", Criterion, Must),
    Field("statement", Long, Later),
    Field("evidence", Documents, May),
];
const CONTACT: &[Item] = &[
    Field("name", Line("wfull"), Later),
    Field("email", Line("wfull"), Later),
    Field("language", One("language", LANGUAGES), Must),
];

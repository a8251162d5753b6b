//! A listed party, the same whatever list it came from.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// What is listed, or asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    Person,
    Organisation,
    Vessel,
    Aircraft,
    #[default]
    Unknown,
}

impl Kind {
    /// The kind of this name, as written in the command line and in exports.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Some(match name.trim().to_ascii_lowercase().as_str() {
            "person" | "individual" => Self::Person,
            "organisation" | "organization" | "entity" | "company" | "bank" => Self::Organisation,
            "vessel" | "ship" => Self::Vessel,
            "aircraft" => Self::Aircraft,
            "unknown" | "any" | "" => Self::Unknown,
            _ => return None,
        })
    }

    /// What it is called in a sentence.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Organisation => "organisation",
            Self::Vessel => "vessel",
            Self::Aircraft => "aircraft",
            Self::Unknown => "party of unknown kind",
        }
    }
}

/// What a listed name is to its party.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NameKind {
    #[default]
    Primary,
    Aka,
    Fka,
    /// A broad alias that the list itself calls weak: it helps to judge a hit.
    Weak,
}

impl NameKind {
    /// What it is called in a sentence.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Primary => "primary name",
            Self::Aka => "alias",
            Self::Fka => "former name",
            Self::Weak => "weak alias",
        }
    }
}

/// One name of a listed party, as published.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ListedName {
    pub text: String,
    pub kind: NameKind,
}

/// One number of a party.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Identifier {
    /// See [`super::identifier::scheme`]; a scheme unknown to us is kept as it is written.
    pub scheme: String,
    pub value: String,
}

impl Identifier {
    /// A number under a scheme.
    #[must_use]
    pub fn new(scheme: &str, value: &str) -> Self {
        Self {
            scheme: scheme.to_owned(),
            value: value.trim().to_owned(),
        }
    }
}

/// One listed party.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListedEntry {
    /// The list, for example `OFAC-SDN`.
    pub list: String,
    /// The number under which the list keeps it.
    pub id: String,
    pub kind: Kind,
    /// The primary name stands first.
    pub names: Vec<ListedName>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub identifiers: Vec<Identifier>,
    /// `1971`, `1971-05`, `1971-05-12`, or a span `1970/1975`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub dates_of_birth: Vec<String>,
    /// ISO 3166 codes where the name of the country is known, otherwise as written.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub countries: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub programmes: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub addresses: Vec<String>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub remarks: String,
}

impl ListedEntry {
    /// The name it is listed under.
    #[must_use]
    pub fn primary_name(&self) -> &str {
        let primary = self.names.iter().find(|name| name.kind == NameKind::Primary);
        primary
            .or_else(|| self.names.first())
            .map_or("", |name| name.text.as_str())
    }

    /// Adds a name, unless it is empty or already there.
    pub fn add_name(&mut self, text: &str, kind: NameKind) {
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        if !text.is_empty() && self.names.iter().all(|name| name.text != text) {
            self.names.push(ListedName { text, kind });
        }
    }

    /// Adds a number, unless it is empty or already there.
    pub fn add_identifier(&mut self, scheme: &str, value: &str) {
        let identifier = Identifier::new(scheme, value);
        if !identifier.value.is_empty() && !self.identifiers.contains(&identifier) {
            self.identifiers.push(identifier);
        }
    }

    /// SHA-256 of all that is published of it, in hexadecimal; the order in which the list names things does not count.
    ///
    /// A decision about a hit holds as long as this stays the same.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        let mut canonical = self.clone();
        canonical.names.sort();
        canonical.identifiers.sort();
        let plain = [
            &mut canonical.dates_of_birth,
            &mut canonical.countries,
            &mut canonical.programmes,
            &mut canonical.addresses,
        ];
        for list in plain {
            list.sort();
        }
        // Serialising plain strings cannot fail; an empty text would still be a fingerprint of nothing.
        let text = serde_json::to_vec(&canonical).unwrap_or_default();
        hex::encode(Sha256::digest(&text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry() -> ListedEntry {
        let mut entry = ListedEntry {
            list: "OFAC-SDN".into(),
            id: "1".into(),
            ..ListedEntry::default()
        };
        entry.add_name("ALPHA", NameKind::Primary);
        entry.add_name("BETA", NameKind::Aka);
        entry
    }

    #[test]
    fn the_order_of_names_does_not_change_the_fingerprint() {
        let mut other = entry();
        other.names.reverse();
        assert_eq!(entry().fingerprint(), other.fingerprint());
        assert_eq!(entry().fingerprint().len(), 64);
    }

    #[test]
    fn whatever_the_list_changes_changes_the_fingerprint() {
        let changes: [fn(&mut ListedEntry); 6] = [
            |e| e.add_name("GAMMA", NameKind::Weak),
            |e| e.names[1].kind = NameKind::Fka,
            |e| e.add_identifier("IMO", "9079169"),
            |e| e.kind = Kind::Vessel,
            |e| e.remarks = "x".into(),
            |e| e.programmes.push("IRAN".into()),
        ];
        let mut seen = std::collections::BTreeSet::from([entry().fingerprint()]);
        for change in changes {
            let mut changed = entry();
            change(&mut changed);
            assert!(seen.insert(changed.fingerprint()));
        }
    }

    #[test]
    fn names_and_numbers_are_kept_once() {
        let mut entry = entry();
        entry.add_name(" ALPHA ", NameKind::Weak);
        entry.add_name("", NameKind::Weak);
        entry.add_identifier("IMO", " 9079169 ");
        entry.add_identifier("IMO", "9079169");
        assert_eq!((entry.names.len(), entry.identifiers.len()), (2, 1));
        assert_eq!(entry.primary_name(), "ALPHA");
    }
}

//! From files to a list: which format is it, which reader takes it, is what comes out a list at all?

use super::{
    Complaint, Counts, Loaded, Refusal, RefusalCode, eu, eu_csv, fields, ftm, ofac_advanced, ofac_csv, ofac_xml,
    source::refusal, uk_csv, uk_xml, un,
};
use serde::{Deserialize, Serialize};

pub use super::source::ListFile;

/// The published formats.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// SDN.CSV or CONS_PRIM.CSV with ALT, ADD and COMMENTS.
    OfacCsv,
    /// SDN.XML or CONSOLIDATED.XML.
    OfacXml,
    /// SDN_ADVANCED.XML or CONS_ADVANCED.XML.
    OfacAdvanced,
    UnXml,
    UkCsv,
    UkXml,
    EuXml,
    EuCsv,
    FollowTheMoney,
}

impl Format {
    /// Every format.
    pub const ALL: [Self; 9] = [
        Self::OfacCsv,
        Self::OfacXml,
        Self::OfacAdvanced,
        Self::UnXml,
        Self::UkCsv,
        Self::UkXml,
        Self::EuXml,
        Self::EuCsv,
        Self::FollowTheMoney,
    ];

    /// Its stable name.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::OfacCsv => "ofac_csv",
            Self::OfacXml => "ofac_xml",
            Self::OfacAdvanced => "ofac_advanced_xml",
            Self::UnXml => "un_xml",
            Self::UkCsv => "uk_csv",
            Self::UkXml => "uk_xml",
            Self::EuXml => "eu_xml",
            Self::EuCsv => "eu_csv",
            Self::FollowTheMoney => "follow_the_money",
        }
    }

    /// The format of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.word() == name)
    }

    /// What a list in this format is called, unless it is given a name.
    #[must_use]
    pub fn usual_list(self, file: &str) -> &'static str {
        match self {
            Self::OfacCsv | Self::OfacXml | Self::OfacAdvanced if file.to_ascii_lowercase().contains("cons") => {
                "OFAC-CONS"
            }
            Self::OfacCsv | Self::OfacXml | Self::OfacAdvanced => "OFAC-SDN",
            Self::UnXml => "UN-SC",
            Self::UkCsv | Self::UkXml => "UK",
            Self::EuXml | Self::EuCsv => "EU-FSF",
            Self::FollowTheMoney => "FTM",
        }
    }

    /// The format of a file, by how it begins.
    ///
    /// # Errors
    /// If it cannot be read, or is of no format we know.
    pub fn of(file: &mut ListFile<'_>) -> Result<Self, Refusal> {
        let name = file.name.clone();
        let begin = String::from_utf8_lossy(file.beginning()?).into_owned();
        let begin = begin.trim_start_matches(['\u{feff}', ' ', '\r', '\n', '\t']);
        let first: String = begin.chars().take(2000).collect();
        let lower = first.to_lowercase();
        let known = if begin.starts_with('<') {
            [
                ("<sdnlist", Self::OfacXml),
                ("<consolidated_list", Self::UnXml),
                ("<designations", Self::UkXml),
                ("<export", Self::EuXml),
                ("<sanctions", Self::OfacAdvanced),
            ]
            .into_iter()
            .find_map(|(mark, format)| lower.contains(mark).then_some(format))
        } else if begin.starts_with('{') {
            Some(Self::FollowTheMoney)
        } else if lower.contains("name 6") {
            Some(Self::UkCsv)
        } else if lower.contains(eu_csv::MARK) {
            Some(Self::EuCsv)
        } else if begin.starts_with(|c: char| c.is_ascii_digit()) {
            Some(Self::OfacCsv)
        } else {
            None
        };
        known.ok_or_else(|| {
            let reason = if begin.is_empty() {
                "it is empty"
            } else {
                "it begins like no list we can read"
            };
            refusal(RefusalCode::UnknownFormat, &name, 1, reason)
        })
    }
}

/// Reads a list from its file or files; all formats but OFAC's delimited files have one.
///
/// # Errors
/// If it is not a whole list, with the line and the reason.
pub fn read(list: &str, format: Format, mut files: Vec<ListFile<'_>>) -> Result<Loaded, Refusal> {
    let mut loaded = if format == Format::OfacCsv {
        ofac_csv::read(list, files)?
    } else {
        let Some(file) = files.pop() else {
            return Err(refusal(RefusalCode::Empty, "the set", 0, "there is no file"));
        };
        if let Some(other) = files.pop() {
            let reason = "a list of this format is one file";
            return Err(refusal(RefusalCode::UnknownFormat, &other.name, 0, reason));
        }
        match format {
            Format::OfacXml => ofac_xml::read(list, file)?,
            Format::OfacAdvanced => ofac_advanced::read(list, file)?,
            Format::UnXml => un::read(list, file)?,
            Format::UkCsv => uk_csv::read(list, file)?,
            Format::UkXml => uk_xml::read(list, file)?,
            Format::EuXml => eu::read(list, file)?,
            Format::EuCsv => eu_csv::read(list, file)?,
            Format::FollowTheMoney | Format::OfacCsv => ftm::read(list, file)?,
        }
    };
    let name = loaded.files.first().map_or(String::new(), |file| file.name.clone());
    if loaded.entries.is_empty() {
        return Err(refusal(RefusalCode::Empty, &name, 0, "it lists nobody"));
    }
    let mut complaints = Vec::new();
    for entry in &loaded.entries {
        let faults = entry.identifiers.iter();
        let faults = faults.filter_map(|number| fields::number_fault(&number.scheme, &number.value));
        complaints.extend(faults.map(|odd| Complaint::new(name.clone(), 0, entry.id.clone(), odd)));
    }
    loaded.complaints.extend(complaints);
    loaded.counts = Counts::of(&loaded.entries);
    Ok(loaded)
}

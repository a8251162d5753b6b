//! Rows from a spreadsheet: what was pasted, line by line, and how it was understood. Nothing is guessed: a comma that
//! could part thousands as well as decimals is a fault of its line.

use super::{content, shape};
use crate::domain::{
    check::{self, Blocks},
    dossier::{Dossier, Goods, PlannedShipment},
};
use serde::Serialize;
use serde_json::{Value, json};

const GOODS: &[&str] = &[
    "hs",
    "description",
    "quantity.amount",
    "quantity.unit",
    "value.amount",
    "value.currency",
    "origin",
    "packaging",
];
const SHIPMENTS: &[&str] = &[
    "final_country",
    "quantity.amount",
    "quantity.unit",
    "legs[0].mode",
    "legs[0].from",
    "legs[0].to",
    "legs[0].vessel.name",
    "legs[0].vessel.imo",
    "legs[0].etd",
    "legs[0].eta",
];
/// The most lines that are looked at.
const MOST: usize = 500;

/// What was pasted.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Pasted {
    pub text: String,
    pub lines: Vec<Line>,
    pub usable: usize,
}

/// One line, as it was understood.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Line {
    pub no: usize,
    pub cells: Vec<String>,
    /// What is wrong; the line is not taken over.
    pub faults: Vec<String>,
    /// What the completeness check will say.
    pub found: Vec<check::Code>,
    #[serde(skip)]
    row: Value,
}

/// The columns that can be pasted into a section.
#[must_use]
pub fn columns(section: &str) -> Option<&'static [&'static str]> {
    match section {
        "goods" => Some(GOODS),
        "shipments" => Some(SHIPMENTS),
        _ => None,
    }
}

/// Understands what was pasted; None: nothing can be pasted here.
#[must_use]
pub fn read(section: &str, text: &str) -> Option<Pasted> {
    let columns = columns(section)?;
    let filled = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    let lines = filled.map(|(n, line)| (n, cells(line)));
    let headless = lines.filter(|(n, cells)| *n > 0 || !is_heading(section, cells));
    let lines: Vec<Line> = headless
        .take(MOST)
        .map(|(n, cells)| understood(section, columns, n + 1, cells))
        .collect();
    let usable = lines.iter().filter(|line| line.faults.is_empty()).count();
    let text = text.to_owned();
    Some(Pasted { text, lines, usable })
}

/// What is there already, and the lines that were understood.
#[must_use]
pub fn joined(mut kept: Value, pasted: Option<Pasted>) -> Value {
    let lines = pasted.into_iter().flat_map(|pasted| pasted.lines);
    if let Some(rows) = kept.as_array_mut() {
        rows.extend(lines.filter(|line| line.faults.is_empty()).map(|line| line.row));
    }
    kept
}

fn cells(line: &str) -> Vec<String> {
    let mark = if line.contains('\t') { '\t' } else { ';' };
    line.split(mark)
        .map(|cell| cell.trim().trim_matches('"').to_owned())
        .collect()
}

/// The first line names the columns: no amount is in it.
fn is_heading(section: &str, cells: &[String]) -> bool {
    let amount = if section == "goods" { 2 } else { 1 };
    cells
        .get(amount)
        .is_some_and(|cell| !cell.chars().any(|c| c.is_ascii_digit()))
}

fn understood(section: &str, columns: &[&str], no: usize, cells: Vec<String>) -> Line {
    let mut faults = Vec::new();
    let mut fields = Vec::new();
    for (column, cell) in columns.iter().zip(&cells) {
        let value = if column.ends_with("amount") {
            content::amount(cell).unwrap_or_else(|fault| {
                faults.push(fault.to_owned());
                cell.clone()
            })
        } else if column.ends_with("mode") {
            cell.to_lowercase().replace(' ', "_")
        } else {
            cell.clone()
        };
        fields.push(((*column).to_owned(), value));
    }
    if cells.len() > columns.len() {
        faults.push("too-many".to_owned());
    }
    let typed = json!([crate::web::pages::form::json_of(&fields)]);
    let Some(shape) = shape::of(section) else {
        return Line {
            no,
            cells,
            faults,
            found: Vec::new(),
            row: Value::Null,
        };
    };
    let tidied = content::tidy(shape, &typed);
    let mut dossier = Dossier::default();
    let read = match section {
        "goods" => serde_json::from_value::<Vec<Goods>>(tidied.clone()).map(|goods| dossier.goods = goods),
        _ => serde_json::from_value::<Vec<PlannedShipment>>(tidied).map(|shipments| dossier.shipments = shipments),
    };
    if faults.is_empty() && read.is_err() {
        let lacking = content::lacking(shape, &content::tidy(shape, &typed));
        faults.push(if lacking.is_empty() { "unreadable" } else { "missing" }.to_owned());
    }
    let findings = check::check_alone(&dossier).findings;
    let here = findings
        .iter()
        .filter(|found| found.path.starts_with(&format!("{section}[")));
    let found = here
        .filter(|found| found.blocks != Blocks::Nothing)
        .map(|found| found.code)
        .collect();
    // Without its own number: it gets the next one of the section when it is saved.
    let row = typed[0].clone();
    Line {
        no,
        cells,
        faults,
        found,
        row,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_a_spreadsheet_are_understood_or_say_why_not() {
        let text = "HS\tName\tAmount\tUnit\n1001.99\tx\t1\tTNE\n100199\tSeed wheat\t25 000,5\tTNE\n\n100199;Wheat;1,500;TNE\n100590;Maize;;TNE";
        let pasted = read("goods", text).unwrap();
        let numbers: Vec<_> = pasted.lines.iter().map(|line| line.no).collect();
        assert_eq!(numbers, [2, 3, 5, 6], "the heading and the blank line are passed over");
        assert_eq!(pasted.lines[0].found, [check::Code::HS_FORM]);
        assert_eq!(pasted.lines[1].row["quantity"]["amount"], "25000.5");
        assert_eq!(pasted.lines[2].faults, ["comma"]);
        assert_eq!(pasted.lines[3].faults, ["missing"]);
        assert_eq!(pasted.usable, 2);
        assert_eq!(
            joined(json!([{ "hs": "1" }]), Some(pasted)).as_array().unwrap().len(),
            3
        );
    }

    #[test]
    fn a_shipment_is_one_leg_a_line() {
        let pasted = read(
            "shipments",
            "ET;25000;TNE;sea;RUNVS;DJJIB;MV EXAMPLE;9194397;2025-11-02;2025-11-20",
        )
        .unwrap();
        assert_eq!(pasted.usable, 1, "{pasted:?}");
        assert_eq!(pasted.lines[0].row["legs"][0]["vessel"]["imo"], "9194397");
        assert!(columns("purpose").is_none() && read("purpose", "x").is_none());
    }
}

//! A table and its twins: what a page shows as rows can be had as CSV and JSON, with the same filters.

use super::visit::Visit;
use crate::{domain::text::is_formula, web::problem::Problem};
use actix_web::{HttpResponse, http::header};
use serde_json::{Map, Value};

/// Rows under named columns. Names are stable and English, for programs; pages have their own headings.
#[derive(Clone, Debug, Default)]
pub struct Table {
    pub columns: Vec<&'static str>,
    pub rows: Vec<Vec<Value>>,
}

impl Table {
    #[must_use]
    pub fn new(columns: &[&'static str]) -> Self {
        Self {
            columns: columns.to_vec(),
            rows: Vec::new(),
        }
    }

    /// One more row.
    pub fn row(&mut self, cells: impl IntoIterator<Item = Value>) {
        self.rows.push(cells.into_iter().collect());
    }

    /// The twin with this ending.
    ///
    /// # Errors
    /// `not_found` for endings other than `csv` and `json`.
    pub fn answer(&self, visit: &Visit, name: &str, ending: &str) -> Result<HttpResponse, Problem> {
        let day = visit.now.to_string().chars().take(10).collect::<String>();
        let (kind, body) = match ending {
            "csv" => ("text/csv; charset=utf-8", self.csv()?),
            "json" => ("application/json", self.json().to_string().into_bytes()),
            _ => return Err(Problem::of("not_found")),
        };
        let file = format!("attachment; filename=\"{name}-{day}.{ending}\"");
        let mut answer = HttpResponse::Ok();
        answer.insert_header((header::CONTENT_TYPE, kind));
        if ending == "csv" {
            answer.insert_header((header::CONTENT_DISPOSITION, file));
        }
        Ok(answer.body(body))
    }

    /// With a byte order mark, so that spreadsheets read it as UTF-8.
    ///
    /// # Errors
    /// `internal`.
    pub fn csv(&self) -> Result<Vec<u8>, Problem> {
        let mut writer = csv::Writer::from_writer(b"\xef\xbb\xbf".to_vec());
        writer.write_record(&self.columns).map_err(Problem::internal)?;
        for row in &self.rows {
            writer.write_record(row.iter().map(cell)).map_err(Problem::internal)?;
        }
        writer
            .into_inner()
            .map_err(|error| Problem::internal(error.to_string()))
    }

    /// `{"items": [{…}]}`.
    #[must_use]
    pub fn json(&self) -> Value {
        let item = |row: &Vec<Value>| {
            let pairs = self
                .columns
                .iter()
                .zip(row)
                .map(|(name, cell)| ((*name).to_owned(), cell.clone()));
            Value::Object(pairs.collect::<Map<_, _>>())
        };
        serde_json::json!({ "items": self.rows.iter().map(item).collect::<Vec<_>>() })
    }
}

/// A cell that no spreadsheet takes for a formula.
fn cell(value: &Value) -> String {
    let text = match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => return other.to_string(),
    };
    if is_formula(&text) && text.parse::<f64>().is_err() {
        format!("'{text}")
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_twins_say_the_same_and_no_cell_is_a_formula() {
        let mut table = Table::new(&["number", "tonnes"]);
        table.row([json!("=cmd|' /C calc'!A0"), json!(-5)]);
        table.row([json!("N-1, \"two\""), Value::Null]);
        let csv = String::from_utf8(table.csv().unwrap()).unwrap();
        assert_eq!(
            csv,
            "\u{feff}number,tonnes\n'=cmd|' /C calc'!A0,-5\n\"N-1, \"\"two\"\"\",\n"
        );
        assert_eq!(table.json()["items"][0]["number"], "=cmd|' /C calc'!A0");
        assert_eq!(table.json()["items"][1]["tonnes"], Value::Null);
    }
}

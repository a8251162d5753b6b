//! Tables that flow over pages, their heads repeated.

use super::{
    face::Style,
    layout::{BOTTOM, Cell, CellKind, Element, LEFT, LINE, Layout, TOP, What},
    sheet::{Column, Table},
};

/// A row of a table, wrapped.
struct Row {
    cells: Vec<Vec<String>>,
    style: Style,
    head_style: Style,
    kinds: Vec<CellKind>,
}

impl Layout<'_> {
    pub(super) fn facts(&mut self, facts: &[(String, String)], width: f32) {
        let columns = [Column::new("", 29.0), Column::new("", 71.0)];
        let kinds = vec![CellKind::RowHead, CellKind::Plain];
        let rows = facts.iter().map(|(name, value)| {
            let cells = vec![name.clone(), value.clone()];
            self.wrapped(
                &columns,
                &cells,
                (Style::CELL, Style::CELL.faded()),
                kinds.clone(),
                width,
            )
        });
        let rows: Vec<Row> = rows.collect();
        let mut cells = Vec::new();
        for row in &rows {
            cells.push(self.row(&columns, row, None, width));
        }
        self.closed(cells, width);
    }

    pub(super) fn table(&mut self, table: &Table) {
        let heads: Vec<String> = table.columns.iter().map(|column| column.head.clone()).collect();
        let bold = (Style::CELL_STRONG, Style::CELL_STRONG);
        let head = self.wrapped(
            &table.columns,
            &heads,
            bold,
            vec![CellKind::ColumnHead; heads.len()],
            LINE,
        );
        let plain = (Style::CELL, Style::CELL);
        let mut cells = vec![self.row(&table.columns, &head, None, LINE)];
        let rows = table.rows.iter().map(|row| (row, plain));
        for (row, styles) in rows.chain(table.total.iter().map(|total| (total, bold))) {
            let row = self.wrapped(&table.columns, row, styles, vec![CellKind::Plain; row.len()], LINE);
            cells.push(self.row(&table.columns, &row, Some(&head), LINE));
        }
        self.closed(cells, LINE);
    }

    fn closed(&mut self, cells: Vec<Vec<Cell>>, width: f32) {
        if !cells.is_empty() {
            self.mark(
                None,
                What::Rule {
                    y: self.y - 9.0,
                    from: LEFT,
                    to: LEFT + width,
                    weight: 0.6,
                },
            );
            self.elements.push(Element::Table(cells));
        }
        self.y += 10.0;
    }

    fn wrapped(
        &self,
        columns: &[Column],
        cells: &[String],
        styles: (Style, Style),
        kinds: Vec<CellKind>,
        width: f32,
    ) -> Row {
        let (style, head_style) = styles;
        let cells = cells.iter().zip(columns).zip(&kinds).map(|((cell, column), kind)| {
            let style = if *kind == CellKind::RowHead { head_style } else { style };
            self.faces.wrap(cell, style, column.width / 100.0 * width - 8.0)
        });
        Row {
            cells: cells.collect(),
            style,
            head_style,
            kinds,
        }
    }

    /// One row. It is broken between lines only when it would fill a third of a page; the head is repeated.
    fn row(&mut self, columns: &[Column], row: &Row, head: Option<&Row>, width: f32) -> Vec<Cell> {
        let count = row.cells.iter().map(Vec::len).max().unwrap_or(1);
        let height = count as f32 * row.style.lead + 6.0;
        let cells: Vec<Cell> = row
            .kinds
            .iter()
            .map(|kind| Cell {
                kind: *kind,
                leaf: self.leaf(),
            })
            .collect();
        let keep = if height < (BOTTOM - TOP) / 3.0 {
            height
        } else {
            3.0 * row.style.lead
        };
        // A head is never alone.
        let with_next = if row.kinds.contains(&CellKind::ColumnHead) {
            30.0
        } else {
            0.0
        };
        if keep + with_next > self.room() && self.y > TOP {
            self.continued(columns, head, width);
        }
        self.mark(
            None,
            What::Rule {
                y: self.y - 9.0,
                from: LEFT,
                to: LEFT + width,
                weight: 0.4,
            },
        );
        self.y += 3.0;
        for n in 0..count {
            if row.style.lead > self.room() {
                self.continued(columns, head, width);
            }
            self.row_line(columns, row, n, Some(&cells), width);
        }
        self.y += 3.0;
        cells
    }

    fn continued(&mut self, columns: &[Column], head: Option<&Row>, width: f32) {
        self.mark(
            None,
            What::Rule {
                y: self.y - 9.0,
                from: LEFT,
                to: LEFT + width,
                weight: 0.4,
            },
        );
        self.next_page();
        let Some(head) = head else { return };
        for n in 0..head.cells.iter().map(Vec::len).max().unwrap_or(0) {
            self.row_line(columns, head, n, None, width);
        }
        self.y += 4.0;
    }

    fn row_line(&mut self, columns: &[Column], row: &Row, line: usize, cells: Option<&[Cell]>, width: f32) {
        let mut x = LEFT;
        for (n, (column, lines)) in columns.iter().zip(&row.cells).enumerate() {
            let wide = column.width / 100.0 * width;
            if let Some(text) = lines.get(line) {
                let style = if row.kinds[n] == CellKind::RowHead {
                    row.head_style
                } else {
                    row.style
                };
                let own = self.faces.width(text.trim_end_matches(' '), style);
                let at = if column.right { x + wide - 8.0 - own } else { x };
                self.text(cells.map(|cells| cells[n].leaf), at, self.y, style, text);
            }
            x += wide;
        }
        self.y += row.style.lead;
    }
}

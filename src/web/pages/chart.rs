//! Charts, drawn here as SVG: they print, need no script, and every figure is also a word in them.

use std::fmt::Write as _;

/// One bar: what it stands for, how long it is, and the figure as people read it.
#[derive(Clone, Debug)]
pub struct Bar {
    pub name: String,
    pub value: f64,
    pub figure: String,
}

/// One point of a line: where it is on both axes (0 to 1), and what it says.
#[derive(Clone, Debug)]
pub struct Point {
    pub x: f64,
    pub y: f64,
    pub says: String,
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            other => out.push(other),
        }
    }
    out
}

fn begun(title: &str, width: u32, height: u32) -> String {
    format!(
        "<svg class=\"chart\" role=\"img\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" \
         aria-label=\"{0}\"><title>{0}</title>",
        escaped(title)
    )
}

/// Horizontal bars, one under another, each with its name and its figure.
#[must_use]
pub fn bars(title: &str, bars: &[Bar]) -> String {
    let most = bars
        .iter()
        .map(|bar| bar.value)
        .fold(0.0, f64::max)
        .max(f64::MIN_POSITIVE);
    let height = 44 * u32::try_from(bars.len()).unwrap_or(0) + 4;
    let mut svg = begun(title, 600, height);
    for (n, bar) in bars.iter().enumerate() {
        let (y, long) = (n * 44, (bar.value / most * 600.0).clamp(2.0, 600.0));
        let (name, figure) = (escaped(&bar.name), escaped(&bar.figure));
        let _ = write!(
            svg,
            "<text x=\"0\" y=\"{}\">{name}</text><text x=\"600\" y=\"{}\" class=\"end\">{figure}</text>\
             <rect class=\"rail\" x=\"0\" y=\"{}\" width=\"600\" height=\"14\"/>\
             <rect class=\"bar\" x=\"0\" y=\"{}\" width=\"{long:.1}\" height=\"14\"/>",
            y + 16,
            y + 16,
            y + 23,
            y + 23
        );
    }
    svg.push_str("</svg>");
    svg
}

/// A line that goes up in steps (a total over time), with an upper limit drawn through.
#[must_use]
pub fn steps(title: &str, points: &[Point], limit: Option<&str>, from: &str, to: &str) -> String {
    const W: f64 = 600.0;
    const H: f64 = 200.0;
    const TOP: f64 = 24.0;
    let mut svg = begun(title, 600, 250);
    let at = |point: &Point| (point.x.clamp(0.0, 1.0) * W, TOP + H - point.y.clamp(0.0, 1.0) * H);
    if let Some(limit) = limit {
        let _ = write!(
            svg,
            "<line class=\"limit\" x1=\"0\" y1=\"{TOP}\" x2=\"600\" y2=\"{TOP}\"/><text x=\"0\" y=\"16\">{}</text>",
            escaped(limit)
        );
    }
    let mut path = format!("M0 {:.1}", TOP + H);
    for point in points {
        let (x, y) = at(point);
        let _ = write!(path, "H{x:.1}V{y:.1}");
    }
    let area = format!("{path}V{:.1}H0Z", TOP + H);
    let _ = write!(
        svg,
        "<path class=\"area\" d=\"{area}\"/><path class=\"line\" d=\"{path}\"/>"
    );
    for point in points {
        let (x, y) = at(point);
        let _ = write!(
            svg,
            "<circle class=\"dot\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"5\"><title>{}</title></circle>",
            escaped(&point.says)
        );
    }
    let _ = write!(
        svg,
        "<line class=\"axis\" x1=\"0\" y1=\"{0:.1}\" x2=\"600\" y2=\"{0:.1}\"/><text x=\"0\" y=\"246\">{1}</text>\
         <text x=\"600\" y=\"246\" class=\"end\">{2}</text></svg>",
        TOP + H,
        escaped(from),
        escaped(to)
    );
    svg
}

/// Columns side by side (how many by class), each with its count on top.
#[must_use]
pub fn columns(title: &str, columns: &[Bar]) -> String {
    let most = columns
        .iter()
        .map(|bar| bar.value)
        .fold(0.0, f64::max)
        .max(f64::MIN_POSITIVE);
    let wide = 600.0 / f64::from(u32::try_from(columns.len().max(1)).unwrap_or(1));
    let mut svg = begun(title, 600, 230);
    for (n, bar) in columns.iter().enumerate() {
        let x = wide * f64::from(u32::try_from(n).unwrap_or(0));
        let high = bar.value / most * 160.0;
        let middle = x + wide / 2.0;
        let _ = write!(
            svg,
            "<rect class=\"bar\" x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{high:.1}\"/>\
             <text x=\"{middle:.1}\" y=\"{:.1}\" class=\"middle\">{}</text><text x=\"{middle:.1}\" y=\"222\" class=\"middle\">{}</text>",
            x + wide * 0.15,
            196.0 - high,
            wide * 0.7,
            190.0 - high,
            escaped(&bar.figure),
            escaped(&bar.name)
        );
    }
    svg.push_str("<line class=\"axis\" x1=\"0\" y1=\"196\" x2=\"600\" y2=\"196\"/></svg>");
    svg
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bar(name: &str, value: f64) -> Bar {
        Bar {
            name: name.to_owned(),
            value,
            figure: format!("{value} t"),
        }
    }

    #[test]
    fn a_bar_is_as_long_as_its_share_and_its_text_is_escaped() {
        let svg = bars("Tonnes & more", &[bar("<Sudan>", 50.0), bar("Ethiopia", 100.0)]);
        assert!(
            svg.contains("width=\"300.0\"") && svg.contains("width=\"600.0\""),
            "{svg}"
        );
        assert!(
            svg.contains("&lt;Sudan&gt;") && svg.contains("Tonnes &amp; more") && !svg.contains("style="),
            "{svg}"
        );
    }

    #[test]
    fn nothing_to_draw_is_no_division_by_zero() {
        for svg in [
            bars("t", &[]),
            columns("t", &[bar("a", 0.0)]),
            steps("t", &[], None, "", ""),
        ] {
            assert!(
                svg.ends_with("</svg>") && !svg.contains("NaN") && !svg.contains("inf"),
                "{svg}"
            );
        }
    }

    #[test]
    fn a_total_goes_up_in_steps() {
        let point = |x, y| Point {
            x,
            y,
            says: String::new(),
        };
        let svg = steps("t", &[point(0.5, 0.5), point(1.0, 1.0)], Some("limit"), "a", "b");
        assert!(svg.contains("M0 224.0H300.0V124.0H600.0V24.0"), "{svg}");
    }
}

//! The plot: how good each contestant is beside the reference, on a logarithmic scale.

use std::fmt::Write;

use super::{Book, Spread, reference};

const LABEL_PX: f64 = 230.0;
const SCALE_PX: f64 = 520.0;
const ROW_PX: f64 = 18.0;
/// The scale goes from a hundredth to ten times the reference.
const DECADES: std::ops::Range<i32> = -2..1;

/// Where a ratio stands, in pixels from the left.
fn x(ratio: f64) -> f64 {
    let decades = f64::from(DECADES.end - DECADES.start);
    let part = (ratio.log10() - f64::from(DECADES.start)) / decades;
    LABEL_PX + part.clamp(0.0, 1.0) * SCALE_PX
}

/// An SVG in which a bar is a median, and the line over it goes from the least to the greatest.
pub fn plot(book: &Book) -> String {
    let mut marks = String::new();
    let mut y = 30.0;
    for workload in book.workloads() {
        let Some(other) = reference(book, workload) else { continue };
        // Writing to a String cannot fail.
        let _ = writeln!(
            marks,
            r#"<text x="6" y="{:.0}" font-weight="bold">{workload}, times {other}</text>"#,
            y + 13.0
        );
        y += ROW_PX;
        for row in book.rows().iter().filter(|row| row.workload == workload) {
            let Some(ratio) = book.ratio(workload, &row.contestant, other) else { continue };
            bar(&mut marks, &row.contestant, ratio, y);
            y += ROW_PX;
        }
        y += ROW_PX / 2.0;
    }
    let width = LABEL_PX + SCALE_PX + 70.0;
    let mut svg = format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0}" height="{:.0}" font-family="sans-serif" font-size="12">
<rect width="100%" height="100%" fill="white"/>
"#,
        y + 10.0
    );
    for decade in DECADES.start..=DECADES.end {
        let ratio = 10f64.powi(decade);
        let _ = writeln!(
            svg,
            r##"<line x1="{0:.0}" x2="{0:.0}" y1="24" y2="{y:.0}" stroke="#bbb"/><text x="{0:.0}" y="18" text-anchor="middle">{ratio}</text>"##,
            x(ratio)
        );
    }
    svg + &marks + "</svg>\n"
}

fn bar(marks: &mut String, contestant: &str, ratio: Spread, y: f64) {
    let Spread { median, min, max } = ratio;
    let colour = if contestant == crate::contestant::MUX { "#c33" } else { "#69b" };
    let middle = y + ROW_PX / 2.0;
    // Writing to a String cannot fail.
    let _ = writeln!(
        marks,
        r##"<text x="24" y="{:.0}">{contestant}</text><rect x="{LABEL_PX}" y="{:.0}" width="{:.1}" height="{:.0}" fill="{colour}"/><line x1="{:.1}" x2="{:.1}" y1="{middle:.0}" y2="{middle:.0}" stroke="black"/><text x="{:.0}" y="{:.0}">{median:.2}</text>"##,
        middle + 4.0,
        y + 2.0,
        x(median) - LABEL_PX,
        ROW_PX - 4.0,
        x(min),
        x(max),
        x(max) + 6.0,
        middle + 4.0,
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scale_holds_what_is_on_it_and_cuts_what_is_not() {
        assert_eq!(x(0.01), LABEL_PX);
        assert_eq!(x(10.0), LABEL_PX + SCALE_PX);
        assert_eq!(x(1e9), LABEL_PX + SCALE_PX);
        assert!(x(0.5) < x(1.0));
    }
}

//! A QR code as squares.

use super::PaperError;
use fast_qr::{ECL, QRBuilder};

/// The side of a square, and the corners of all dark ones, in a field that begins at (x, y) and is so wide.
pub(super) fn squares(text: &str, x: f32, y: f32, width: f32) -> Result<(f32, Vec<(f32, f32)>), PaperError> {
    let code = QRBuilder::new(text).ecl(ECL::M).build();
    let code = code.map_err(|_| PaperError("the address is too long for a QR code".to_owned()))?;
    let side = width / code.size as f32;
    let mut corners = Vec::new();
    for row in 0..code.size {
        for column in 0..code.size {
            if code[row][column].value() {
                corners.push((x + column as f32 * side, y + row as f32 * side));
            }
        }
    }
    Ok((side, corners))
}

use crate::error::{Fault, Result};
use fast_qr::qr::QRBuilder;
use std::fmt::Write;

/// What readers need around it, in modules (ISO/IEC 18004 §5.3.8).
const QUIET_ZONE: usize = 4;

/// A QR code as the parts of an SVG picture.
pub struct Qr {
    /// Its width and height with the quiet zone, in modules.
    pub size: usize,
    /// The dark modules.
    pub path: String,
}

/// Draws a text.
pub fn draw(text: &str) -> Result<Qr> {
    let code =
        QRBuilder::new(text).build().map_err(|error| Fault::new(format!("a QR code: {error}")))?;
    let mut path = String::new();
    for (y, row) in code.data.chunks(code.size.max(1)).take(code.size).enumerate() {
        let mut from = None;
        // A light module ends the last run of a row, too.
        let modules = row.iter().map(|module| module.value()).chain([false]).enumerate();
        for (x, dark) in modules {
            match (dark, from) {
                (true, None) => from = Some(x),
                (false, Some(start)) => {
                    // Writing to a text can't fail.
                    let (left, top) = (start + QUIET_ZONE, y + QUIET_ZONE);
                    let _ = write!(path, "M{left} {top}h{}v1H{left}z", x - start);
                    from = None;
                }
                _ => {}
            }
        }
    }
    Ok(Qr { size: code.size + 2 * QUIET_ZONE, path })
}

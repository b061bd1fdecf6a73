//! Where a page ends and the next begins. Programs can't read it or make one:
//! attack TK-13.

use crate::app::App;
use crate::keys::Purpose;
use crate::time::Timestamp;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use subtle::ConstantTimeEq;
use uuid::Uuid;

const MAC: usize = 16;

/// A place in a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cursor {
    /// The moment of its last entry, where the list is in order of time.
    pub at: Timestamp,
    /// Its last entry.
    pub id: Uuid,
}

impl Cursor {
    /// As it is given out, for one list alone.
    pub fn encode(self, app: &App, list: &str) -> String {
        let mut bytes = self.bytes();
        bytes.extend_from_slice(&mac(app, list, &bytes));
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// One that was given out for this list, and nothing else.
    pub fn decode(app: &App, list: &str, text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let (plain, given) = bytes.split_last_chunk::<MAC>()?;
        if !bool::from(mac(app, list, plain).ct_eq(given)) {
            return None;
        }
        let (at, id) = plain.split_first_chunk::<8>()?;
        let at = Timestamp::from_millis(i64::from_be_bytes(*at));
        Some(Self { at, id: Uuid::from_slice(id).ok()? })
    }

    fn bytes(self) -> Vec<u8> {
        [self.at.millis().to_be_bytes().as_slice(), self.id.as_bytes()].concat()
    }
}

fn mac(app: &App, list: &str, plain: &[u8]) -> [u8; MAC] {
    let whole = app.keys.derive(Purpose::Cursor).mac(&[list.as_bytes(), plain]);
    let mut mac = [0; MAC];
    mac.iter_mut().zip(whole).for_each(|(to, from)| *to = from);
    mac
}

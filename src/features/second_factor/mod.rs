//! The second factor.

pub mod sms;

use portcullis_db::Statement;

pub(crate) const fn statements() -> &'static [Statement] {
    sms::statements()
}

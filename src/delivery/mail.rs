//! One message, ready to be sent.

use serde::{Deserialize, Serialize};

/// A message to one person.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mail {
    /// The one address that it goes to.
    pub to: String,
    /// Its subject.
    pub subject: String,
    /// What is read where HTML is not shown.
    pub text: String,
    /// What is read otherwise.
    pub html: String,
}

impl std::fmt::Debug for Mail {
    /// What it says and to whom is nobody's business.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Mail(…)")
    }
}

//! One text message, ready to be sent.

use serde::{Deserialize, Serialize};

/// A message to one phone, and exactly what the carrier gets.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TextMessage {
    /// The number, in E.164: `+447400123456`.
    pub to: String,
    /// What is read there.
    pub text: String,
}

impl std::fmt::Debug for TextMessage {
    /// What it says and to whom is nobody's business.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TextMessage(…)")
    }
}

//! The ways by which messages go. Each has its own senders, so that a slow mail
//! server holds up no code.

use super::{LogoutNotice, Mail, TextMessage};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// A message that goes by one way.
pub trait Message: Serialize + DeserializeOwned {
    /// As stored.
    const CHANNEL: &'static str;
    /// The metric that counts its attempts.
    const ATTEMPTS: &'static str;
}

impl Message for Mail {
    const CHANNEL: &'static str = "mail";
    const ATTEMPTS: &'static str = "portcullis_mail_attempts_total";
}

impl Message for TextMessage {
    const CHANNEL: &'static str = "text";
    const ATTEMPTS: &'static str = "portcullis_text_attempts_total";
}

impl Message for LogoutNotice {
    const CHANNEL: &'static str = "logout";
    const ATTEMPTS: &'static str = "portcullis_logout_attempts_total";
}

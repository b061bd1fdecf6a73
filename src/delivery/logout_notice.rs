//! That a session has ended, for the application that it was in.

use crate::ids::{AccountId, ApplicationId, ApplicationSessionId};
use serde::{Deserialize, Serialize};

/// What ended. The token that says so is signed when it is sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogoutNotice {
    application: String,
    account: String,
    session: String,
}

impl LogoutNotice {
    /// One about an application session.
    pub fn new(
        application: ApplicationId,
        account: AccountId,
        session: ApplicationSessionId,
    ) -> Self {
        Self {
            application: application.to_string(),
            account: account.to_string(),
            session: session.to_string(),
        }
    }

    /// The application that is told.
    pub fn application(&self) -> Option<ApplicationId> {
        self.application.parse().ok()
    }

    /// Whose session it was, as the application knows them.
    pub fn account(&self) -> &str {
        &self.account
    }

    /// The application session, as the application knows it.
    pub fn session(&self) -> &str {
        &self.session
    }
}

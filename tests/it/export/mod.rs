//! The log as programs read it: the order of commits, and the file that people
//! and auditors download.

pub mod files;
mod order;
mod retention;
mod rights;

use crate::support::TestApp;
use portcullis::features::security_log::{Event, Kind, record};

/// Every area's box, ticked.
pub const ALL: [(&str, &str); 9] = [
    ("area-sign-ins", "yes"),
    ("area-passwords", "yes"),
    ("area-two-factor", "yes"),
    ("area-organisations", "yes"),
    ("area-sessions", "yes"),
    ("area-access-tokens", "yes"),
    ("area-email", "yes"),
    ("area-account", "yes"),
    ("area-administration", "yes"),
];
pub const EXPORT: &str = "/settings/security/log/export";

/// The form with everything in it.
pub fn everything(format: &'static str) -> Vec<(&'static str, &'static str)> {
    let mut fields = vec![("format", format)];
    fields.extend(ALL);
    fields
}

/// So many events of an account, in one transaction.
pub async fn events(app: &TestApp, account: portcullis::ids::AccountId, count: usize) {
    let mut tx = app.db.begin().await.unwrap();
    for _ in 0..count {
        let event = Event::new(Kind::SignIn).on(account).email("mira@example.com");
        record(&mut tx, event, app.clock.now(), &app.random).await.unwrap();
    }
    tx.commit().await.unwrap();
}

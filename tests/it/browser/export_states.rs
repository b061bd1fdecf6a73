//! The page that exports a log, in its states.

use super::person::Person;

const AREAS: [&str; 9] = [
    "Login attempts",
    "Password changes",
    "2FA changes",
    "Session activity",
    "Access tokens",
    "Email",
    "Account",
    "Administration",
    "Organisations",
];

/// The log as a file, and what the form says when it can't be made.
pub async fn export(person: &Person<'_>, look: &mut impl AsyncFnMut(&str)) {
    person.open("/settings/security/log/export").await;
    person.sees("Download security log for audit purposes.").await;
    look("export").await;
    for area in AREAS {
        person.tick(area).await;
    }
    person.press("Export log").await;
    person.sees("Choose at least one.").await;
    look("export-error").await;
    person.open("/admin/log/export").await;
    person.sees("Download the security log of this installation").await;
    look("admin-export").await;
}

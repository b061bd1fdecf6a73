//! The rooms of the house, named after what a person sees.

pub mod access_tokens;
pub mod account;
pub mod account_lock;
pub mod active_sessions;
pub mod activity_history;
pub mod administration;
pub mod application_sessions;
pub mod application_settings;
pub mod applications;
pub mod backup_codes;
pub mod check;
pub mod closing;
pub mod connected_applications;
pub mod consents;
pub mod drafts;
pub mod email_change;
pub mod enrolments;
pub mod failure_counters;
pub mod gate;
pub mod guessing;
pub mod ip_allowlist;
pub mod known_devices;
pub mod log_export;
pub mod log_seals;
pub mod login_notifications;
pub mod mail_requests;
pub mod mailed_links;
pub mod notable_sign_ins;
pub mod open_id;
pub mod organisation_access;
pub mod organisation_admins;
pub mod organisation_joining;
pub mod organisation_log;
pub mod organisations;
pub mod overview;
pub mod password;
pub mod pending_sign_ins;
pub mod profile;
pub mod recovery;
pub mod revocation;
pub mod second_factor;
pub mod secure_account;
pub mod security_log;
pub mod security_notices;
pub mod sessions;
pub mod sign_in;
pub mod sign_up;
pub mod signing_keys;
pub mod step_up;
pub mod suspicious_activity;
pub mod two_factor_requirement;

use crate::delivery;
use portcullis_db::Statement;

/// Every statement of every feature, so that a test can prepare them all on
/// both databases.
pub fn statements() -> impl Iterator<Item = &'static Statement> {
    [
        access_tokens::statements(),
        account::statements(),
        administration::statements(),
        application_sessions::statements(),
        applications::statements(),
        backup_codes::statements(),
        check::statements(),
        consents::statements(),
        delivery::statements(),
        drafts::statements(),
        enrolments::statements(),
        failure_counters::statements(),
        gate::statements(),
        ip_allowlist::statements(),
        known_devices::statements(),
        log_export::statements(),
        log_seals::statements(),
        login_notifications::statements(),
        mail_requests::statements(),
        mailed_links::statements(),
        notable_sign_ins::statements(),
        open_id::statements(),
        organisation_access::statements(),
        organisations::statements(),
        organisations::invitations::statements(),
        password::statements(),
        pending_sign_ins::statements(),
        second_factor::statements(),
        second_factor::sms::statements(),
        security_log::statements(),
        security_log::counts::statements(),
        security_log::export::statements(),
        security_log::review::statements(),
        security_log::search::statements(),
        security_notices::statements(),
        sessions::statements(),
        signing_keys::statements(),
        suspicious_activity::statements(),
        two_factor_requirement::statements(),
    ]
    .into_iter()
    .flatten()
}

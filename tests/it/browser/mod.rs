//! In a real browser: what a person sees, types and is told.
//!
//! `driver`, `site`, `person` and `watch` are the stage, `states` a walk through
//! every page, `authenticator` somebody's phone; each other file is one thing that people do, or one promise that
//! every page keeps.

mod application_states;
pub mod authenticator;
pub mod driver;
mod export_states;
pub mod person;
mod site;
mod states;
mod two_factor_states;
mod walked_site;
mod watch;

mod applications;
mod axe;
mod every_page;
mod intrusion;
mod keyboard;
mod letters;
mod log_states;
mod newcomer;
mod notification_states;
mod open_id_states;
mod organisation_states;
mod organisations;
mod password;
mod profile;
mod review_states;
mod screenshots;
mod security_log;
mod session_states;
mod sessions;
mod sign_in;
mod spec;
mod spec_organisations;
mod spec_sessions;
mod spec_tokens;
mod spec_two_factor;
mod spec_walk;
mod text_messages;
mod token_states;
mod two_factor;

//! Behaviour through the front door: HTTP requests over the real router, on
//! SQLite and on PostgreSQL, with a clock and randomness that tests hold.
//!
//! Run by `cargo xtask test`, which brings PostgreSQL and a browser.
#![allow(
    missing_docs,
    dead_code,
    unused_imports,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::pedantic,
    clippy::print_stderr
)]

mod support;

mod access_tokens;
mod account;
mod administration;
mod api;
mod applications;
mod browser;
mod check;
mod export;
mod gate;
mod guards;
mod login_notifications;
mod mail;
mod open_id;
mod organisations;
mod passwords;
mod places;
mod platform;
mod process;
mod recovery;
mod second_factor;
mod security_log;
mod sessions;
mod sign_in;
mod sms;
mod suspicious_activity;

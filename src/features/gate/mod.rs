//! The gate in front of applications that know nothing of accounts.

pub mod rules;

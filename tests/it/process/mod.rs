//! The real program, run as an operator runs it: in a folder of its own, on
//! free ports, by its command line, signals and sockets.

mod person;
pub mod program;

mod accounts;
mod administration;
mod backup;
mod clock;
mod configuration;
mod control;
mod crash;
mod crash_mail;
mod doctor;
mod documentation;
mod every_key;
mod health;
mod log;
mod log_export;
mod log_verify;
mod logging;
mod newcomer;
mod nodes;
mod refusals;
mod shutdown;
mod slow_clients;
mod together;
mod wire;

pub use program::{Ran, Site, free_port, wait_for};

//! Portcullis: the Settings → Security page of any product, and the machinery
//! behind it. The modules in reading order: `http::routes` says what there is,
//! `features` what it does, everything else is what they stand on.

pub mod app;
pub mod cli;
pub mod config;
pub mod data_dir;
pub mod delivery;
pub mod devices;
pub mod error;
pub mod features;
pub mod http;
pub mod ids;
pub mod jobs;
pub mod keys;
pub mod metrics_listener;
pub mod places;
pub mod random;
pub mod remembered;
pub mod sealed;
pub mod secret;
pub mod seen;
pub mod text;
pub mod time;
pub mod together;

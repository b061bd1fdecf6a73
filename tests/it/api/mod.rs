//! The JSON API: what programs do with a token, and what they can't.

mod bearers;
mod codes;
mod cursors;
mod described;
mod documented;
mod export;
mod leaked;
mod matrix;
mod program;
mod python;
mod reading;
mod revoking;
mod schemathesis;

pub use program::{Answer, Program, token};

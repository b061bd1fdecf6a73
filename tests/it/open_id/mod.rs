//! OpenID Connect: what an application gets, when, and whatever it must not get.

pub mod client;

mod attacks;
mod codes;
mod discovery;
pub mod enrolling;
mod errors;
mod flow;
mod keys;
mod logout;
mod prompts;
mod sessions;
mod sign_out;
mod standards;

pub use client::{Answer, Client, Made, Tokens};

pub const MIRA: &str = "mira@example.com";

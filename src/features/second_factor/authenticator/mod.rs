//! The authenticator app: a seed that both sides know, and a code of it every
//! thirty seconds (TOTP, RFC 6238).

mod qr;
pub mod rules;

pub use qr::{Qr, draw};

//! Mail for real: through a mail server in a process of its own.

mod outbox;
pub mod server;
mod smtp;

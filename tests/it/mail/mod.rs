//! Mail through a real SMTP server, which is another program and reads what
//! arrives with a library of its own.

mod server;

mod arriving;
mod injection;
mod man_in_the_middle;
mod outbox;
mod protection;
mod refusals;
mod settings;

pub use server::{Certificates, MailServer, Offer, header};

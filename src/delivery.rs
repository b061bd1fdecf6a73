//! Mail on its way out: written into the outbox in the transaction of the act
//! that it tells about, sent afterwards, tried again until it arrives or is of
//! no use any more.

mod mail;
pub mod smtp;

pub use mail::Mail;

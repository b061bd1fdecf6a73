//! Mail and text messages on their way out: written into the outbox in the transaction of the act
//! that it tells about, sent afterwards, tried again until it arrives or is of
//! no use any more.

mod bytewise;
pub mod carrier;
mod channel;
mod connect;
mod failure;
mod letter;
pub mod local_mail;
mod logout_notice;
mod mail;
mod message;
mod outbox;
mod post;
pub mod rules;
mod sending;
pub mod smtp;
mod store;
mod text_message;

pub use channel::Message;
pub use connect::outward as outward_addresses;
pub use failure::Failure;
pub use letter::{Letter, Purpose, text_for};
pub use logout_notice::LogoutNotice;
pub use mail::Mail;
pub use outbox::{
    Backlog, Unsent, backlog, enqueue, enqueue_logout, enqueue_text, list_dead, list_waiting,
    prune, retry, unsent, was_written, withdraw,
};
pub use post::Poster;
pub use sending::{Posted, drain};
pub use store::Queued;
pub use text_message::TextMessage;

use portcullis_db::Statement;

pub(crate) const fn statements() -> &'static [Statement] {
    store::ALL
}

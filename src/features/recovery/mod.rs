//! Getting back in without the password, and in for the first time: links by
//! mail that set one.

mod links;

pub use links::{send_invitation, send_reset_link};

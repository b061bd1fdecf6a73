//! Getting back in without the password, and in for the first time: links by
//! mail that set one. Asking is the same for every address; a link opens a page
//! that changes nothing, and whose form spends it.

mod answer;
mod links;
mod redeem;
pub mod rules;
pub mod web;

pub use answer::answer_requests;
pub use links::{send_invitation, send_reset_link};
pub use redeem::{Chosen, Redeemed, note_dead, owner, redeem};

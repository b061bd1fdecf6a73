//! Making one's own account, where the operator allows it. There is no account
//! before its address is proved; whoever has one already is told by mail, and
//! nobody is told on the screen.

mod answer;
mod redeem;
pub mod web;

pub use answer::answer_requests;
pub use redeem::{NotOpen, Outcome, SignUp, address, note_dead, sign_up};

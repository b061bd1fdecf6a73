//! The page of the switches, and the pages of a notice's links.

mod link;
mod settings;

pub use link::{lock, me, me_page, not_me, not_me_page};
pub use settings::{page, switch_off, switch_on};

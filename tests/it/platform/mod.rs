//! What holds for the server as a whole (attacks PL, and SE-20).

mod fuzz;
pub mod headers;
mod injection;
mod lg_09_long_headers;
mod local_mail;
mod methods;
mod one_truth;
mod row_swapping;
mod set_up_link;

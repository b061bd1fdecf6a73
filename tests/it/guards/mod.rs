//! What must hold of the whole program, read from its own files and its table
//! of routes, so that a breach fails here and not in a review.

mod architecture;
mod gate_routes;
pub mod html;
mod locale;
mod oauth_routes;
mod packaging;
mod plans;
pub mod routes;
pub mod source;
mod statements;
mod text_of_pages;

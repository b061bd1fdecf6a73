//! The gate, behind the real proxies by the very configurations that are shipped, in
//! front of an application that says what it got.

pub mod proxy;
pub mod site;
mod toy;
mod wire;

mod assertion;
mod coming_in;
mod differential;
mod enrolling;
mod identity;
mod organisations;
mod pages;
mod paths;
mod people;
mod revoking;
mod settings;
mod together;

//! The protocol's promise, in every order in which steps can happen; and without each rule.

#![allow(clippy::print_stdout, reason = "how large an instance was is for who reads the run")]
#![allow(clippy::disallowed_methods, reason = "and how long it took")]

mod guards;
mod holds;
mod scenes;
mod walk;

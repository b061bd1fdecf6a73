//! The gate, behind the real proxies by the very configurations that are shipped, in
//! front of an application that says what it got.

mod proxy;
mod toy;
mod wire;

mod differential;

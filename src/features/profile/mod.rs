//! Settings → Profile: who the owner is, where mail goes, and the way out. It
//! has nothing of its own; it looks at the other rooms.

pub mod api;
pub mod web;

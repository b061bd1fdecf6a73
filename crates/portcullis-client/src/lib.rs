//! Protects an axum application, or any tower service, by Portcullis: who is this,
//! and may they?
//!
//! A request comes with a personal access token or an application session as
//! `Authorization: Bearer …`. The layer asks Portcullis about it (RFC 7662), at each
//! request, and lets through what Portcullis says is active and carries the permissions
//! that the route asks for. Everything else is refused: 401 for what is no live
//! credential, 403 for one that lacks a permission, 503 where Portcullis can't be asked.
//! Nothing is remembered between two requests, so what is revoked is refused from the
//! next request on. [`Protect::within`] asks about one organisation besides: its members, its
//! IP allowlist and its second factor, at each request.
//!
//! ```no_run
//! use axum::{Router, routing::get};
//! use portcullis_client::{Caller, Portcullis};
//!
//! async fn clients(caller: Caller) -> String {
//!     format!("the clients of {}", caller.subject())
//! }
//!
//! # fn main() -> Result<(), portcullis_client::NotUsable> {
//! let portcullis = Portcullis::at(
//!     "https://login.example.com",
//!     "0193e5d8-7c1a-7b90-a4f2-5d1f6c0e8a11",
//!     "pcl_app_…",
//! )
//! .build()?;
//! let app: Router = Router::new()
//!     .route("/clients", get(clients))
//!     .layer(portcullis.require(["clients:read"]));
//! # let _ = app;
//! # Ok(())
//! # }
//! ```

mod answer;
mod client;
mod denied;
mod end_user;
mod organisation;
mod protect;
mod settings;

pub use answer::Caller;
pub use client::{Portcullis, Unanswered};
pub use denied::Denied;
pub use end_user::EndUser;
pub use ipnet::IpNet;
pub use organisation::{Organisation, Role};
pub use protect::{Protect, Protected};
pub use settings::{Builder, NotUsable};

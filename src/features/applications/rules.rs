//! What an application is made of, read from what somebody types: what can't be read
//! is nowhere else.

mod address;
mod addresses;
mod kind;
mod lifetime;
mod permission;
mod scopes;

use address::is_registered;
pub use address::{AddressKind, GateOrigin, LogoutUrl, NotAnAddress, ReturnAddress};
pub use addresses::{Addresses, ReturnAddresses};
pub use kind::{Algorithm, ApplicationKind};
pub use lifetime::{NotALifetime, Overlap, SessionLifetime};
pub use permission::{MAX_PERMISSION, NotAPermission, PermissionName};
pub use scopes::{STANDARD_SCOPES, Scopes};

/// Secrets that prove an application at once.
pub const MOST_SECRETS: usize = 5;

/// Addresses of one kind.
pub const MOST_ADDRESSES: usize = 50;

/// Permissions that an application declares.
pub const MOST_PERMISSIONS: usize = 100;

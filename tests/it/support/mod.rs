//! Typed actors: a test reads as what a person does.

mod app;
mod applications;
mod browser;
pub mod mmdb;
pub mod phone;
pub mod product;
pub mod statistics;
mod tokens;
mod two_factor;

pub use app::{Backend, TestApp, is_full, rounds};
pub use applications::{MadeApplication, wanted};
pub use browser::{Browser, Reply};
pub use phone::{Holder, Phone};
pub use product::{Product, Told};
pub use tokens::{MadeToken, bearer, form_of, parsed, source_of, token_of};
pub use two_factor::{enables_two_factor, signs_in_with_app};

/// A password that keeps every rule.
pub const PASSWORD: &str = "Correct-horse 1 battery";
/// Another.
pub const OTHER_PASSWORD: &str = "Wrong-horse 2 stapler!";

/// One test, run on both databases: `both!(name, async |app| { … })`.
#[macro_export]
macro_rules! both {
    ($(#[$attribute:meta])* $name:ident, $test:expr) => {
        mod $name {
            #[allow(unused_imports)]
            use super::*;

            $(#[$attribute])*
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                let app = $crate::support::TestApp::new($crate::support::Backend::Sqlite).await;
                ($test)(app).await;
            }

            $(#[$attribute])*
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                let app = $crate::support::TestApp::new($crate::support::Backend::Postgres).await;
                ($test)(app).await;
            }
        }
    };
}

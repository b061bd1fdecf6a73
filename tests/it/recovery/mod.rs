//! Lost passwords, invitations and sign-up: what they do, and the attacks of
//! group RS on them, named after the catalogue.

mod asking;
mod invitation;
mod links;
mod races;
mod rs_09_crossing;
mod rs_24_timing;
mod sign_up;

use crate::support::TestApp;
use std::time::Duration;

const MIRA: &str = "mira@example.com";
const NEW: &str = "Another-horse 3 paper";

/// Somebody asks for a reset link to an address, and it is sent; its path.
async fn reset_link(app: &TestApp, email: &str) -> String {
    // A moment later than whatever was sent before.
    app.wait(Duration::from_millis(1));
    app.browser().forgets(email).await.is(200);
    app.post().await;
    app.link(email, "password-reset").await
}

/// The same for a sign-up link.
async fn sign_up_link(app: &TestApp, email: &str) -> String {
    app.wait(Duration::from_millis(1));
    app.browser().asks_to_sign_up(email).await.is(200);
    app.post().await;
    app.link(email, "sign-up").await
}

const fn minutes(count: u64) -> Duration {
    Duration::from_secs(count * 60)
}

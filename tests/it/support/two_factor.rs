//! Owners of second factors, in browsers that have just signed in.

use super::phone::STEP;
use super::{Browser, Phone, TestApp};

/// Switches two-factor authentication on, and waits until the app shows another
/// code.
pub async fn enables_two_factor(app: &TestApp, browser: &mut Browser) -> Phone {
    app.tamper("UPDATE accounts SET email_verified_at = created_at").await;
    let (phone, _) = browser.enables(app).await;
    app.wait(STEP);
    phone
}

/// Signs in by password and app, and waits until that shows another code.
pub async fn signs_in_with_app(app: &TestApp, browser: &mut Browser, email: &str, phone: &Phone) {
    browser.signs_in_with_code(email, &phone.code(app.clock.now())).await;
    app.wait(STEP);
}

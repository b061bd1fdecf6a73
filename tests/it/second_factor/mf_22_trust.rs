//! MF-22: trust in a browser is a row of the account and the browser; it can be
//! neither forged nor carried away, and ends with every change.

use super::{DEVICES, EVE, HOME, MIRA, logged};
use crate::both;
use crate::support::phone::{AUTHENTICATOR, CHALLENGE, STEP};
use crate::support::{Browser, Holder, OTHER_PASSWORD, PASSWORD, TestApp};
use std::time::Duration;

const DEVICE: &str = "portcullis-device";
const MONTH: Duration = Duration::from_hours(30 * 24);

/// A browser whose owner trusts it, signed in.
async fn trusted(app: &TestApp, holder: &Holder) -> Browser {
    app.wait(STEP);
    let mut browser = app.browser();
    browser.half_signs_in(&holder.account.email).await;
    let code = holder.phone.code(app.clock.now());
    let fields = [("way", "authenticator"), ("code", code.as_str()), ("trust", "yes")];
    browser.post(CHALLENGE, &fields).await.leads_to(HOME);
    app.wait(STEP);
    browser
}

/// Whether the password alone is enough in it.
async fn is_trusted(browser: &Browser, email: &str, password: &str) -> bool {
    let mut browser = browser.clone();
    browser.forget("-session");
    let reply = browser.sign_in(email, password).await;
    let opened = browser.has_session();
    reply.leads_to(if opened { HOME } else { CHALLENGE });
    opened
}

both!(mf_22_trust_is_of_one_account_in_one_browser, async |app: TestApp| {
    let (mira, eve) = (app.enrolled(MIRA).await, app.enrolled(EVE).await);
    let browser = trusted(&app, &mira).await;
    assert!(is_trusted(&browser, MIRA, PASSWORD).await);
    assert_eq!(logged(&app, "browser-trusted succeeded").await, 1);
    // For another account it says nothing.
    assert!(!is_trusted(&browser, EVE, PASSWORD).await);
    let mut other = trusted(&app, &eve).await;
    assert!(!is_trusted(&other, MIRA, PASSWORD).await);
    // Neither does a cookie whose secret is another's, or nobody's.
    let (own, of_eve) = (browser.cookies[DEVICE].clone(), other.cookies[DEVICE].clone());
    let spliced = format!("{}{}", &own[..30], &of_eve[30..]);
    let changed = own.replace(&own[40..41], if &own[40..41] == "x" { "y" } else { "x" });
    for forged in [of_eve, spliced, changed, own.to_lowercase(), "trusted".into(), String::new()] {
        other.cookies.insert(DEVICE.into(), forged.clone());
        assert!(!is_trusted(&other, MIRA, PASSWORD).await, "{forged}");
    }
    // Who does not ask for it does not get it.
    let mut plain = app.browser();
    plain.signs_in_with_code(MIRA, &mira.phone.code(app.clock.now())).await;
    assert!(!is_trusted(&plain, MIRA, PASSWORD).await);
});

both!(mf_22_trust_ends_after_thirty_days, async |app: TestApp| {
    let holder = app.enrolled(MIRA).await;
    let browser = trusted(&app, &holder).await;
    app.wait(MONTH - STEP - Duration::from_secs(1));
    // Using it does not lengthen it.
    assert!(is_trusted(&browser, MIRA, PASSWORD).await);
    app.wait(Duration::from_secs(1));
    assert!(!is_trusted(&browser, MIRA, PASSWORD).await);
});

both!(mf_22_every_change_ends_trust, async |app: TestApp| {
    let mut holder = app.enrolled(MIRA).await;
    let mut password = PASSWORD;
    for change in ["password", "reset", "factor", "owner", "suspension"] {
        app.tamper("DELETE FROM failure_counters").await;
        if password != PASSWORD {
            let mut own = app.browser();
            own.sign_in(MIRA, password).await.leads_to(CHALLENGE);
            own.get(CHALLENGE).await;
            own.enters_code(&holder.phone.code(app.clock.now())).await.leads_to(HOME);
            own.change_password(password, PASSWORD).await.leads_to(HOME);
            password = PASSWORD;
        }
        let mut browser = trusted(&app, &holder).await;
        assert!(is_trusted(&browser, MIRA, PASSWORD).await, "{change}");
        match change {
            "password" => {
                browser.change_password(PASSWORD, OTHER_PASSWORD).await.leads_to(HOME);
                password = OTHER_PASSWORD;
            }
            "reset" => {
                let mut stranger = app.browser();
                stranger.forgets(MIRA).await;
                app.post().await;
                let link = app.link(MIRA, "password-reset").await;
                stranger.chooses(&link, OTHER_PASSWORD).await.leads_to("/sign-in");
                password = OTHER_PASSWORD;
            }
            "factor" => {
                let phone = browser.begins_enrolment().await;
                browser.get(AUTHENTICATOR).await;
                let code = phone.code(app.clock.now());
                browser.post(AUTHENTICATOR, &[("code", &code)]).await.is(303);
                holder.phone = phone;
                app.wait(STEP);
            }
            "owner" => {
                browser.get(DEVICES).await.is(200);
                browser.post(&format!("{DEVICES}/end-trust"), &[]).await.leads_to(DEVICES);
            }
            _ => {
                app.suspend(MIRA).await;
                app.restore_account(MIRA).await;
            }
        }
        assert!(!is_trusted(&browser, MIRA, password).await, "{change}");
    }
});

both!(mf_22_the_operator_can_do_without_trust, async |app: TestApp| {
    let holder = app.enrolled(MIRA).await;
    let browser = trusted(&app, &holder).await;
    let app = app.restart(&[("trust_browsers", "off")]).await;
    assert!(!is_trusted(&browser.at(&app), MIRA, PASSWORD).await);
    // Nor does a form that asks for it all the same get it.
    let mut other = app.browser();
    other.half_signs_in(MIRA).await;
    other.get(CHALLENGE).await.lacks("name=\"trust\"");
    let code = holder.phone.code(app.clock.now());
    let fields = [("way", "authenticator"), ("code", code.as_str()), ("trust", "yes")];
    other.post(CHALLENGE, &fields).await.leads_to(HOME);
    let app = app.restart(&[("trust_browsers", "on")]).await;
    assert!(!is_trusted(&other.at(&app), MIRA, PASSWORD).await);
});

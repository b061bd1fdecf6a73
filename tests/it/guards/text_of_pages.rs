//! Nothing that people read is hard-wired: in the pseudo-locale every text on
//! every page is pseudo-localised. And templates hold no code.

use super::html::texts;
use super::source::files;
use crate::guards::routes::pages;
use crate::support::{Backend, Browser, OTHER_PASSWORD, PASSWORD, Reply, TestApp};
use axum::http::Method;
use portcullis::features::administration::set_up_link;
use portcullis::text::Language;

const EMAIL: &str = "mira@example.com";

#[test]
fn templates_hold_no_code_and_escape_everything() {
    for file in files("src", ".html") {
        // Mail has no other place for its style, and no script can run in it.
        let is_mail = file.path.ends_with("delivery/mail.html");
        let lower = file.text.to_lowercase();
        for (position, _) in lower.match_indices("<script") {
            let tag = lower[position..].split_once('>').unwrap();
            assert!(tag.0.contains("src="), "{}: an inline script", file.path);
            assert!(tag.1.starts_with("</script>"), "{}: an inline script", file.path);
        }
        for word in [" style=", "<style", "|safe", "| safe", "javascript:", " onclick=", " onload="]
        {
            let allowed = is_mail && word == "<style";
            assert!(allowed || !lower.contains(word), "{} has {word}", file.path);
        }
        assert!(!lower.contains("escape = \"none\""), "{} escapes nothing", file.path);
    }
    for file in files("src", ".rs") {
        assert!(!file.code().contains("escape = \"none\""), "{} escapes nothing", file.path);
    }
}

/// What is left of a text once data, dates and the product's name are out.
fn hard_wired(text: &str, data: &[String]) -> String {
    const MONTHS: &[&str] =
        &["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let mut text = text.to_owned();
    for own in data {
        text = text.replace(own.as_str(), " ");
    }
    let words: Vec<&str> = text.split_whitespace().collect();
    let is_number = |index: Option<usize>| {
        index
            .and_then(|index| words.get(index))
            .is_some_and(|word| word.starts_with(|c: char| c.is_ascii_digit()))
    };
    let left: Vec<&str> = words
        .iter()
        .enumerate()
        .filter(|(index, word)| {
            let beside = is_number(index.checked_sub(1)) || is_number(Some(index + 1));
            let is_date = MONTHS.contains(word) || **word == "UTC";
            // The pseudo-locale leaves a and i plain: a word of ours is plain in all.
            let letters: Vec<char> = word.chars().filter(|c| c.is_alphabetic()).collect();
            !(beside && is_date)
                && letters.iter().all(char::is_ascii_alphabetic)
                && letters.iter().any(|c| !matches!(c, 'a' | 'i' | 'A' | 'I'))
        })
        .map(|(_, word)| *word)
        .collect();
    left.join(" ")
}

struct Walk {
    data: Vec<String>,
    seen: usize,
}

impl Walk {
    fn of(&mut self, what: &str, reply: &Reply) {
        assert!(reply.body.contains("lang=\"en-XA\""), "{what} is not in the pseudo-locale");
        for (place, text) in texts(&reply.body) {
            self.seen += 1;
            let left = hard_wired(&text, &self.data);
            assert!(left.is_empty(), "{what}, {place}: {left:?} is hard-wired in {text:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_page_is_pseudo_localised() {
    let app =
        TestApp::with_language(Backend::Sqlite, &[("sign_up", "open")], Language::Pseudo).await;
    let mut browser = app.browser();
    let data =
        [EMAIL, "Mira Okafor", "Portcullis", &browser.user_agent, "Firefox 143", "Linux", "DB-IP"];
    let mut data: Vec<String> = data.into_iter().map(str::to_owned).collect();
    data.push(browser.address.to_string());
    let mut walk = Walk { data, seen: 0 };
    set_up_pages(&app, &mut walk).await;
    app.account(EMAIL).await;
    app.tamper("UPDATE accounts SET administrator_since = 1").await;
    signed_out(&app, &mut walk).await;
    browser.signs_in(EMAIL, PASSWORD).await;
    let mut other = app.browser();
    other.signs_in(EMAIL, PASSWORD).await;
    walk.data.push(other.address.to_string());
    for route in pages() {
        if !route.path.contains('{') {
            let reply = browser.get(route.path).await;
            if reply.status.as_u16() == 200 {
                walk.of(route.path, &reply);
            }
        }
    }
    notices(&app, &mut browser, &mut walk).await;
    address(&app, &mut browser, &mut walk).await;
    administration(&app, &mut browser, &mut walk).await;
    organisations(&app, &mut browser, &mut walk).await;
    forms(&app, &mut browser, &mut walk).await;
    closing(&app, &mut walk).await;
    assert!(walk.seen > 500, "only {} texts were read", walk.seen);
}

/// Switches, and the pages of a notice's links.
async fn notices(app: &TestApp, browser: &mut Browser, walk: &mut Walk) {
    const PAGE: &str = "/settings/security/notifications";
    for (way, notice) in
        [("switch-off", "new-device"), ("switch-off", "new-browser"), ("switch-on", "by-sms")]
    {
        browser.get(PAGE).await;
        browser.post(&format!("{PAGE}/{way}"), &[("notice", notice)]).await.leads_to(PAGE);
        walk.of(notice, &browser.get(PAGE).await);
    }
    browser.get(PAGE).await;
    browser.post(&format!("{PAGE}/switch-off"), &[("notice", "new-location")]).await;
    walk.of("overview, muted", &browser.get("/settings/security").await);
    let not_me = app.link(EMAIL, "sign-in").await;
    let (me, lock) = (not_me.replace("/not-me", "/me"), not_me.replace("/not-me", "/lock"));
    for path in [&me, &not_me] {
        walk.of("notice", &browser.get(path).await);
        browser.post(path, &[]).await.leads_to(path);
        walk.of("notice, answered", &browser.get(path).await);
    }
    browser.post(&lock, &[]).await.leads_to(&not_me);
    walk.of("notice, locked", &browser.get(&not_me).await);
    app.tamper("UPDATE accounts SET locked_at = NULL").await;
    app.tamper("UPDATE sign_in_notices SET expires_at = 1").await;
    walk.of("notice, expired", &browser.get(&not_me).await);
    browser.signs_in(EMAIL, PASSWORD).await;
}

async fn administration(app: &TestApp, browser: &mut Browser, walk: &mut Walk) {
    let account = app.account("ada@example.com").await;
    let id = account.id;
    app.dead_message(&account).await;
    let said = ["ada@example.com", "550 5.1.1 … no such mailbox", "x x", "cy@example.com", "bob"];
    walk.data.extend(said.map(str::to_owned));
    walk.data.push("x".repeat(201));
    walk.of("outbox", &browser.get("/admin/outbox").await);
    for page in ["", "/log", "/suspend", "/require-password-change", "/end-sessions"] {
        walk.of(page, &browser.get(&format!("/admin/accounts/{id}{page}")).await);
    }
    for page in ["/make-administrator", "/unmake-administrator", "/remove-second-factor", "/unlock"]
    {
        walk.of(page, &browser.get(&format!("/admin/accounts/{id}{page}")).await);
    }
    let suspend = format!("/admin/accounts/{id}/suspend");
    let long = "x".repeat(201);
    walk.of("reason", &browser.post(&suspend, &[("reason", &long)]).await);
    browser.post(&suspend, &[("reason", "x x")]).await;
    walk.of("suspended", &browser.get(&format!("/admin/accounts/{id}")).await);
    browser.post(&suspend, &[]).await;
    walk.of("refused", &browser.get(&format!("/admin/accounts/{id}")).await);
    app.tamper("UPDATE accounts SET locked_at = 1 WHERE name = 'Ada Byron'").await;
    walk.of("log", &browser.get("/admin/log").await);
    walk.of("found", &browser.get("/admin/accounts?search=ada").await);
    walk.of("none", &browser.get("/admin/accounts?search=bob").await);
    walk.of("invite", &browser.post("/admin/accounts/new", &[("email", "bob")]).await);
    let new = [("name", "x x"), ("email", "cy@example.com")];
    let invited = browser.post("/admin/accounts/new", &new).await.location().to_owned();
    walk.of("invited", &browser.get(&invited).await);
    app.tamper("UPDATE accounts SET password_change_required_at = 1").await;
    walk.of("required", &browser.get("/settings/security/password").await);
    app.tamper("UPDATE accounts SET password_change_required_at = NULL").await;
}

/// An organisation with all that it can ask, and who does not get in.
async fn organisations(app: &TestApp, browser: &mut Browser, walk: &mut Walk) {
    use crate::open_id::{Client, Made};
    use crate::organisations::{ACME, SECURITY, member, organisation, requires, saves, sends};
    use portcullis::features::organisations::rules::{Plan, Role};
    let said = ["acme & Sons", "acme", "/organisations/acme", "nia@example.com", "until"];
    walk.data.extend(said.map(str::to_owned));
    let made = organisation(app, "acme", Plan::Free, EMAIL).await;
    member(app, &made, "ines@example.com", Role::Member).await;
    walk.data.push("ines@example.com".into());
    browser.forget("-session");
    browser.signs_in(EMAIL, PASSWORD).await;
    walk.of("admin organisation", &browser.get("/admin/organisations/acme").await);
    walk.of("its removal", &browser.get("/admin/organisations/acme/remove").await);
    walk.of("organisations", &browser.get("/organisations").await);
    walk.of("free", &browser.get(SECURITY).await);
    walk.of("free, two factor", &browser.get(&format!("{SECURITY}/two-factor")).await);
    app.tamper("UPDATE organisations SET plan = 'enterprise'").await;
    let own = browser.address.to_string();
    for entries in ["1.2.3.4/24\n1.2.3\n9-1", "192.0.2.1", "0.0.0.0/0", ""] {
        walk.of("not saved", &saves(browser, entries).await);
    }
    let wide = format!("{own}\n10.0.0.0/8\n10.0.0.0-10.1.0.9\n192.0.2.1 until 2030-01-01");
    walk.of("preview", &sends(browser, &wide, &[("act", "preview"), ("enabled", "yes")]).await);
    walk.of("preview", &sends(browser, &own, &[("act", "preview"), ("enabled", "yes")]).await);
    saves(browser, &own).await.leads_to(SECURITY);
    walk.of("saved", &browser.get(SECURITY).await);
    let stale = [("seen", "0"), ("entries", own.as_str()), ("enabled", "yes"), ("act", "save")];
    walk.of("stale", &browser.post(&format!("{SECURITY}/allowlist"), &stale).await);
    browser.get(ACME).await;
    let invite = [("email", "nia@example.com"), ("role", "member")];
    browser.post(&format!("{ACME}/invitations"), &invite).await.leads_to(ACME);
    walk.of("members", &browser.get(ACME).await);
    let invitation = app.link("nia@example.com", "organisation").await;
    walk.of("invitation, other account", &browser.get(&invitation).await);
    let mut stranger = app.browser();
    walk.data.push(stranger.address.to_string());
    walk.of("invitation, not from here", &stranger.get(&invitation).await);
    walk.of("leave", &browser.get(&format!("{ACME}/leave")).await);
    walk.of("log", &browser.get(&format!("{ACME}/log")).await);
    walk.of("export", &browser.get(&format!("{ACME}/log/export")).await);
    let mut other = app.browser();
    walk.data.push(other.address.to_string());
    other.signs_in("ines@example.com", PASSWORD).await;
    walk.of("refused by address", &other.get(ACME).await);
    walk.of("closed", &other.get("/organisations").await);
    walk.data.push("Billing".into());
    let client = Client::made(app, Made::default()).await;
    walk.of("sign-in for it", &other.get(&client.asks(&[("organisation", "acme")])).await);
    app.tamper("DELETE FROM allowlists").await;
    walk.of("invitation", &stranger.get(&invitation).await);
    requires(app, &made).await;
    walk.of("refused by factor", &other.get(ACME).await);
    app.tamper("DELETE FROM two_factor_requirements").await;
    let mut owner = app.browser();
    walk.data.push(owner.address.to_string());
    owner.signs_in(EMAIL, PASSWORD).await;
    owner.get("/settings/profile/close").await;
    let administers = |since: &str| {
        format!("UPDATE accounts SET administrator_since = {since} WHERE email = '{EMAIL}'")
    };
    app.tamper(&administers("NULL")).await;
    walk.of("the last owner", &owner.post("/settings/profile/close", &[]).await.is(422).clone());
    app.tamper(&administers("1")).await;
    app.tamper("DELETE FROM members").await;
}

async fn set_up_pages(app: &TestApp, walk: &mut Walk) {
    let link = set_up_link(app).await.unwrap().unwrap();
    let path = link.reveal().strip_prefix(app.config.public_url.origin()).unwrap().to_owned();
    let mut browser = app.browser();
    walk.of("set-up", &browser.get(&path).await);
    walk.of("set-up, empty", &browser.post(&path, &[]).await);
    let long = "x".repeat(101);
    let fields = [("name", long.as_str()), ("email", EMAIL), ("new_password", "a")];
    walk.data.push(long.clone());
    walk.of("set-up, name", &browser.post(&path, &fields).await);
    let fields = [
        ("name", "Mira Okafor"),
        ("email", EMAIL),
        ("new_password", "a"),
        ("confirm_new_password", "a"),
    ];
    walk.of("set-up, rules", &browser.post(&path, &fields).await);
}

async fn signed_out(app: &TestApp, walk: &mut Walk) {
    let mut browser = app.browser();
    walk.data.push(browser.address.to_string());
    walk.of("sign-in", &browser.get("/sign-in").await);
    walk.of("sign-in, empty", &browser.post("/sign-in", &[]).await);
    let fields = [("email", "mira"), ("password", "x")];
    walk.of("sign-in, address", &browser.post("/sign-in", &fields).await);
    for _ in 0..7 {
        walk.of("sign-in, wrong", &browser.sign_in(EMAIL, OTHER_PASSWORD).await);
    }
    mailed(app, &mut browser, walk).await;
    browser.get("/sign-in").await;
    walk.of("404", &browser.get("/nothing").await);
    walk.of("405", &browser.send(Method::PUT, "/sign-in", &[], None).await);
    walk.of("400", &browser.get("/sign-in?return_to=a&return_to=b").await);
    walk.of("409", &browser.send_form("/sign-in", String::new()).await);
    walk.of("413", &browser.send_form("/sign-in", "x".repeat(70_000)).await);
    browser.origin = Some("https://e.example".into());
    walk.of("403", &browser.send_form("/sign-in", String::new()).await);
    app.wait(std::time::Duration::from_hours(2));
}

/// Pages about links by mail, and those that they lead to.
async fn mailed(app: &TestApp, browser: &mut Browser, walk: &mut Walk) {
    walk.of("forgot", &browser.get("/forgot-password").await);
    walk.of("forgot, empty", &browser.post("/forgot-password", &[]).await);
    walk.of("sent", &browser.forgets(EMAIL).await);
    walk.of("sign-up", &browser.get("/sign-up").await);
    walk.of("sign-up, empty", &browser.post("/sign-up", &[]).await);
    walk.data.push("new@example.com".into());
    walk.of("sign-up, sent", &browser.asks_to_sign_up("new@example.com").await);
    app.post().await;
    walk.data
        .extend(["m•••@example.com", "g•••@example.com", "guest@example.com"].map(str::to_owned));
    let invitation = app.invite("guest@example.com").await.1;
    for link in [
        app.link(EMAIL, "password-reset").await,
        app.link("new@example.com", "sign-up").await,
        invitation,
    ] {
        walk.of(&link, &browser.get(&link).await);
        walk.of("link, empty", &browser.post(&link, &[]).await);
        for (change, what) in [
            ("used_at = 1", "used"),
            ("used_at = NULL, voided_at = 1", "void"),
            ("voided_at = NULL, expires_at = 1", "expired"),
        ] {
            app.tamper(&format!("UPDATE mailed_links SET {change}")).await;
            walk.of(what, &browser.get(&link).await.is(410).clone());
        }
        let cut = &link[..link.len() - 1];
        walk.of("cut", &browser.get(cut).await.is(404).clone());
        app.tamper("UPDATE mailed_links SET expires_at = 9000000000000").await;
    }
    let link = app.link("new@example.com", "sign-up").await;
    app.account("new@example.com").await;
    walk.of("taken", &browser.get(&link).await.is(409).clone());
}

async fn address(app: &TestApp, browser: &mut Browser, walk: &mut Walk) {
    const PAGE: &str = "/settings/profile/email";
    const NEW: &str = "mira@new.example";
    walk.data.push(NEW.into());
    browser.get(PAGE).await;
    walk.of("another address, empty", &browser.post(PAGE, &[]).await);
    walk.of("another address, same", &browser.post(PAGE, &[("new_email", EMAIL)]).await);
    browser.post(PAGE, &[("new_email", NEW)]).await.leads_to("/settings/profile");
    walk.of("profile, waiting", &browser.get("/settings/profile").await);
    let link = app.link(NEW, "email-change").await;
    walk.of("confirm", &browser.get(&link).await);
    app.account("other@example.com").await;
    walk.data.push("other@example.com".into());
    let other = "WHERE email = 'other@example.com'";
    app.tamper(&format!("UPDATE accounts SET email_canonical = '{NEW}' {other}")).await;
    walk.of("confirm, taken", &browser.post(&link, &[]).await);
    app.tamper(&format!("UPDATE accounts SET email_canonical = email {other}")).await;
    browser.post(&link, &[]).await.leads_to("/settings/profile");
    walk.of("confirmed", &browser.get("/settings/profile").await);
    walk.of("confirm, used", &browser.get(&link).await);
    let undo = app.link(EMAIL, "email-undo").await;
    walk.of("undo", &browser.get(&undo).await);
    for path in ["/link/email-change/none", "/link/email-undo/none"] {
        walk.of(path, &browser.get(path).await);
    }
    let change = "UPDATE mailed_links SET used_at = NULL, ";
    for (what, sql) in [("void", "voided_at = 1"), ("expired", "voided_at = NULL, expires_at = 1")]
    {
        app.tamper(&format!("{change}{sql}")).await;
        for link in [&link, &undo] {
            walk.of(&format!("{link}, {what}"), &browser.get(link).await);
        }
    }
    app.tamper("UPDATE mailed_links SET expires_at = 9000000000000 WHERE purpose = 'email-undo'")
        .await;
    browser.get(&undo).await;
    browser.post(&undo, &[]).await.leads_to(&undo);
    walk.of("undo, used", &browser.get(&undo).await);
    browser.signs_in(EMAIL, PASSWORD).await;
}

async fn closing(app: &TestApp, walk: &mut Walk) {
    const PAGE: &str = "/settings/profile/close";
    let mut browser = app.browser();
    walk.data.push(browser.address.to_string());
    browser.signs_in(EMAIL, PASSWORD).await;
    let alone = format!("UPDATE accounts SET administrator_since = 1 WHERE email = '{EMAIL}'");
    app.tamper(&alone).await;
    browser.get(PAGE).await;
    walk.of("close, the last administrator", &browser.post(PAGE, &[]).await);
    app.tamper("UPDATE accounts SET administrator_since = NULL").await;
    browser.post(PAGE, &[]).await.leads_to("/sign-in");
    walk.of("closed", &browser.get("/sign-in").await);
    browser.signs_in(EMAIL, PASSWORD).await;
    walk.of("kept", &browser.get("/settings/security").await);
}

async fn forms(app: &TestApp, browser: &mut Browser, walk: &mut Walk) {
    const PASSWORD_PAGE: &str = "/settings/security/password";
    const PROFILE: &str = "/settings/profile";
    browser.get(PASSWORD_PAGE).await;
    walk.of("password, empty", &browser.post(PASSWORD_PAGE, &[]).await);
    for (current, new, confirmed) in [
        (OTHER_PASSWORD, "a", "a"),
        (PASSWORD, "a", "a"),
        (PASSWORD, PASSWORD, PASSWORD),
        (PASSWORD, "a", "b"),
        (PASSWORD, &"é1".repeat(600), "b"),
    ] {
        let fields = [
            ("current_password", current),
            ("new_password", new),
            ("confirm_new_password", confirmed),
        ];
        walk.of("password, wrong", &browser.post(PASSWORD_PAGE, &fields).await);
    }
    browser.get(PROFILE).await;
    walk.of("profile, empty", &browser.post(PROFILE, &[]).await);
    browser.get("/step-up").await;
    walk.of("step-up, empty", &browser.post("/step-up", &[]).await);
    walk.of("step-up", &browser.post("/step-up", &[("password", OTHER_PASSWORD)]).await);
    let fields = [("name", "Mira Okafor"), ("language", "en-GB"), ("time_zone", "UTC")];
    browser.post(PROFILE, &fields).await.leads_to(PROFILE);
    walk.of("flash", &browser.get(PROFILE).await);
    browser.post("/settings/security/sessions/sign-out-others", &[]).await;
    walk.of("overview, flash", &browser.get("/settings/security").await);
    walk.of("sessions", &browser.get("/settings/security/sessions").await);
    app.wait(std::time::Duration::from_secs(30));
    browser.get("/settings/security/devices").await;
    browser.post("/settings/security/devices/forget-others", &[]).await;
    walk.of("devices, flash", &browser.get("/settings/security/devices").await);
    browser.post("/sign-out", &[]).await;
    walk.of("sign-in, flash", &browser.get("/sign-in").await);
}

//! Generate Token.

use super::*;
use crate::both;
use crate::support::{form_of, rounds, token_of};

both!(tk_01_making_one_takes_a_fresh_proof_and_is_told, async |app: TestApp| {
    let mut browser = mira(&app).await;
    browser.get(NEW).await.is(200);
    app.wait(Duration::from_mins(10));
    let fields = [
        ("name", "Deploy"),
        ("expiration", "60"),
        ("permission", "log:read"),
        ("sources", "192.0.2.7"),
        ("form", "01900000-0000-7000-8000-000000000001"),
    ];
    // A thief with the cookie alone makes none.
    let asked = browser.post(NEW, &fields).await;
    assert!(asked.is(303).location().starts_with("/step-up"), "{}", asked.location());
    assert_eq!(app.count("SELECT COUNT(*) FROM access_tokens").await, 0);
    browser.get(asked.location()).await.shows("To make an access token");
    let back = browser.post("/step-up", &[("password", PASSWORD), ("return_to", NEW)]).await;
    back.leads_to(NEW);
    let page = browser.get(NEW).await;
    for kept in ["value=\"Deploy\"", "<option value=\"60\" selected>", "192.0.2.7</textarea>"] {
        assert!(page.body.contains(kept), "{kept} is not in {}", page.body);
    }
    let made = browser.makes_token("Deploy", READ, &[]).await;
    let mail = app.mail().await.remove(0);
    assert!(mail.subject.contains("An access token was made"), "{}", mail.subject);
    assert!(mail.text.contains("Deploy") && mail.text.contains("profile:read, sessions:read"));
    // Shown once, on one page, and nowhere else.
    assert_eq!(made.page.body.matches(&made.text).count(), 1);
    made.page.shows("not shown again").shows("Store it securely");
    let url = app.config.public_url.link("/api/v1/profile");
    assert!(made.page.body.contains(&url), "{}", made.page.body);
    let secret = &made.text[30..74];
    let list = browser.get(PAGE).await;
    list.shows("Deploy").shows("profile:read, sessions:read").shows("Never used");
    assert!(!list.text().contains("Expires just now"));
    assert!(list.body.contains(&made.text[made.text.len() - 4..]));
    assert!(!list.body.contains(secret) && !mail.text.contains(secret));
    assert!(!mail.html.contains(secret));
    assert_eq!(logged(&app, "access-token-made succeeded").await, 1);
});

both!(a_page_makes_one_token_however_often_it_is_sent, async |app: TestApp| {
    let mut browser = mira(&app).await;
    let form = form_of(&browser.get(NEW).await);
    let fields = [
        ("name", "Deploy"),
        ("expiration", "7"),
        ("permission", "log:read"),
        ("form", form.as_str()),
    ];
    browser.post(NEW, &fields).await.is(200).shows("Your new token");
    let again = browser.post(NEW, &fields).await;
    again.leads_to(PAGE);
    assert!(!again.body.contains("pcl_pat_"));
    browser.get(PAGE).await.shows("That page has made its token already.");
    assert_eq!(app.count("SELECT COUNT(*) FROM access_tokens").await, 1);
    for round in 0..rounds() {
        let form = form_of(&browser.get(NEW).await);
        let fields = [&fields[..3], &[("form", form.as_str())]].concat();
        let (mut one, mut two) = (browser.clone(), browser.clone());
        let (one, two) = tokio::join!(one.post(NEW, &fields), two.post(NEW, &fields));
        let shown = [&one, &two].iter().filter(|own| own.body.contains("pcl_pat_")).count();
        assert_eq!(shown, 1, "round {round}: {} {}", one.status, two.status);
    }
    let made = app.count("SELECT COUNT(*) FROM access_tokens").await;
    assert_eq!(usize::try_from(made).unwrap(), rounds() + 1);
});

both!(every_error_stands_by_its_field_and_nothing_typed_is_lost, async |app: TestApp| {
    let mut browser = mira(&app).await;
    let page = browser.get(NEW).await;
    assert!(page.body.contains("<option value=\"30\" selected>"), "{}", page.body);
    let empty = browser.asks_for_token(&[("expiration", "31")]).await;
    empty.is(400).shows("Choose one of these.").shows("Choose at least one permission.");
    assert!(empty.body.contains("id=\"name-error\""));
    let wrong = [
        ("name", "Deploy"),
        ("expiration", "date"),
        ("date", "2026-11-31"),
        ("permission", "log:read"),
        ("permission", "tokens:make"),
        ("sources", "192.0.2.7/24\nhere\n2001:db8::/32"),
    ];
    let page = browser.asks_for_token(&wrong).await;
    page.is(400).shows("Enter a date.").shows("There is no such permission.");
    page.shows("Line 1 names more than its network: 192.0.2.0/24 was meant?");
    page.shows("Line 2 is neither an address nor a network.");
    for kept in ["value=\"Deploy\"", "here\n2001:db8::/32</textarea>", "value=\"2026-11-31\""] {
        assert!(page.body.contains(kept), "{kept} is not in {}", page.body);
    }
    assert!(page.body.contains("value=\"log:read\" checked"), "{}", page.body);
    for (date, said) in [("2026-11-23", "That is over."), ("2028-01-01", "That is too late.")] {
        let fields =
            [("name", "x"), ("expiration", "date"), ("date", date), ("permission", "log:read")];
        browser.asks_for_token(&fields).await.is(400).shows(said);
    }
    let never = [("name", "x"), ("expiration", "never"), ("permission", "log:read")];
    browser.asks_for_token(&never).await.is(400).shows("Choose one of these.");
    assert_eq!(app.count("SELECT COUNT(*) FROM access_tokens").await, 0);
    assert_eq!(logged(&app, "access-token-made succeeded").await, 0);
});

both!(the_operator_sets_how_long_one_lives, async |app: TestApp| {
    let app = app.restart(&[("token_max_lifetime_days", "60")]).await;
    let mut browser = mira(&app).await;
    let page = browser.get(NEW).await;
    page.shows("The longest is 60 days.");
    assert!(!page.body.contains("value=\"90\"") && !page.body.contains("value=\"never\""));
    for refused in ["90", "never", "61", "", "-1"] {
        let fields = [("name", "x"), ("expiration", refused), ("permission", "log:read")];
        browser.asks_for_token(&fields).await.is(400);
    }
    browser.makes_token("x", READ, &[("expiration", "60")]).await;
    let app = app.restart(&[("token_max_lifetime_days", "0")]).await;
    let mut browser = app.browser();
    browser.signs_in(MIRA, PASSWORD).await;
    browser.makes_token("y", READ, &[("expiration", "never")]).await;
    browser.get(PAGE).await.shows("Does not expire");
    assert_eq!(app.count("SELECT COUNT(*) FROM access_tokens WHERE expires_at IS NULL").await, 1);
});

both!(rs_18_a_token_is_what_its_page_shows, async |app: TestApp| {
    let eve = app.account(EVE).await;
    let mut browser = mira(&app).await;
    let of_eve = eve.id.to_string();
    let more = [
        ("account_id", of_eve.as_str()),
        ("id", "01900000-0000-7000-8000-000000000000"),
        ("expires_at", "9000000000000"),
        ("created_at", "1"),
        ("secret_hash", "00"),
        ("revoked_at", "1"),
        ("permissions", "log:read"),
        ("permission[]", "log:export"),
    ];
    let made = browser.makes_token("x", &["profile:read"], &more).await;
    assert_ne!(made.id, "01900000-0000-7000-8000-000000000000");
    let held = crate::support::bearer(&app, &made.text, HERE).await.unwrap();
    assert_eq!(held.account.email, MIRA);
    assert_eq!(held.permissions.names().collect::<Vec<_>>(), ["profile:read"]);
    let year = "SELECT COUNT(*) FROM access_tokens WHERE expires_at - created_at = 2592000000";
    assert_eq!(app.count(year).await, 1);
});

both!(se_14_names_are_never_markup, async |app: TestApp| {
    let mut browser = mira(&app).await;
    let canary = "<img src=x onerror=alert(1)>\"'&{{7*7}}\r\nBcc: eve@example.com\u{202e}";
    let made = browser.makes_token(canary, READ, &[]).await;
    let one = browser.get(&format!("{PAGE}/{}", made.id)).await;
    let mail = app.mail().await.remove(0);
    for html in [&made.page.body, &browser.get(PAGE).await.body, &one.body, &mail.html] {
        assert!(!html.contains("<img src=x"), "{html}");
        assert!(html.contains("&#60;img") || html.contains("&lt;img"), "{html}");
        assert!(!html.contains('\u{202e}') && !html.contains("\r\nBcc:"));
    }
    assert!(!mail.text.contains("\nBcc:"), "{}", mail.text);
    app.administrator("ada@example.com").await;
    let mut ada = app.browser();
    ada.signs_in("ada@example.com", PASSWORD).await;
    let account = app.count("SELECT COUNT(*) FROM access_tokens").await;
    assert_eq!(account, 1);
    let held = crate::support::bearer(&app, &made.text, HERE).await.unwrap();
    let page = ada.get(&format!("/admin/accounts/{}/tokens", held.account.id)).await;
    assert!(page.is(200).body.contains("onerror") && !page.body.contains("<img src=x"));
    let leak = crate::support::source_of(&app, HERE);
    let found = token_of(&made.text);
    portcullis::features::access_tokens::revoke_leaked(&app, &found, &leak).await.unwrap();
    let mail = app.mail().await.remove(0);
    assert!(mail.subject.contains("leaked") && !mail.html.contains("<img src=x"));
});

both!(the_list_goes_on_by_key_and_takes_no_forged_place, async |app: TestApp| {
    let mut browser = mira(&app).await;
    browser.get(PAGE).await.shows("You have no access tokens");
    for number in 0..120 {
        browser.makes_token(&format!("number {number:03}"), &["log:read"], &[]).await;
        if number % 3 == 0 {
            app.wait(MILLISECOND);
        }
    }
    let mut seen = Vec::new();
    let mut path = PAGE.to_owned();
    loop {
        let page = browser.get(&path).await;
        page.is(200);
        seen.extend(page.body.split("number ").skip(1).map(|rest| rest[..3].to_owned()));
        let next = page.body.split_once("?after=");
        let Some((_, rest)) = next else { break };
        path = format!("{PAGE}?after={}", rest.split_once('"').unwrap().0);
    }
    assert_eq!(seen.len(), 120);
    seen.sort_unstable();
    seen.dedup();
    assert_eq!(seen.len(), 120);
    for forged in ["x", "1", "1.", ".", "1.2", "-1.x", "99999999999999999999.x", "1'--.x"] {
        browser.get(&format!("{PAGE}?after={forged}")).await.is(400);
    }
    let low = "-9223372036854775808.01900000-0000-7000-8000-000000000000";
    browser.get(&format!("{PAGE}?after={low}")).await.is(200).lacks("number");
});

//! Less, another name, and no more.

use super::*;
use crate::both;
use crate::support::{OTHER_PASSWORD, bearer, rounds, source_of, token_of};
use portcullis::features::access_tokens;

async fn names(app: &TestApp, text: &str) -> Vec<String> {
    let held = bearer(app, text, HERE).await.unwrap();
    held.permissions.names().map(str::to_owned).collect()
}

both!(a_token_is_allowed_less_and_never_more, async |app: TestApp| {
    let mut browser = mira(&app).await;
    let all = ["profile:read", "sessions:read", "log:read"];
    let made = browser.makes_token("Deploy", &all, &[]).await;
    let (one, narrow) = (format!("{PAGE}/{}", made.id), format!("{PAGE}/{}/narrow", made.id));
    // No proof is asked for: it only takes away.
    app.wait(Duration::from_mins(10));
    let page = browser.get(&one).await;
    page.is(200).shows("Read your security log");
    for refused in [
        &[][..],
        &all[..],
        &["log:export"],
        &["profile:read", "log:export"],
        &["profile:read", "tokens:make"],
        &["Profile:Read"],
        &["profile:read "],
    ] {
        let fields: Vec<_> = refused.iter().map(|name| ("permission", *name)).collect();
        browser.get(&one).await;
        browser.post(&narrow, &fields).await.leads_to(&one);
        assert_eq!(names(&app, &made.text).await.len(), 3, "{refused:?}");
    }
    browser.get(&one).await.shows("Nothing was changed");
    let left = [("permission", "profile:read"), ("permission", "log:read")];
    browser.post(&narrow, &left).await.leads_to(PAGE);
    assert_eq!(names(&app, &made.text).await, ["log:read", "profile:read"]);
    browser.get(&one).await.lacks("sessions:read");
    browser.post(&narrow, &[("permission", "sessions:read")]).await.leads_to(&one);
    assert_eq!(names(&app, &made.text).await, ["log:read", "profile:read"]);
});

both!(of_two_who_narrow_at_once_none_gives_back, async |app: TestApp| {
    let mut browser = mira(&app).await;
    for round in 0..rounds() {
        let all = ["profile:read", "sessions:read", "log:read"];
        let made = browser.makes_token("Deploy", &all, &[]).await;
        let narrow = format!("{PAGE}/{}/narrow", made.id);
        browser.get(PAGE).await;
        let (mut one, mut two) = (browser.clone(), browser.clone());
        let first = [("permission", "profile:read"), ("permission", "sessions:read")];
        let second = [("permission", "profile:read"), ("permission", "log:read")];
        tokio::join!(one.post(&narrow, &first), two.post(&narrow, &second));
        let left = names(&app, &made.text).await;
        // One of them won; the other would have given back what that took.
        let won = [["profile:read", "sessions:read"], ["log:read", "profile:read"]];
        assert!(won.iter().any(|own| left == own), "round {round}: {left:?}");
    }
});

both!(se_03_nobody_touches_the_tokens_of_others, async |app: TestApp| {
    let mut browser = mira(&app).await;
    let made = browser.makes_token("Deploy", READ, &[]).await;
    app.account(EVE).await;
    let mut eve = app.browser();
    eve.signs_in(EVE, PASSWORD).await;
    let one = format!("{PAGE}/{}", made.id);
    eve.get(&one).await.is(404);
    eve.get(PAGE).await.lacks("Deploy");
    for (act, fields) in [
        ("revoke", &[][..]),
        ("rename", &[("name", "Mine")]),
        ("narrow", &[("permission", "profile:read")]),
    ] {
        eve.get(PAGE).await;
        eve.post(&format!("{one}/{act}"), fields).await.is(404);
    }
    eve.get(PAGE).await;
    eve.post(&format!("{PAGE}/revoke-all"), &[]).await.leads_to(PAGE);
    assert_eq!(names(&app, &made.text).await.len(), 2);
    for id in [made.id.to_uppercase(), made.id.replace('-', ""), "x".into(), String::new()] {
        eve.get(&format!("{PAGE}/{id}")).await.is(404);
    }
});

both!(rename_revoke_and_revoke_all, async |app: TestApp| {
    let mut browser = mira(&app).await;
    let first = browser.makes_token("Deploy", READ, &[]).await;
    let second = browser.makes_token("Backup", READ, &[]).await;
    app.wait(Duration::from_mins(10));
    let one = format!("{PAGE}/{}", first.id);
    browser.get(&one).await.is(200);
    browser.post(&format!("{one}/rename"), &[("name", " ")]).await.is(400);
    browser.post(&format!("{one}/rename"), &[("name", "Release")]).await.leads_to(PAGE);
    browser.get(PAGE).await.shows("Release").lacks("Deploy");
    browser.post(&format!("{one}/revoke"), &[]).await.leads_to(PAGE);
    assert!(bearer(&app, &first.text, HERE).await.is_none());
    assert!(bearer(&app, &second.text, HERE).await.is_some());
    browser.get(&one).await.is(404);
    browser.get(PAGE).await;
    browser.post(&format!("{one}/rename"), &[("name", "Back")]).await.is(404);
    browser.get(&format!("{PAGE}/revoke-all")).await.is(200).shows("The one token");
    browser.post(&format!("{PAGE}/revoke-all"), &[]).await.leads_to(PAGE);
    assert!(bearer(&app, &second.text, HERE).await.is_none());
    let shown = browser.get(PAGE).await;
    shown.shows("All your access tokens are revoked.").shows("Release").shows("Backup");
    // What is of no use any more goes after a month.
    app.wait(DAY * 31);
    portcullis::jobs::prune(&app).await.unwrap();
    for table in ["access_tokens", "access_token_permissions", "access_token_networks"] {
        assert_eq!(app.count(&format!("SELECT COUNT(*) FROM {table}")).await, 0, "{table}");
    }
});

both!(a_reset_revokes_them_where_that_is_ticked, async |app: TestApp| {
    let mut browser = mira(&app).await;
    let text = browser.makes_token("Deploy", READ, &[]).await.text;
    for ticked in [false, true] {
        app.wait(Duration::from_hours(2));
        let mut other = app.browser();
        other.forgets(MIRA).await;
        app.post().await;
        let link = app.link(MIRA, "password-reset").await;
        let page = other.get(&link).await;
        let box_of = "name=\"revoke_tokens\" type=\"checkbox\" value=\"yes\" checked";
        assert!(page.body.contains(box_of), "{}", page.body);
        let mut fields = vec![
            ("new_password", OTHER_PASSWORD),
            ("confirm_new_password", "Another-horse 3 paper"),
        ];
        // What was chosen stays while the passwords are put right.
        let again = other.post(&link, &fields).await;
        assert!(!again.is(400).body.contains(box_of));
        fields[1].1 = OTHER_PASSWORD;
        if ticked {
            fields.push(("revoke_tokens", "yes"));
        }
        other.post(&link, &fields).await.leads_to("/sign-in");
        assert_eq!(bearer(&app, &text, HERE).await.is_none(), ticked);
    }
    assert_eq!(logged(&app, "access-tokens-revoked succeeded").await, 1);
    // A change of the password leaves them.
    let mut browser = app.browser();
    browser.signs_in(MIRA, OTHER_PASSWORD).await;
    let text = browser.makes_token("Deploy", READ, &[]).await.text;
    browser.change_password(OTHER_PASSWORD, PASSWORD).await.is(303);
    assert!(bearer(&app, &text, HERE).await.is_some());
});

both!(a_leaked_one_is_revoked_and_its_owner_told, async |app: TestApp| {
    let mut browser = mira(&app).await;
    let made = browser.makes_token("Deploy", READ, &[]).await;
    let token = token_of(&made.text);
    let source = source_of(&app, "192.0.2.99");
    // A thief's look-alike with the same id and another secret does nothing.
    let forged = portcullis::secret::Token::new(
        portcullis::secret::Kind::AccessToken,
        token.id(),
        &app.random,
    );
    let before = app.mail().await.len();
    assert!(!access_tokens::revoke_leaked(&app, &forged, &source).await.unwrap());
    assert!(bearer(&app, &made.text, HERE).await.is_some());
    assert_eq!(app.mail().await.len(), before);
    let told = async || {
        let mail = app.mail().await;
        mail.iter().filter(|mail| mail.subject.contains("was leaked")).count()
    };
    for round in 0..2 {
        let (one, two) = tokio::join!(
            access_tokens::revoke_leaked(&app, &token, &source),
            access_tokens::revoke_leaked(&app, &token, &source)
        );
        let revoked = usize::from(one.unwrap()) + usize::from(two.unwrap());
        assert_eq!(revoked, 1 - round);
        assert_eq!(told().await, 1);
    }
    assert!(bearer(&app, &made.text, HERE).await.is_none());
    let mail = app.mail().await.remove(0);
    assert!(mail.text.contains("Deploy") && !mail.text.contains(&made.text[8..]));
});

both!(administrators_and_the_command_line_revoke, async |app: TestApp| {
    let mut browser = mira(&app).await;
    let first = browser.makes_token("Deploy", READ, &[]).await;
    let second = browser.makes_token("Backup", READ, &[]).await;
    app.administrator("ada@example.com").await;
    let mut ada = app.browser();
    ada.signs_in("ada@example.com", PASSWORD).await;
    let id = bearer(&app, &first.text, HERE).await.unwrap().account.id;
    let account = format!("/admin/accounts/{id}");
    ada.get(&account).await.shows("2 in use").shows("Revoke all tokens");
    let page = ada.get(&format!("{account}/tokens")).await;
    page.shows("Deploy").shows("Backup");
    assert!(!page.body.contains(&first.text[30..74]));
    ada.post(&format!("{account}/tokens/{}/revoke", first.id), &[]).await.is(303);
    assert!(bearer(&app, &first.text, HERE).await.is_none());
    browser.get(&format!("{account}/tokens")).await.is(404);
    ada.get(&format!("{account}/revoke-tokens")).await.is(200);
    ada.post(&format!("{account}/revoke-tokens"), &[]).await.leads_to(&account);
    assert!(bearer(&app, &second.text, HERE).await.is_none());
    let third = browser.makes_token("Third", READ, &[]).await;
    let fourth = browser.makes_token("Fourth", READ, &[]).await;
    let (done, said) = app.cli(&["--json", "token", "list", "--account", MIRA], "").await;
    assert!(done, "{said}");
    let listed: serde_json::Value = serde_json::from_str(&said).unwrap();
    assert_eq!(listed["tokens"].as_array().unwrap().len(), 4);
    assert!(said.contains(&third.id) && !said.contains(&third.text[8..]), "{said}");
    let (done, said) = app.cli(&["token", "revoke", "--account", MIRA, &third.id], "").await;
    assert!(done, "{said}");
    assert!(bearer(&app, &third.text, HERE).await.is_none());
    let (done, _) = app.cli(&["token", "revoke", "--account", EVE, &fourth.id], "").await;
    assert!(!done);
    assert!(bearer(&app, &fourth.text, HERE).await.is_some());
    let (done, said) = app.cli(&["token", "revoke", "--account", MIRA, "--all"], "").await;
    assert!(done && said.contains("revoked: 1"), "{said}");
    assert!(bearer(&app, &fourth.text, HERE).await.is_none());
});

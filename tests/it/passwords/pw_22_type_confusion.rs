//! PW-22: what is not a form of ours is refused with a 4xx and changes nothing.

use super::{CHANGE, minutes};
use crate::both;
use crate::support::{Browser, OTHER_PASSWORD, PASSWORD, TestApp};
use axum::http::Method;
use axum::http::header::CONTENT_TYPE;

const NEW: &str = "Another-horse%203%20paper";

/// A form that would be good, as `key=value` pairs without the token.
fn good(path: &str) -> Vec<(&'static str, String)> {
    let current = "Correct-horse%201%20battery".to_owned();
    match path {
        "/sign-in" => vec![("email", "mira%40example.com".into()), ("password", current)],
        "/step-up" => vec![("password", current)],
        "/forgot-password" | "/sign-up" => vec![("email", "mira%40example.com".into())],
        _ if path.starts_with("/link/") => {
            vec![("new_password", NEW.to_owned()), ("confirm_new_password", NEW.to_owned())]
        }
        _ => vec![
            ("current_password", current),
            ("new_password", NEW.into()),
            ("confirm_new_password", NEW.into()),
        ],
    }
}

/// The same form, bent in every way.
fn bent(path: &str, token: &str) -> Vec<String> {
    let good = good(path);
    let join = |pairs: &[(String, String)]| {
        let pairs: Vec<String> =
            pairs.iter().map(|(key, value)| format!("{key}={value}")).collect();
        pairs.join("&")
    };
    let mut forms = vec![String::new(), "&&&".into(), "=".into(), "%".into(), "\0".into()];
    for bad in 0..good.len() {
        let replaced = |key: Option<&str>, value: Option<&str>| {
            let mut pairs = vec![("csrf".to_owned(), token.to_owned())];
            for (at, (name, own)) in good.iter().enumerate() {
                let (key, value) = if at == bad { (key, value) } else { (None, None) };
                pairs.push((key.unwrap_or(name).to_owned(), value.unwrap_or(own).to_owned()));
            }
            join(&pairs)
        };
        let (name, own) = &good[bad];
        forms.push(replaced(Some("missing"), None));
        forms.push(replaced(None, Some("")));
        forms.push(format!("{}&{name}={own}", replaced(None, None)));
        for key in [
            format!("{name}[]"),
            format!("{name}[0]"),
            format!("{name}%5B%5D"),
            format!("{name}%00"),
            name.to_uppercase(),
        ] {
            forms.push(replaced(Some(&key), None));
        }
        for value in ["%ff%fe", "%c3%28", "%ed%a0%80", "a%80b"] {
            forms.push(replaced(None, Some(value)));
            forms.push(replaced(None, Some(&format!("{own}{value}"))));
        }
        for value in ["%00", "null", "[]", "%7B%22a%22%3A1%7D", "true", "1e400"] {
            forms.push(replaced(None, Some(value)));
        }
        forms.push(replaced(None, Some(&"x".repeat(2000))));
        forms.push(replaced(None, Some(&"x".repeat(70 * 1024))));
        forms.push(format!("{}&csrf={token}", replaced(None, None)));
        forms.push(format!("{}&{}", replaced(None, None), "%ff=1"));
    }
    forms
}

/// Everything that an attempt could have changed.
async fn state(app: &TestApp) -> Vec<i64> {
    let mut counted = Vec::new();
    for sql in [
        "SELECT COUNT(*) FROM accounts",
        "SELECT COUNT(*) FROM sessions WHERE ended_at IS NULL",
        "SELECT COUNT(*) FROM known_devices",
        "SELECT COUNT(*) FROM passwords WHERE changed_at > 1795510800000",
        "SELECT COUNT(*) FROM sessions WHERE password_at > 1795510800000",
        "SELECT COUNT(*) FROM mailed_links WHERE used_at IS NOT NULL",
        "SELECT COUNT(*) FROM security_events WHERE result = 'succeeded'",
    ] {
        counted.push(app.count(sql).await);
    }
    counted
}

/// A browser that has just opened the page of the form.
async fn at(app: &TestApp, path: &str, signed_in: &Browser) -> Browser {
    let own = path == "/step-up" || path == CHANGE;
    let mut browser = if own { signed_in.clone() } else { app.browser() };
    browser.get(path).await.is(200);
    browser
}

/// A link of each kind that mail carries.
async fn links(app: &TestApp) -> [String; 3] {
    app.account("lost@example.com").await;
    for (page, email) in [("/forgot-password", "lost@example.com"), ("/sign-up", "zoe@example.com")]
    {
        let mut browser = app.browser();
        browser.get(page).await;
        browser.post(page, &[("email", email)]).await.is(200);
    }
    app.post().await;
    [
        app.link("lost@example.com", "password-reset").await,
        app.invite("guest@example.com").await.1,
        app.link("zoe@example.com", "sign-up").await,
    ]
}

both!(pw_22_bent_forms_do_nothing, async |app: TestApp| {
    let app = app.restart(&[("sign_up", "open")]).await;
    app.account("mira@example.com").await;
    let mut mira = app.browser();
    mira.signs_in("mira@example.com", PASSWORD).await;
    app.wait(minutes(1));
    assert!(mira.is_signed_in().await);
    let links = links(&app).await;
    let before = state(&app).await;
    let own = ["/sign-in", "/step-up", CHANGE, "/forgot-password", "/sign-up"];
    for path in own.into_iter().chain(links.iter().map(String::as_str)) {
        let browser = at(&app, path, &mira).await;
        let mut token = browser.token.clone().unwrap();
        if path.starts_with("/link/sign-up/") {
            // A name can be almost anything, so it is not among what is bent.
            token.push_str("&name=Zoe");
        }
        for form in bent(path, &token) {
            let shown: String = form.chars().take(200).collect();
            let reply = browser.clone().send_form(path, form).await;
            assert!(reply.status.is_client_error(), "{path} {shown:?}: {}", reply.status);
            app.tamper("DELETE FROM failure_counters").await;
        }
        assert_eq!(state(&app).await, before, "{path}");
    }
});

both!(pw_22_other_kinds_of_body_do_nothing, async |app: TestApp| {
    let app = app.restart(&[("sign_up", "open")]).await;
    app.account("mira@example.com").await;
    let mut mira = app.browser();
    mira.signs_in("mira@example.com", PASSWORD).await;
    app.wait(minutes(1));
    assert!(mira.is_signed_in().await);
    let links = links(&app).await;
    let before = state(&app).await;
    let own = ["/sign-in", "/step-up", CHANGE, "/forgot-password", "/sign-up"];
    for path in own.into_iter().chain(links.iter().map(String::as_str)) {
        let browser = at(&app, path, &mira).await;
        let mut token = browser.token.clone().unwrap();
        if path.starts_with("/link/sign-up/") {
            token.push_str("&name=Zoe");
        }
        let pairs: Vec<String> =
            good(path).iter().map(|(name, value)| format!("{name}={value}")).collect();
        let form = format!("csrf={token}&{}", pairs.join("&"));
        let json = format!(
            "{{\"csrf\":\"{token}\",\"email\":[\"mira@example.com\"],\"password\":\"{PASSWORD}\",\
             \"current_password\":{{\"$ne\":1}},\"new_password\":\"{OTHER_PASSWORD}\"}}"
        );
        let multipart = format!(
            "--b\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n{token}\r\n--b--\r\n"
        );
        let bodies = [
            ("application/json", &json),
            ("application/json; charset=utf-8", &form),
            ("multipart/form-data; boundary=b", &multipart),
            ("text/plain", &form),
            ("text/plain; application/x-www-form-urlencoded", &form),
            ("application/x-www-form-urlencoded+json", &form),
            ("application/octet-stream", &form),
            ("", &form),
            ("application/x-www-form-urlencoded", &json),
            ("application/x-www-form-urlencoded", &multipart),
        ];
        for (kind, body) in bodies {
            let headers = [(CONTENT_TYPE, kind)];
            let reply =
                browser.clone().send(Method::POST, path, &headers, Some(body.clone())).await;
            assert!(reply.status.is_client_error(), "{path} {kind}: {}", reply.status);
        }
        let none = browser.clone().send(Method::POST, path, &[], Some(form.clone())).await;
        assert!(none.status.is_client_error(), "{path}: {}", none.status);
        // Values in the query are not the form's.
        let query = format!("{path}?{form}");
        let reply = browser.clone().send_form(&query, format!("csrf={token}")).await;
        assert!(reply.status.is_client_error(), "{path}: {}", reply.status);
    }
    assert_eq!(state(&app).await, before);
});

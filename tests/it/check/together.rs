//! Many who ask at once are answered as if each had asked alone: nobody is told of what
//! somebody else has presented, or may do.

use super::races::no_check_after;
use super::*;
use crate::both;
use crate::support::product::{INACTIVE, ask};
use portcullis::ids::TokenId;
use portcullis::secret::{Kind, Token};

/// Who asks, and what they present.
type Question = (Option<String>, String);

both!(many_at_once_are_told_what_each_is_told_alone, async |app: TestApp| {
    let app = app.restart(&[("check_memory_mib", "0")]).await;
    let billing = app.product("Billing", &["clients:read", "clients:write"]).await;
    let other = app.product("Wiki", &["pages:read"]).await;
    let mut shown = Vec::new();
    for email in ["mira@example.com", "noor@example.com", "ola@example.com"] {
        let account = app.account(email).await;
        let mut browser = app.browser();
        browser.signs_in(email, PASSWORD).await;
        for names in [&["clients:read"][..], &["clients:write", "pages:read"], &["pages:read"]] {
            for networks in ["", "10.40.0.0/16", "192.0.2.0/24"] {
                shown.push(app.token_with(&account, names, networks).await);
            }
        }
        for product in [&billing, &other] {
            shown.push(product.session(&app, &account, &browser, "openid email").await);
        }
    }
    app.suspend("ola@example.com").await;
    // Of the right form and nobody's; with another's secret; of no form.
    let nobody = TokenId::new(app.clock.now(), &app.random);
    let nobody = Token::new(Kind::AccessToken, nobody.uuid(), &app.random);
    shown.push(nobody.encode().reveal().to_owned());
    let (first, second) = (&shown[0], &shown[11]);
    shown.push(format!("{}{}", &first[..30], &second[30..]));
    shown.push("nothing of ours".into());
    let wrong = format!("{}x", billing.basic());
    let mut questions: Vec<Question> = Vec::new();
    for basic in [billing.basic(), other.basic()] {
        questions.extend(shown.iter().map(|shown| (Some(basic.clone()), shown.clone())));
    }
    // Few, since who guesses secrets has to wait.
    for basic in [Some(wrong), None] {
        questions.extend(shown.iter().take(2).map(|shown| (basic.clone(), shown.clone())));
    }
    let answer = async |(basic, shown): &Question| {
        let form = serde_urlencoded::to_string([("token", shown)]).unwrap();
        let told = ask(&app.router, basic.as_deref(), form).await;
        (told.status.as_u16(), told.body)
    };
    let mut alone = Vec::new();
    for question in &questions {
        alone.push(answer(question).await);
    }
    let active = alone.iter().filter(|(status, body)| *status == 200 && body != INACTIVE).count();
    let inactive = alone.iter().filter(|(_, body)| body == INACTIVE).count();
    assert!(active >= 12 && inactive >= 12, "{active} {inactive}");
    assert!(alone.iter().any(|(status, _)| *status == 401));
    // Each twice, some of them beside themselves.
    let twice = questions.iter().chain(questions.iter().rev());
    let together = futures_util::future::join_all(twice.clone().map(answer)).await;
    let expected = alone.iter().chain(alone.iter().rev());
    for ((question, told), expected) in twice.zip(together).zip(expected) {
        assert_eq!(told, *expected, "{question:?}");
    }
});

both!(
    no_check_after_the_acknowledgement_succeeds_where_nothing_is_remembered,
    async |app: TestApp| {
        no_check_after(app.restart(&[("check_memory_mib", "0")]).await).await;
    }
);

//! What proves an application: shown once, rotated with overlap, and of no use in parts.

use super::*;
use crate::both;
use crate::support::rounds;
use portcullis::secret::{Kind, Token};

async fn rotate(ada: &mut Browser, id: ApplicationId, overlap: &str) -> String {
    let page = ada.get(&format!("{PAGE}/{id}")).await;
    let form = hidden(&page.body, "secret");
    let made =
        ada.post(&format!("{PAGE}/{id}/secrets"), &[("secret", &form), ("overlap", overlap)]).await;
    made.is(200).shows("New secret").shows("not shown again");
    shown(&made.body, "client-secret")
}

both!(a_secret_is_rotated_with_overlap, async |app: TestApp| {
    let mut ada = ada(&app).await;
    let made = app.makes_application("Billing", &[]).await;
    let (id, first) = (made.id, made.secret.unwrap());
    let second = rotate(&mut ada, id, "1h").await;
    assert!(proves(&app, id, &first).await && proves(&app, id, &second).await);
    ada.get(&format!("{PAGE}/{id}")).await.shows("Replaced").lacks(&second);
    app.wait(Duration::from_hours(1) - Duration::from_millis(1));
    assert!(proves(&app, id, &first).await);
    app.wait(Duration::from_millis(1));
    assert!(!proves(&app, id, &first).await && proves(&app, id, &second).await);
    ada.forget("-session");
    ada.signs_in(ADA, PASSWORD).await;
    // A longer overlap gives none of its time back to one that ends before.
    let third = rotate(&mut ada, id, "1h").await;
    let fourth = rotate(&mut ada, id, "7d").await;
    app.wait(Duration::from_hours(1));
    assert!(!proves(&app, id, &second).await && proves(&app, id, &third).await);
    ada.forget("-session");
    ada.signs_in(ADA, PASSWORD).await;
    let fifth = rotate(&mut ada, id, "now").await;
    for (secret, is_good) in [(&third, false), (&fourth, false), (&fifth, true)] {
        assert_eq!(proves(&app, id, secret).await, is_good);
    }
    let page = ada.get(&format!("{PAGE}/{id}")).await;
    let own = Token::parse(Kind::ApplicationSecret, &fifth).unwrap().id();
    let revoke = format!("{PAGE}/{id}/secrets/{own}/revoke");
    assert!(page.body.contains(&revoke));
    ada.post(&revoke, &[]).await.leads_to(&format!("{PAGE}/{id}"));
    assert!(!proves(&app, id, &fifth).await);
    ada.get(&format!("{PAGE}/{id}")).await.shows("No secret proves this application");
});

both!(a_page_makes_one_secret_and_a_reload_takes_none_away, async |app: TestApp| {
    let mut ada = ada(&app).await;
    let made = app.makes_application("Billing", &[]).await;
    let path = format!("{PAGE}/{}/secrets", made.id);
    let form = hidden(&ada.get(&format!("{PAGE}/{}", made.id)).await.body, "secret");
    let fields = [("secret", form.as_str()), ("overlap", "now")];
    let first = ada.post(&path, &fields).await;
    let secret = shown(&first.body, "client-secret");
    let again = ada.post(&path, &fields).await;
    again.leads_to(&format!("{PAGE}/{}", made.id));
    assert!(proves(&app, made.id, &secret).await, "the reload has taken it");
    for round in 0..rounds() {
        let form = hidden(&ada.get(&format!("{PAGE}/{}", made.id)).await.body, "secret");
        let fields = [("secret", form.as_str()), ("overlap", "now")];
        let (mut one, mut two) = (ada.clone(), ada.clone());
        let (one, two) = tokio::join!(one.post(&path, &fields), two.post(&path, &fields));
        let shown = [&one, &two].iter().filter(|own| own.body.contains("pcl_app_")).count();
        assert_eq!(shown, 1, "round {round}: {} {}", one.status, two.status);
    }
});

both!(there_are_five_at_most, async |app: TestApp| {
    let mut ada = ada(&app).await;
    let made = app.makes_application("Billing", &[]).await;
    for _ in 0..4 {
        rotate(&mut ada, made.id, "7d").await;
    }
    let page = format!("{PAGE}/{}", made.id);
    let form = hidden(&ada.get(&page).await.body, "secret");
    let path = format!("{page}/secrets");
    ada.post(&path, &[("secret", &form), ("overlap", "1d")]).await.leads_to(&page);
    ada.get(&page).await.shows("There are 5 secrets");
    // One that ends all others is none too many.
    rotate(&mut ada, made.id, "now").await;
});

// TK-06: only the whole secret, of this application, proves it.
both!(tk_06_parts_and_others_prove_nothing, async |app: TestApp| {
    let (one, other) =
        (app.makes_application("One", &[]).await, app.makes_application("Other", &[]).await);
    let secret = one.secret.clone().unwrap();
    let foreign = other.secret.clone().unwrap();
    assert!(proves(&app, one.id, &secret).await && proves(&app, other.id, &foreign).await);
    assert!(!proves(&app, one.id, &foreign).await && !proves(&app, other.id, &secret).await);
    let mut wrong =
        vec![String::new(), secret.to_uppercase(), format!("{secret} "), format!(" {secret}")];
    wrong.extend((1..secret.len()).map(|length| secret[..length].to_owned()));
    // Another secret under this id, whose checksum is right.
    let id = Token::parse(Kind::ApplicationSecret, &secret).unwrap().id();
    wrong.push(Token::new(Kind::ApplicationSecret, id, &app.random).encode().reveal().to_owned());
    wrong.push(Token::new(Kind::AccessToken, id, &app.random).encode().reveal().to_owned());
    wrong.push(
        Token::new(Kind::ApplicationSecret, one.id.uuid(), &app.random)
            .encode()
            .reveal()
            .to_owned(),
    );
    let hash =
        app.count("SELECT COUNT(*) FROM application_secrets WHERE LENGTH(secret_hash) = 32").await;
    assert_eq!(hash, 2);
    for text in wrong {
        assert!(!proves(&app, one.id, &text).await, "{text}");
    }
    if let Some(node) = other_node(&app).await {
        let mut ada = ada(&app).await;
        let new = rotate(&mut ada, one.id, "now").await;
        assert!(!proves(&node, one.id, &secret).await && proves(&node, one.id, &new).await);
    }
});

both!(se_03_another_application_s_secret_is_not_there, async |app: TestApp| {
    let mut ada = ada(&app).await;
    let (one, other) =
        (app.makes_application("One", &[]).await, app.makes_application("Other", &[]).await);
    let foreign = other.secret_id.unwrap();
    ada.get(&format!("{PAGE}/{}", one.id)).await.is(200);
    for secret in [
        foreign.to_string(),
        NOBODY.to_owned(),
        "x".into(),
        "%00".into(),
        foreign.to_string().to_uppercase(),
    ] {
        ada.post(&format!("{PAGE}/{}/secrets/{secret}/revoke", one.id), &[]).await.is(404);
    }
    assert!(proves(&app, other.id, &other.secret.unwrap()).await);
});

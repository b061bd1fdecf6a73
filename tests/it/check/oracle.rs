//! TK-06: introspection is no oracle. SE-06: one spelling. MF-10: a half sign-in.

use super::*;
use crate::both;
use crate::support::product::{INACTIVE, introspect};
use axum::http::header::WWW_AUTHENTICATE;
use portcullis::features::applications;
use portcullis::features::applications::rules::ApplicationKind;
use portcullis::secret::{Kind, Token};
use std::time::Duration;
use uuid::Uuid;

both!(tk_06_nobody_asks_without_a_client, async |app: TestApp| {
    let scene = Scene::new(&app).await;
    let form = format!("token={}", scene.token);
    let wiki = app.product("Wiki", &["clients-2:read"]).await;
    let public = app.product_of("Phone", ApplicationKind::Public, &[]).await;
    let swapped = Product { id: scene.product.id, secret: wiki.secret.clone() };
    let mut changed = scene.product.secret.clone().into_bytes();
    changed[40] = if changed[40] == b'0' { b'1' } else { b'0' };
    let misspelt = Product { id: scene.product.id, secret: String::from_utf8(changed).unwrap() };
    let guessed = {
        let read = Token::parse(Kind::ApplicationSecret, &scene.product.secret).unwrap();
        let forged = Token::new(Kind::ApplicationSecret, read.id(), &app.random);
        Product { id: scene.product.id, secret: forged.encode().reveal().to_owned() }
    };
    let unknown = Product {
        id: portcullis::ids::ApplicationId::from_uuid(Uuid::nil()),
        secret: scene.product.secret.clone(),
    };
    let holder = Product { id: scene.product.id, secret: scene.token.clone() };
    let mut all = vec![
        None,
        Some("Basic".to_owned()),
        Some(format!("Bearer {}", scene.token)),
        Some(format!("Bearer {}", scene.product.secret)),
    ];
    for wrong in [&swapped, &misspelt, &guessed, &unknown, &holder] {
        all.push(Some(wrong.basic()));
    }
    for (number, authorization) in all.iter().enumerate() {
        let from = [10, 41, 0, u8::try_from(number).unwrap()];
        for form in [form.clone(), "token=nonsense".into()] {
            let told = introspect(&app, authorization.as_deref(), form, from).await;
            assert_eq!(told.is(401).body, "{\"error\":\"invalid_client\"}", "{authorization:?}");
            assert!(told.headers[WWW_AUTHENTICATE].to_str().unwrap().starts_with("Basic "));
        }
    }
    // A public application can't keep a secret, so its id alone proves nothing.
    let by_id = format!("{form}&client_id={}", public.id);
    introspect(&app, None, by_id, [10, 41, 1, 1]).await.is(401);
    // In the form is the other place of two, and both at once is none.
    let Product { id, secret } = &scene.product;
    let posted = format!("{form}&client_id={id}&client_secret={secret}");
    introspect(&app, None, posted.clone(), [10, 41, 1, 2]).await.active();
    introspect(&app, Some(&scene.product.basic()), posted, [10, 41, 1, 3]).await.is(400);
});

both!(tk_06_a_secret_that_is_rotated_out_proves_nothing, async |app: TestApp| {
    let mut scene = Scene::new(&app).await;
    let (kept, new) = scene.product.adds_secret(&app).await;
    let until = app.clock.now().plus(Duration::from_secs(3600));
    let mut tx = app.db.begin().await.unwrap();
    applications::expire_other_secrets(&mut tx, scene.product.id, kept, until).await.unwrap();
    tx.commit().await.unwrap();
    let fresh = Product { id: scene.product.id, secret: new };
    app.wait(Duration::from_millis(3_599_999));
    scene.product.asks(&app, &scene.token).await.active();
    fresh.asks(&app, &scene.token).await.active();
    app.wait(Duration::from_millis(1));
    let node = other_node(&app).await;
    for node in [&app, node.as_ref().unwrap_or(&app)] {
        scene.product.asks(node, &scene.token).await.is(401);
        fresh.asks(node, &scene.token).await.active();
    }
    let mut tx = app.db.begin().await.unwrap();
    let now = app.clock.now();
    assert!(applications::revoke_secret(&mut tx, fresh.id, kept, now).await.unwrap());
    tx.commit().await.unwrap();
    for node in [&app, node.as_ref().unwrap_or(&app)] {
        fresh.asks(node, &scene.token).await.is(401);
    }
    scene.product = fresh;
    scene.product.secret = scene.product.adds_secret(&app).await.1;
    scene.product.asks(&app, &scene.token).await.active();
    let mut tx = app.db.begin().await.unwrap();
    applications::remove(&mut tx, scene.product.id, now).await.unwrap();
    tx.commit().await.unwrap();
    for node in [&app, node.as_ref().unwrap_or(&app)] {
        scene.product.asks(node, &scene.token).await.is(401);
        scene.product.asks(node, &scene.session).await.is(401);
    }
});

both!(tk_06_every_no_is_the_same_to_the_byte, async |app: TestApp| {
    let scene = Scene::new(&app).await;
    let wiki = app.product("Wiki", &["pages:read"]).await;
    let foreign = wiki.session(&app, &scene.mira, &scene.browser, "openid pages:read").await;
    let of_wiki = app.token_with(&scene.mira, &["pages:read"], "").await;
    let plain = app.token_with(&scene.mira, &["profile:read"], "").await;
    app.browser().forgets(MIRA).await;
    app.post().await;
    let link = app.link(MIRA, "password-reset").await;
    let link = link.rsplit('/').next().unwrap().to_owned();
    assert!(link.starts_with("pcl_lnk_"), "{link}");
    let forged = |text: &str, kind| {
        let id = Token::parse(kind, text).unwrap().id();
        Token::new(kind, id, &app.random).encode().reveal().to_owned()
    };
    let nobody =
        |kind| Token::new(kind, Uuid::from_u128(7), &app.random).encode().reveal().to_owned();
    let mut cases = vec![
        foreign,
        of_wiki,
        plain,
        link,
        scene.product.secret.clone(),
        forged(&scene.token, Kind::AccessToken),
        forged(&scene.session, Kind::ApplicationSession),
        nobody(Kind::AccessToken),
        nobody(Kind::ApplicationSession),
        nobody(Kind::AuthorizationCode),
        scene.token.replace("pcl_pat_", "pcl_aps_"),
        scene.session.replace("pcl_aps_", "pcl_pat_"),
        "nonsense".to_owned(),
        "x".repeat(4_000),
        "\u{0}".to_owned(),
        "' OR 1 = 1 --".to_owned(),
        scene.mira.id.to_string(),
    ];
    // Cookies of Portcullis never leave it, and are nothing to an application.
    cases.extend(scene.browser.cookies.values().cloned());
    let session = scene.browser.session().unwrap();
    cases.push(session.replace("pcl_ses_", "pcl_aps_"));
    let expected = scene.product.asks(&app, "nothing").await;
    expected.inactive();
    for case in cases {
        let told = scene.product.asks(&app, &case).await;
        assert_eq!(told, expected, "{case}");
    }
    // And the right ones are still right.
    assert_eq!(scene.active(&[&app]).await, (true, true));
});

both!(tk_06_ten_thousand_guesses_find_nothing, async |app: TestApp| {
    let scene = Scene::new(&app).await;
    let ids = [
        Token::parse(Kind::AccessToken, &scene.token).unwrap().id(),
        Token::parse(Kind::ApplicationSession, &scene.session).unwrap().id(),
    ];
    let guesses = 10_000;
    let mut tasks = tokio::task::JoinSet::new();
    for part in 0..50 {
        let (router, product) = (app.router.clone(), scene.product.clone());
        let random = portcullis::random::Random::seeded(part);
        tasks.spawn(async move {
            let kinds = [Kind::AccessToken, Kind::ApplicationSession];
            for number in 0..guesses / 50 {
                let kind = kinds[number % 2];
                let guess = Token::new(kind, ids[number % 2], &random);
                let form = format!("token={}", guess.encode().reveal());
                let told =
                    crate::support::product::ask(&router, Some(&product.basic()), form).await;
                assert_eq!(told.body, INACTIVE);
            }
        });
    }
    while let Some(done) = tasks.join_next().await {
        done.unwrap();
    }
    assert_eq!(scene.active(&[&app]).await, (true, true));
    // Whoever guesses at the application's own secret is slowed down; it itself is not.
    let (mut refused, mut slowed) = (0, 0);
    for _ in 0..200 {
        let id = Token::parse(Kind::ApplicationSecret, &scene.product.secret).unwrap().id();
        let secret = Token::new(Kind::ApplicationSecret, id, &app.random);
        let guess =
            Product { secret: secret.encode().reveal().to_owned(), ..scene.product.clone() };
        match guess.asks(&app, &scene.token).await.status.as_u16() {
            401 => refused += 1,
            429 => slowed += 1,
            other => panic!("{other}"),
        }
    }
    assert_eq!((refused, slowed), (60, 140));
    scene.product.asks(&app, &scene.token).await.active();
});

both!(se_06_only_the_exact_text_is_active, async |app: TestApp| {
    let scene = Scene::new(&app).await;
    for text in [&scene.token, &scene.session] {
        let mut others = vec![
            format!("{text} "),
            format!(" {text}"),
            format!("{text}="),
            format!("{text}\n"),
            text.to_uppercase(),
            text.to_lowercase(),
            format!("{text}{text}"),
            format!("Bearer {text}"),
        ];
        others.extend((0..text.len()).step_by(7).skip(1).map(|length| text[..length].to_owned()));
        for position in (0..text.len()).step_by(3) {
            let mut changed = text.clone().into_bytes();
            changed[position] = if changed[position] == b'0' { b'1' } else { b'0' };
            others.push(String::from_utf8(changed).unwrap());
        }
        for other in others {
            scene.product.asks(&app, &other).await.inactive();
        }
        scene.product.asks(&app, text).await.active();
    }
});

both!(mf_10_a_half_sign_in_is_inactive, async |app: TestApp| {
    app.enrolled(MIRA).await;
    let product = app.product("Billing", &["clients:read"]).await;
    let mut half = app.browser();
    half.half_signs_in(MIRA).await;
    assert!(half.cookies.len() >= 2);
    for cookie in half.cookies.values() {
        product.asks(&app, cookie).await.inactive();
        for kind in ["pcl_pat_", "pcl_aps_"] {
            product
                .asks(&app, &format!("{kind}{}", cookie.get(8..).unwrap_or_default()))
                .await
                .inactive();
        }
    }
});

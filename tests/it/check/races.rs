//! Design §4.13: no check that begins after a revocation was acknowledged succeeds, on
//! any node.

use super::*;
use crate::both;
use crate::support::product::ask;
use crate::support::rounds;
use portcullis::ids::TokenId;
use portcullis::secret::{Kind, Token};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

both!(no_check_after_the_acknowledgement_succeeds, no_check_after);

pub(super) async fn no_check_after(app: TestApp) {
    let scene = Scene::new(&app).await;
    let node = other_node(&app).await;
    let routers = [app.router.clone(), node.as_ref().unwrap_or(&app).router.clone()];
    let mut late = 0;
    for round in 0..rounds() * 4 {
        let mut browser = app.browser();
        browser.signs_in(MIRA, PASSWORD).await;
        let is_token = round % 2 == 0;
        let credential = if is_token {
            app.token_with(&scene.mira, &["clients:read"], "").await
        } else {
            scene.product.session(&app, &scene.mira, &browser, "openid").await
        };
        let acknowledged = Arc::new(AtomicBool::new(false));
        let before = Arc::new(AtomicUsize::new(0));
        let mut tasks = tokio::task::JoinSet::new();
        for number in 0..8 {
            let (router, basic) = (routers[number % 2].clone(), scene.product.basic());
            let (acknowledged, before) = (Arc::clone(&acknowledged), Arc::clone(&before));
            let form = format!("token={credential}");
            tasks.spawn(async move {
                let mut after = 0;
                while after < 3 {
                    let is_after = acknowledged.load(Ordering::SeqCst);
                    let active = ask(&router, Some(&basic), form.clone()).await.is_active();
                    assert!(!(is_after && active), "a check after the acknowledgement");
                    after += usize::from(is_after);
                    before.fetch_add(usize::from(active), Ordering::SeqCst);
                }
                after
            });
        }
        while before.load(Ordering::SeqCst) < 8 {
            tokio::task::yield_now().await;
        }
        if is_token {
            let id = Token::parse(Kind::AccessToken, &credential).unwrap().id();
            let path = format!("/settings/security/tokens/{}/revoke", TokenId::from_uuid(id));
            browser.get(path.trim_end_matches("/revoke")).await.is(200);
            browser.post(&path, &[]).await.is(303);
        } else {
            signs_out(&mut browser).await;
        }
        acknowledged.store(true, Ordering::SeqCst);
        while let Some(after) = tasks.join_next().await {
            late += after.unwrap();
        }
    }
    assert!(late >= rounds() * 4 * 24);
}

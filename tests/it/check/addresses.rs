//! IP-05: whose address decides is the end user's, as the application tells it.

use super::*;
use crate::both;

both!(ip_05_the_end_user_s_address_decides, async |app: TestApp| {
    let scene = Scene::new(&app).await;
    // The application itself asks from 10.40.0.1.
    let sources = "198.51.100.0/24\n10.40.0.0/16\n2001:db8::/32";
    let token = app.token_with(&scene.mira, &["clients:read"], sources).await;
    let asks = async |address: &str| {
        let fields = [("token", token.as_str()), ("end_user_address", address)];
        scene.product.asks_with(&app, &fields).await.is_active()
    };
    for inside in ["198.51.100.7", "::ffff:198.51.100.7", "2001:db8::1", "2001:DB8:0:0::1"] {
        assert!(asks(inside).await, "{inside}");
    }
    for outside in ["203.0.113.9", "::ffff:203.0.113.9", "2001:db9::1", "::1", "127.0.0.1"] {
        assert!(!asks(outside).await, "{outside}");
    }
    // Not told: refused, however near the application is.
    scene.product.asks(&app, &token).await.inactive();
    scene.product.asks_with(&app, &[("token", &token), ("end_user_address", "")]).await.inactive();
    // An unlimited one does not need it.
    scene.product.asks(&app, &scene.token).await.active();
});

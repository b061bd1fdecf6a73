//! What applications hear of an organisation's members: introspection and the gate.

use super::*;
use crate::both;
use crate::gate::site::{application, set_rules};
use crate::support::product::INACTIVE;
use crate::support::{Product, Told};
use portcullis::features::account::Account;
use portcullis::features::organisation_access;
use serde_json::json;

const HERE: &str = "10.200.0.1";
const ELSEWHERE: &str = "10.200.0.2";

/// Acme, and Mira, who is signed in to a product and has a token for it.
struct Scene {
    acme: Organisation,
    product: Product,
    browser: Browser,
    mira: Account,
    credentials: [String; 2],
}

async fn scene(app: &TestApp) -> Scene {
    let acme = acme(app).await;
    let product = app.product("Billing", &["clients:read"]).await;
    let browser = signed_in(app, MIRA).await;
    let mira = app.current_of(&browser).await.account;
    let session = product.session(app, &mira, &browser, "openid clients:read").await;
    let token = app.token_with(&mira, &["clients:read"], "").await;
    Scene { acme, product, browser, mira, credentials: [session, token] }
}

impl Scene {
    async fn asks(&self, app: &TestApp, token: &str, of: &str, from: Option<&str>) -> Told {
        let mut fields = vec![("token", token)];
        if !of.is_empty() {
            fields.push(("organisation", of));
        }
        fields.extend(from.map(|from| ("end_user_address", from)));
        self.product.asks_with(app, &fields).await
    }

    /// Whether both are active, on every node.
    async fn active(&self, nodes: &[&TestApp], of: &str, from: Option<&str>) -> [bool; 2] {
        let mut all = Vec::new();
        for node in nodes {
            let mut both = [false; 2];
            for (token, active) in self.credentials.iter().zip(&mut both) {
                let told = self.asks(node, token, of, from).await;
                *active = told.is_active();
                assert!(*active || told.body == INACTIVE, "{}", told.body);
            }
            all.push(both);
        }
        assert!(all.iter().all(|own| *own == all[0]), "{all:?}");
        all[0]
    }
}

both!(ip_03_tk_07_introspection_asks_the_organisation, async |app: TestApp| {
    let scene = scene(&app).await;
    let other = other_node(&app).await;
    let nodes: Vec<&TestApp> = [&app].into_iter().chain(other.as_ref()).collect();
    let id = scene.acme.id.to_string();
    for named in ["acme", &id] {
        for token in &scene.credentials {
            let told = scene.asks(&app, token, named, None).await.active();
            let expected =
                json!({"id": id, "slug": "acme", "name": "acme & Sons", "role": "member"});
            assert_eq!(told["organisation"], expected);
        }
    }
    // Where none is asked about, nothing is said of one.
    let told = scene.asks(&app, &scene.credentials[0], "", None).await.active();
    assert!(told.get("organisation").is_none());
    organisation(&app, "umbrella", Plan::Enterprise, OLGA).await;
    for stranger in ["umbrella", "nowhere", "ACME", "01900000-0000-7000-8000-000000000000"] {
        assert_eq!(scene.active(&nodes, stranger, None).await, [false; 2], "{stranger}");
    }
    assert_eq!(logged(&app, "organisation-access refused/address-not-allowed").await, 0);

    enables_from(&app, &scene.acme, OLGA, HERE).await;
    assert_eq!(scene.active(&nodes, "acme", Some(ELSEWHERE)).await, [false; 2]);
    assert_eq!(logged(&app, "organisation-access refused/address-not-allowed").await, 1);
    assert_eq!(scene.active(&nodes, "acme", Some(HERE)).await, [true; 2]);
    assert_eq!(scene.active(&nodes, "acme", Some("::ffff:10.200.0.1")).await, [true; 2]);
    // Elsewhere nothing has changed.
    assert_eq!(scene.active(&nodes, "", Some(ELSEWHERE)).await, [true; 2]);

    two_factor::requires(&app, &scene.acme, Duration::ZERO, false).await;
    assert_eq!(scene.active(&nodes, "acme", Some(HERE)).await, [false; 2]);
    assert_eq!(scene.active(&nodes, "", None).await, [true; 2]);
    app.tamper("DELETE FROM two_factor_requirements").await;
    assert_eq!(scene.active(&nodes, "acme", Some(HERE)).await, [true; 2]);
    app.tamper("DELETE FROM members WHERE role = 'member'").await;
    assert_eq!(scene.active(&nodes, "acme", Some(HERE)).await, [false; 2]);
});

both!(tk_06_a_refusal_is_written_down_after_its_answer, async |app: TestApp| {
    let scene = scene(&app).await;
    let token = &scene.credentials[1];
    let event = "organisation-access refused/address-not-allowed";
    enables_from(&app, &scene.acme, OLGA, HERE).await;
    scene.asks(&app, token, "acme", Some(ELSEWHERE)).await.inactive();
    assert_eq!(logged(&app, event).await, 1);
    app.wait(11 * MINUTE);
    // The token's own use is written down now, and not again within a minute.
    scene.asks(&app, token, "", Some(ELSEWHERE)).await.active();
    app.settles().await;
    let mut held = app.db.begin().await.unwrap();
    assert_eq!(organisation_access::prune(&mut held, app.clock.now()).await.unwrap(), 1);
    // Nobody can write it down for now, and the answer is here all the same.
    let asked = scene.asks(&app, token, "acme", Some(ELSEWHERE));
    let told = tokio::time::timeout(Duration::from_secs(10), asked).await;
    told.expect("the answer waits for the log").inactive();
    assert_eq!(app.events().await.iter().filter(|own| *own == event).count(), 1);
    held.commit().await.unwrap();
    assert_eq!(logged(&app, event).await, 2);
});

both!(ip_05_the_end_user_s_address_counts_and_no_other, async |app: TestApp| {
    let scene = scene(&app).await;
    // The application's own server is where the list lets people in.
    enables_from(&app, &scene.acme, OLGA, "10.40.0.1").await;
    assert_eq!(scene.active(&[&app], "acme", None).await, [false; 2]);
    let refused = "organisation-access refused/address-not-allowed";
    assert_eq!(logged(&app, refused).await, 1);
    // Who does not say where somebody is hides nothing of where they are.
    assert_eq!(scene.active(&[&app], "acme", Some(ELSEWHERE)).await, [false; 2]);
    assert_eq!(logged(&app, refused).await, 2);
    assert_eq!(scene.active(&[&app], "acme", None).await, [false; 2]);
    assert_eq!(scene.active(&[&app], "acme", Some(ELSEWHERE)).await, [false; 2]);
    assert_eq!(logged(&app, refused).await, 2);
    assert_eq!(scene.active(&[&app], "acme", Some("10.40.0.1")).await, [true; 2]);
    for odd in ["010.40.0.1", "10.40.1", "10.40.0.1, 10.40.0.2", "unknown"] {
        let told = scene.asks(&app, &scene.credentials[0], "acme", Some(odd)).await;
        told.is(400);
    }
});

both!(the_gate_asks_the_organisation_that_a_rule_names, async |app: TestApp| {
    let proxy = "10.9.9.9";
    let app = app.restart(&[("trusted_proxies", proxy)]).await;
    let acme = acme(&app).await;
    let origin = "https://toy.example.com";
    let id = application(&app, origin, "/ signed-in").await;
    set_rules(&app, id, origin, "/ signed-in\n/team permissions toy:read in acme").await;
    let mira = app.current_of(&signed_in(&app, MIRA).await).await.account;
    let token = app.token_with(&mira, &["toy:read"], "").await;
    let bearer = format!("Bearer {token}");
    let asks = async |path: &str, from: &str| {
        let mut asked = app.browser();
        asked.address = proxy.parse().unwrap();
        for (name, value) in [
            ("x-forwarded-proto", "https"),
            ("x-forwarded-host", "toy.example.com"),
            ("x-forwarded-uri", path),
            ("x-forwarded-method", "GET"),
            ("x-forwarded-for", from),
            ("authorization", &bearer),
        ] {
            asked.header(name, value);
        }
        asked.get("/gate/forward-auth").await
    };
    let reply = asks("/team/x", HERE).await;
    assert_eq!(reply.is(204).headers["remote-organisation"], "acme");
    assert_eq!(reply.headers["remote-organisation-role"], "member");
    assert_eq!(asks("/x", HERE).await.is(204).headers["remote-organisation"], "");
    enables_from(&app, &acme, OLGA, HERE).await;
    asks("/team/x", HERE).await.is(204);
    asks("/team/x", ELSEWHERE).await.is(403);
    asks("/x", ELSEWHERE).await.is(204);
    assert_eq!(logged(&app, "organisation-access refused/address-not-allowed").await, 1);
    app.tamper("DELETE FROM members WHERE role = 'member'").await;
    asks("/team/x", HERE).await.is(403);
    // Who lost a permission is told that, wherever they are.
    app.tamper("DELETE FROM access_token_permissions WHERE permission = 'toy:read'").await;
    asks("/team/x", HERE).await.is(401);
});

both!(a_session_that_is_for_an_organisation_is_asked_for_it_each_time, async |app: TestApp| {
    let scene = scene(&app).await;
    let session = &scene.credentials[0];
    let made = "UPDATE application_sessions SET organisation_id = (SELECT id FROM organisations WHERE slug = 'acme')";
    app.tamper(made).await;
    let told = scene.asks(&app, session, "", None).await.active();
    assert_eq!(told["organisation"]["slug"], "acme");
    let umbrella = organisation(&app, "umbrella", Plan::Enterprise, MIRA).await;
    assert_eq!(umbrella.slug, "umbrella");
    scene.asks(&app, session, "umbrella", None).await.inactive();
    enables_from(&app, &scene.acme, OLGA, HERE).await;
    scene.asks(&app, session, "", None).await.inactive();
    scene.asks(&app, session, "", Some(ELSEWHERE)).await.inactive();
    scene.asks(&app, session, "", Some(HERE)).await.active();
    assert!(scene.browser.session().is_some() && scene.mira.email == MIRA);
});

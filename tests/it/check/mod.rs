//! What applications are told of what is presented to them.

mod addresses;
mod answers;
mod client;
mod dead;
mod documented;
mod model;
mod oracle;
mod races;
mod remembered;
mod times;
mod together;
mod told_again;
mod uses;

use crate::support::{Backend, Browser, PASSWORD, Product, TestApp};
use portcullis::features::account::Account;

const MIRA: &str = "mira@example.com";
const ALL: &str = "openid profile email clients:read clients:write";

/// Mira, signed in to Portcullis and to a product, with a token for it.
struct Scene {
    mira: Account,
    browser: Browser,
    product: Product,
    session: String,
    token: String,
}

impl Scene {
    async fn new(app: &TestApp) -> Self {
        let product = app.product("Billing", &["clients:read", "clients:write"]).await;
        Self::of(app, MIRA, product).await
    }

    async fn of(app: &TestApp, email: &str, product: Product) -> Self {
        let mira = app.account(email).await;
        let mut browser = app.browser();
        browser.signs_in(email, PASSWORD).await;
        let session = product.session(app, &mira, &browser, ALL).await;
        let token = app.token_with(&mira, &["clients:read", "profile:read"], "").await;
        Self { mira, browser, product, session, token }
    }

    /// Whether token and session are active, the same on every node.
    async fn active(&self, nodes: &[&TestApp]) -> (bool, bool) {
        let mut all = Vec::new();
        for node in nodes {
            let token = self.product.asks(node, &self.token).await.is_active();
            let session = self.product.asks(node, &self.session).await.is_active();
            all.push((token, session));
        }
        assert!(all.iter().all(|own| *own == all[0]), "{all:?}");
        all[0]
    }
}

/// Where there can be another node, that one.
async fn other_node(app: &TestApp) -> Option<TestApp> {
    match app.backend {
        Backend::Postgres => Some(app.second_node().await),
        Backend::Sqlite => None,
    }
}

async fn signs_out(browser: &mut Browser) {
    browser.get("/settings/security").await.is(200);
    browser.post("/sign-out", &[]).await.is(303);
}

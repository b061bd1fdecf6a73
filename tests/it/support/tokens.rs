//! People make access tokens; programs hold them.

use super::{Browser, Reply, TestApp};
use portcullis::features::access_tokens::{Bearer, authenticate};
use portcullis::http::Source;
use portcullis::secret::{Kind, Token};

const NEW: &str = "/settings/security/tokens/new";

/// A token as its maker saw it.
pub struct MadeToken {
    pub text: String,
    pub id: String,
    pub page: Reply,
}

pub fn parsed(text: &str) -> Option<Token> {
    Token::parse(Kind::AccessToken, text)
}

pub fn token_of(text: &str) -> Token {
    parsed(text).expect("this is no token")
}

/// The form that a page of ours makes a token by.
pub fn form_of(page: &Reply) -> String {
    let (_, rest) = page.body.split_once("name=\"form\" value=\"").expect("there is no form");
    rest.split_once('"').unwrap().0.to_owned()
}

pub fn source_of(app: &TestApp, address: &str) -> Source {
    Source::new(address.parse().ok(), "curl/8.9".into(), &app.places)
}

/// Who a program is that presents this text.
pub async fn bearer(app: &TestApp, text: &str, address: &str) -> Option<Bearer> {
    let token = parsed(text)?;
    let source = source_of(app, address);
    authenticate(app, &token, &source, app.clock.now()).await.unwrap()
}

impl Browser {
    /// Sends the form of Generate Token, with a form of its own unless one is named.
    pub async fn asks_for_token(&mut self, fields: &[(&str, &str)]) -> Reply {
        let page = self.get(NEW).await;
        page.is(200);
        let form = form_of(&page);
        let mut all = fields.to_vec();
        if fields.iter().all(|(name, _)| *name != "form") {
            all.push(("form", &form));
        }
        self.post(NEW, &all).await
    }

    /// Makes a token of 30 days, unless more says otherwise.
    pub async fn makes_token(
        &mut self,
        name: &str,
        permissions: &[&str],
        more: &[(&str, &str)],
    ) -> MadeToken {
        let mut fields = vec![("name", name)];
        fields.extend(permissions.iter().map(|own| ("permission", *own)));
        fields.extend_from_slice(more);
        if more.iter().all(|(name, _)| *name != "expiration") {
            fields.push(("expiration", "30"));
        }
        let page = self.asks_for_token(&fields).await;
        page.is(200);
        let (_, rest) = page.body.split_once("<code id=\"token\">").expect("no token is shown");
        let text = rest.split_once('<').unwrap().0.to_owned();
        MadeToken { id: token_of(&text).id().to_string(), text, page }
    }
}

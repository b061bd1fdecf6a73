use super::TestApp;
use axum::body::Body;
use axum::http::header::{CONTENT_TYPE, COOKIE, LOCATION, ORIGIN, SET_COOKIE, USER_AGENT};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response, StatusCode};
use http_body_util::BodyExt;
use portcullis::http::Front;
use portcullis::http::Peer;
use std::collections::BTreeMap;
use std::net::IpAddr;
use tower::ServiceExt;

/// A browser without scripts: it keeps cookies, sends `Origin`, and puts the
/// token of the page it shows into the form it sends.
#[derive(Clone)]
pub struct Browser {
    router: Front,
    pub address: IpAddr,
    pub user_agent: String,
    pub origin: Option<String>,
    pub cookies: BTreeMap<String, String>,
    /// The token in the forms of the page last shown.
    pub token: Option<String>,
    /// Headers that a proxy or an attacker adds.
    pub headers: HeaderMap,
    shown: String,
}

/// What came back.
#[derive(Debug, Clone)]
pub struct Reply {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

impl Reply {
    pub fn location(&self) -> &str {
        self.headers.get(LOCATION).map_or("", |value| value.to_str().unwrap())
    }

    pub fn set_cookies(&self) -> Vec<String> {
        self.headers
            .get_all(SET_COOKIE)
            .iter()
            .map(|value| value.to_str().unwrap().to_owned())
            .collect()
    }

    /// The body as a reader sees it: entities resolved, tags left out.
    pub fn text(&self) -> String {
        let mut text = String::new();
        let mut inside = false;
        for c in self.body.chars() {
            match c {
                '<' => inside = true,
                '>' => inside = false,
                c if !inside => text.push(c),
                _ => {}
            }
        }
        let text = text.replace("&#39;", "'").replace("&#34;", "\"").replace("&lt;", "<");
        let text = text.replace("&gt;", ">").replace("&amp;", "&").replace("&#38;", "&");
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    #[track_caller]
    pub fn shows(&self, sentence: &str) -> &Self {
        let text = self.text();
        assert!(text.contains(sentence), "{sentence:?} is not in {text:?} ({})", self.status);
        self
    }

    #[track_caller]
    pub fn lacks(&self, sentence: &str) -> &Self {
        assert!(!self.body.contains(sentence), "{sentence:?} is in the page");
        self
    }

    #[track_caller]
    pub fn is(&self, status: u16) -> &Self {
        assert_eq!(self.status.as_u16(), status, "{}", self.text());
        self
    }

    #[track_caller]
    pub fn leads_to(&self, path: &str) -> &Self {
        assert_eq!((self.status.as_u16(), self.location()), (303, path), "{}", self.text());
        self
    }
}

impl Browser {
    pub fn new(app: &TestApp, address: IpAddr) -> Self {
        Self {
            router: app.router.clone(),
            address,
            user_agent: "Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0"
                .into(),
            origin: Some(app.config.public_url.origin().to_owned()),
            cookies: BTreeMap::new(),
            token: None,
            headers: HeaderMap::new(),
            shown: "/".into(),
        }
    }

    /// The same browser, asking another node.
    pub fn at(&self, node: &TestApp) -> Self {
        Self { router: node.router.clone(), ..self.clone() }
    }

    pub fn header(&mut self, name: &'static str, value: &str) {
        let value = HeaderValue::from_bytes(value.as_bytes()).unwrap();
        self.headers.append(HeaderName::from_static(name), value);
    }

    /// The cookie of the session, if there is one.
    pub fn session(&self) -> Option<String> {
        self.cookies.iter().find(|(name, _)| name.ends_with("-session")).map(|(_, v)| v.clone())
    }

    pub fn forget(&mut self, cookie: &str) {
        self.cookies.retain(|name, _| !name.ends_with(cookie));
    }

    pub async fn get(&mut self, path: &str) -> Reply {
        let reply = self.send(Method::GET, path, &[], None).await;
        path.clone_into(&mut self.shown);
        // The first form of the page itself: the one in its head that signs out has
        // the session's token, also where the page's own forms are for anybody.
        let main = reply.body.split_once("<main").map_or("", |(_, main)| main);
        let token = |html: &str| {
            let (_, rest) = html.split_once("name=\"csrf\" value=\"")?;
            rest.split_once('"').map(|(token, _)| token.to_owned())
        };
        self.token = token(main).or_else(|| token(&reply.body));
        reply
    }

    /// Sends a form with the token of the page that is shown.
    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Reply {
        let mut all: Vec<(&str, &str)> = Vec::new();
        let token = self.token.clone();
        if let Some(token) = &token {
            all.push(("csrf", token));
        }
        all.extend_from_slice(fields);
        let form = serde_urlencoded::to_string(&all).unwrap();
        self.send_form(path, form).await
    }

    pub async fn send_form(&mut self, path: &str, form: String) -> Reply {
        let headers = [(CONTENT_TYPE, "application/x-www-form-urlencoded")];
        self.send(Method::POST, path, &headers, Some(form)).await
    }

    pub async fn send(
        &mut self,
        method: Method,
        path: &str,
        headers: &[(HeaderName, &str)],
        body: Option<String>,
    ) -> Reply {
        let response = self.ask(method, path, headers, body).await;
        let (parts, body) = response.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        let reply = Reply {
            status: parts.status,
            headers: parts.headers,
            body: String::from_utf8_lossy(&body).into_owned(),
        };
        for cookie in reply.set_cookies() {
            let (pair, attributes) = cookie.split_once(';').unwrap_or((&cookie, ""));
            let (name, value) = pair.split_once('=').unwrap();
            if attributes.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        reply
    }

    /// Sends a form, and leaves it to the caller to take what comes.
    pub async fn begins(&self, path: &str, fields: &[(&str, &str)]) -> Response<Body> {
        let mut all = vec![("csrf", self.token.as_deref().unwrap())];
        all.extend_from_slice(fields);
        let headers = [(CONTENT_TYPE, "application/x-www-form-urlencoded")];
        let form = serde_urlencoded::to_string(&all).unwrap();
        self.ask(Method::POST, path, &headers, Some(form)).await
    }

    async fn ask(
        &self,
        method: Method,
        path: &str,
        headers: &[(HeaderName, &str)],
        body: Option<String>,
    ) -> Response<Body> {
        let mut request = Request::builder().method(method.clone()).uri(path);
        if !self.user_agent.is_empty() {
            request = request.header(USER_AGENT, self.user_agent.as_bytes());
        }
        if !self.cookies.is_empty() {
            let pairs: Vec<String> =
                self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
            request = request.header(COOKIE, pairs.join("; "));
        }
        if method != Method::GET
            && let Some(origin) = &self.origin
        {
            request = request.header(ORIGIN, origin);
        }
        for (name, value) in headers {
            request = request.header(name, *value);
        }
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        let mut request = request.body(body.map_or_else(Body::empty, Body::from)).unwrap();
        request.extensions_mut().insert(Peer(Some(self.address)));
        self.router.clone().oneshot(request).await.unwrap()
    }

    /// Opens the sign-in page and sends it.
    pub async fn sign_in(&mut self, email: &str, password: &str) -> Reply {
        self.get("/sign-in").await;
        self.post("/sign-in", &[("email", email), ("password", password)]).await
    }

    /// Signs in, or the test fails.
    pub async fn signs_in(&mut self, email: &str, password: &str) {
        self.sign_in(email, password).await.leads_to("/settings/security");
    }

    /// Opens the page of a lost password and sends it.
    pub async fn forgets(&mut self, email: &str) -> Reply {
        self.get("/forgot-password").await.is(200);
        self.post("/forgot-password", &[("email", email)]).await
    }

    /// Opens the page of a link and chooses a password there.
    pub async fn chooses(&mut self, link: &str, password: &str) -> Reply {
        self.get(link).await;
        if self.token.is_none() {
            self.get("/sign-in").await;
        }
        let fields = [("new_password", password), ("confirm_new_password", password)];
        self.post(link, &fields).await
    }

    /// Opens the sign-up page and sends it.
    pub async fn asks_to_sign_up(&mut self, email: &str) -> Reply {
        self.get("/sign-up").await.is(200);
        self.post("/sign-up", &[("email", email)]).await
    }

    /// Opens the page of a sign-up link and sends it.
    pub async fn signs_up(&mut self, link: &str, name: &str, password: &str) -> Reply {
        self.get(link).await;
        if self.token.is_none() {
            self.get("/sign-in").await;
        }
        let fields =
            [("name", name), ("new_password", password), ("confirm_new_password", password)];
        self.post(link, &fields).await
    }

    /// Whether the settings open.
    pub async fn is_signed_in(&mut self) -> bool {
        self.get("/settings/security").await.status == StatusCode::OK
    }

    /// Opens the page of the password and sends it.
    pub async fn change_password(&mut self, current: &str, new: &str) -> Reply {
        self.get("/settings/security/password").await;
        let fields = [
            ("current_password", current),
            ("new_password", new),
            ("confirm_new_password", new),
            ("sign_out_others", "yes"),
        ];
        self.post("/settings/security/password", &fields).await
    }
}

//! Portcullis, a proxy and an application; and somebody who visits it without a browser.

use super::proxy::{ACCOUNTS, APPLICATION, Kind, Proxy, chosen_port, origin};
use super::toy::{Says, Toy};
use super::wire::{Answer, send};
use crate::support::{Browser, PASSWORD, Reply, TestApp};
use portcullis::features::administration::By;
use portcullis::features::applications::rules::{
    AddressKind, Algorithm, ApplicationKind, PermissionName, SessionLifetime,
};
use portcullis::features::applications::{self, Addresses, Properties};
use portcullis::features::gate::{Saved, rules, save_rules};
use portcullis::http::{Server, ServerLimits};
use portcullis::ids::ApplicationId;
use std::collections::{BTreeMap, BTreeSet};
use std::net::Ipv4Addr;
use std::ops::Deref;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

pub const EMAIL: &str = "mira@example.com";

/// What the application is opened by, unless a test says otherwise.
pub const RULES: &str =
    "/ signed-in\n/public public\n/admin permissions toy:admin\n/vault second-factor";

/// A node that is served.
pub struct Node {
    pub port: u16,
    stop: Option<oneshot::Sender<()>>,
    task: JoinHandle<()>,
}

impl Node {
    pub async fn serve(app: &TestApp) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (stop, stopped) = oneshot::channel();
        let server = Server::new(listener, app.router.clone(), ServerLimits::default());
        let task = tokio::spawn(server.run(async {
            let _ = stopped.await;
        }));
        Self { port, stop: Some(stop), task }
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
        self.task.abort();
    }
}

/// One test, on both databases, behind both proxies: `behind!(name, async |site| { … })`.
#[macro_export]
macro_rules! behind {
    ($(#[$attribute:meta])* $name:ident, $test:expr) => {
        mod $name {
            #[allow(unused_imports)]
            use super::*;
            use $crate::gate::proxy::Kind;
            use $crate::gate::site::GateSite;
            use $crate::support::{Backend, TestApp};

            async fn with(backend: Backend, kind: Kind) {
                let app = TestApp::new(backend).await;
                ($test)(GateSite::start(app, kind).await).await;
            }

            $(#[$attribute])*
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite_nginx() {
                with(Backend::Sqlite, Kind::Nginx).await;
            }

            $(#[$attribute])*
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite_caddy() {
                with(Backend::Sqlite, Kind::Caddy).await;
            }

            $(#[$attribute])*
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres_nginx() {
                with(Backend::Postgres, Kind::Nginx).await;
            }

            $(#[$attribute])*
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres_caddy() {
                with(Backend::Postgres, Kind::Caddy).await;
            }
        }
    };
}

/// All of it.
pub struct GateSite {
    pub app: TestApp,
    pub toy: Toy,
    pub proxy: Proxy,
    pub node: Node,
    pub application: ApplicationId,
}

impl Deref for GateSite {
    type Target = TestApp;

    fn deref(&self) -> &TestApp {
        &self.app
    }
}

impl GateSite {
    pub async fn start(app: TestApp, kind: Kind) -> Self {
        let port = chosen_port();
        let public_url = format!("https://{ACCOUNTS}:{port}");
        let settings = [("public_url", public_url.as_str()), ("trusted_proxies", "127.0.0.1")];
        let app = app.restart(&settings).await;
        let (toy, node) = (Toy::start(Says::Hello).await, Node::serve(&app).await);
        let proxy = Proxy::start(kind, port, node.port, toy.port).await;
        let application = application(&app, &origin(port), RULES).await;
        Self { app, toy, proxy, node, application }
    }

    pub fn origin(&self) -> String {
        self.proxy.origin()
    }

    /// The id of the account that was made first.
    pub async fn id_of_mira(&self) -> String {
        use portcullis::features::account::{self, rules::EmailAddress};
        let email = EmailAddress::parse(EMAIL).unwrap();
        let found = account::by_email(&mut &self.app.db, &email).await.unwrap();
        found.unwrap().id.to_string()
    }

    /// Somebody with an account, who is signed in at Portcullis.
    pub async fn visitor(&self) -> Visitor<'_> {
        if self.count("SELECT COUNT(*) FROM accounts").await == 0 {
            self.account(EMAIL).await;
        }
        let mut visitor = self.stranger();
        visitor.accounts.signs_in(EMAIL, PASSWORD).await;
        visitor
    }

    /// Somebody who has never been here.
    pub fn stranger(&self) -> Visitor<'_> {
        let [.., last] = chosen_port().to_be_bytes();
        let from = Ipv4Addr::new(127, 0, 1, last.clamp(2, 250));
        let mut accounts = self.browser();
        accounts.address = from.into();
        Visitor { site: self, accounts, cookies: BTreeMap::new(), from, shows: String::new() }
    }
}

/// An application at an origin, with its rules.
pub async fn application(app: &TestApp, origin: &str, lines: &str) -> ApplicationId {
    let now = app.clock.now();
    let id = ApplicationId::new(now, &app.random);
    let new = Properties {
        name: "Toy".into(),
        kind: ApplicationKind::Confidential,
        session_lifetime: SessionLifetime::DEFAULT,
        id_token_algorithm: Algorithm::Es256,
        back_channel_logout_url: None,
        identity_assertion: false,
    };
    let declared = [("toy:admin", "Run the toy"), ("toy:read", "Look at the toy")]
        .map(|(name, about)| (PermissionName::parse(name).unwrap(), about.to_owned()));
    let addresses: Addresses = [(AddressKind::Gate, origin.to_owned())].into_iter().collect();
    let mut tx = app.db.begin().await.unwrap();
    assert!(applications::create(&mut tx, id, &new, now).await.unwrap());
    applications::set_addresses(&mut tx, id, &addresses).await.unwrap();
    applications::declare(&mut tx, id, &declared).await.unwrap();
    tx.commit().await.unwrap();
    set_rules(app, id, origin, lines).await;
    id
}

pub async fn set_rules(app: &TestApp, id: ApplicationId, origin: &str, lines: &str) {
    let found = applications::by_id(&mut &app.db, id).await.unwrap().unwrap();
    let known = rules::Known {
        declared: BTreeSet::from(["toy:admin".to_owned(), "toy:read".to_owned()]),
        organisations: rules::organisations(lines),
    };
    let wanted = [(origin.to_owned(), rules::read(lines, &known).unwrap())];
    let saved = save_rules(app, By::Operator, id, found.revision, &wanted).await.unwrap();
    assert_eq!(saved, Saved::Done);
}

/// Somebody who visits the application: keeps cookies, goes where they are sent.
pub struct Visitor<'a> {
    site: &'a GateSite,
    /// What they hold at Portcullis itself.
    pub accounts: Browser,
    /// What they hold on the application's host.
    pub cookies: BTreeMap<String, String>,
    pub from: Ipv4Addr,
    /// The last page of Portcullis's own.
    pub shows: String,
}

/// Where one is led by an answer: by a redirect, or a page that goes on by itself.
fn onward(location: &str, body: &str) -> Option<String> {
    if !location.is_empty() {
        return Some(location.to_owned());
    }
    let (_, rest) = body.split_once("http-equiv=\"refresh\" content=\"0; url=")?;
    Some(plain(rest.split('"').next()?))
}

fn plain(html: &str) -> String {
    html.replace("&#38;", "&").replace("&amp;", "&").replace("&#x2f;", "/").replace("&#47;", "/")
}

impl Visitor<'_> {
    /// Sends a request to the application's host, as it stands here.
    pub async fn asks(&mut self, method: &str, target: &str, headers: &[(&str, &str)]) -> Answer {
        let bytes = self.request(method, target, headers);
        let answer = send(self.site.proxy.port, APPLICATION, self.from, &bytes).await;
        let answer = Answer::parse(&answer);
        for cookie in answer.all("set-cookie") {
            let (pair, attributes) = cookie.split_once(';').unwrap_or((cookie, ""));
            let (name, value) = pair.split_once('=').unwrap();
            if attributes.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        answer
    }

    pub fn request(&self, method: &str, target: &str, headers: &[(&str, &str)]) -> Vec<u8> {
        let host = format!("{APPLICATION}:{}", self.site.proxy.port);
        let mut text = format!("{method} {target} HTTP/1.1\r\nHost: {host}\r\n");
        if !headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("connection")) {
            text.push_str("Connection: close\r\n");
        }
        if !self.cookies.is_empty() {
            let pairs: Vec<String> =
                self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
            text.push_str(&format!("Cookie: {}\r\n", pairs.join("; ")));
        }
        for (name, value) in headers {
            text.push_str(&format!("{name}: {value}\r\n"));
        }
        text.push_str("\r\n");
        text.into_bytes()
    }

    /// Opens a page of the application, as a browser does.
    pub async fn opens(&mut self, target: &str) -> Answer {
        self.asks("GET", target, NAVIGATION).await
    }

    /// Opens a page, goes where they are sent, and lets the application see who they are
    /// where they are asked; what they see in the end, and at which address.
    pub async fn enters(&mut self, target: &str) -> (Answer, String) {
        let answer = self.opens(target).await;
        self.goes_on(target, answer).await
    }

    pub async fn goes_on(&mut self, target: &str, answer: Answer) -> (Answer, String) {
        let (mut answer, mut at) = (answer, target.to_owned());
        for _ in 0..20 {
            let Some(next) = onward(answer.header("location"), &answer.body) else {
                return (answer, at);
            };
            match self.on_application(&next) {
                Some(path) => {
                    answer = self.opens(&path).await;
                    at = path;
                }
                None => match self.at_portcullis(&next).await {
                    Some(back) => {
                        let path = self.on_application(&back).unwrap_or_else(|| panic!("{back}"));
                        answer = self.opens(&path).await;
                        at = path;
                    }
                    None => return (answer, next),
                },
            }
        }
        panic!("they are sent on and on: {at}");
    }

    /// The path of an address on the application's host.
    pub fn on_application(&self, address: &str) -> Option<String> {
        if address.starts_with('/') && !address.starts_with("//") {
            return Some(address.to_owned());
        }
        let path = address.strip_prefix(&self.site.origin())?;
        path.starts_with('/').then(|| path.to_owned())
    }

    /// Goes through Portcullis's own pages; where they lead, if they do.
    async fn at_portcullis(&mut self, address: &str) -> Option<String> {
        let own = self.site.config.public_url.origin().to_owned();
        let mut path = address.strip_prefix(&own).unwrap_or_else(|| panic!("{address}")).to_owned();
        for _ in 0..10 {
            let mut reply = self.accounts.get(&path).await;
            if let Some((_, rest)) = reply.body.split_once("action=\"/oauth/consent?") {
                let query = plain(rest.split('"').next().unwrap());
                let action = format!("/oauth/consent?{query}");
                reply = self.accounts.post(&action, &[("decision", "allow")]).await;
            }
            let next = onward(reply.location(), &reply.body);
            self.shows = reply.text();
            match next {
                Some(next) if next.starts_with('/') => path = next,
                Some(next) if next.starts_with(&own) => path = next[own.len()..].to_owned(),
                next => return next,
            }
        }
        panic!("Portcullis leads nowhere: {path}");
    }
}

/// What a browser says that opens a page.
pub const NAVIGATION: &[(&str, &str)] = &[
    ("Accept", "text/html,application/xhtml+xml"),
    ("Sec-Fetch-Mode", "navigate"),
    ("Sec-Fetch-Dest", "document"),
    ("User-Agent", "Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0"),
];

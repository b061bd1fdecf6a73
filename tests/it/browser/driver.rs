//! Chromium, through its driver: started with a profile of its own, and always
//! closed.

use axum::http::Method;
use fantoccini::wd::WebDriverCompatibleCommand;
use fantoccini::{Client, ClientBuilder};
use futures_util::FutureExt;
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use std::panic::{AssertUnwindSafe, resume_unwind};
use std::time::Duration;
use tempfile::TempDir;

/// Longer than anything takes on a busy machine; what waits ends here.
pub const PATIENCE: Duration = Duration::from_secs(20);
/// Between two looks at the page.
const PAUSE: Duration = Duration::from_millis(15);

/// Whether the browser runs the page's scripts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scripts {
    On,
    Off,
}

/// How the page is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Theme {
    Light,
    Dark,
}

/// A running browser.
pub struct Chrome {
    pub client: Client,
    pub scripts: Scripts,
    _profile: TempDir,
}

/// A command of the driver's own, `POST /session/ID/…`.
#[derive(Debug)]
struct Vendor {
    path: &'static str,
    body: Value,
}

impl WebDriverCompatibleCommand for Vendor {
    fn endpoint(
        &self,
        base: &url::Url,
        session: Option<&str>,
    ) -> Result<url::Url, url::ParseError> {
        base.join(&format!("session/{}/{}", session.unwrap_or_default(), self.path))
    }

    fn method_and_body(&self, _: &url::Url) -> (Method, Option<String>) {
        (Method::POST, Some(self.body.to_string()))
    }
}

fn from_environment(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| panic!("{name} is not set: run `cargo xtask test`"))
}

impl Chrome {
    /// Runs a scene in a new browser and closes it, whatever the scene came to.
    pub async fn with<T>(scripts: Scripts, scene: impl AsyncFnOnce(&Self) -> T) -> T {
        Self::with_hosts(scripts, &[], scene).await
    }

    /// The same, with more hosts that are this machine, whatever their certificates are.
    pub async fn with_hosts<T>(
        scripts: Scripts,
        hosts: &[&str],
        scene: impl AsyncFnOnce(&Self) -> T,
    ) -> T {
        let chrome = Self::start(scripts, hosts).await;
        let played = AssertUnwindSafe(scene(&chrome)).catch_unwind().await;
        if played.is_err() {
            chrome.say_what_it_shows().await;
        }
        let closed = chrome.client.clone().close().await;
        match played {
            Ok(value) => {
                closed.unwrap();
                value
            }
            Err(panic) => resume_unwind(panic),
        }
    }

    async fn start(scripts: Scripts, hosts: &[&str]) -> Self {
        let hosts: String = hosts.iter().map(|host| format!("MAP {host} 127.0.0.1,")).collect();
        let profile = tempfile::tempdir().unwrap();
        let mut options = json!({
            "binary": from_environment("PORTCULLIS_TEST_CHROMIUM"),
            "args": [
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--disable-dev-shm-usage",
                "--no-first-run",
                "--no-default-browser-check",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-default-apps",
                "--disable-extensions",
                "--disable-sync",
                "--hide-scrollbars",
                "--lang=en-GB",
                "--window-size=1120,800",
                // Nothing but the site can be reached, whatever asks.
                format!("--host-resolver-rules={hosts}MAP localhost 127.0.0.1,MAP * ~NOTFOUND,EXCLUDE 127.0.0.1"),
                format!("--user-data-dir={}", profile.path().display()),
            ],
            // So that neither a bubble nor a breach check gets in the way.
            "prefs": {
                "credentials_enable_service": false,
                "profile.password_manager_enabled": false,
                "profile.password_manager_leak_detection": false,
            },
        });
        if scripts == Scripts::Off {
            options["prefs"]["profile.managed_default_content_settings.javascript"] = json!(2);
        }
        let capabilities = json!({
            "browserName": "chrome",
            // Only where the tests' own certificates are met.
            "acceptInsecureCerts": !hosts.is_empty(),
            "goog:chromeOptions": options,
            "goog:loggingPrefs": { "browser": "ALL", "performance": "ALL" },
            "timeouts": { "pageLoad": 20_000, "script": 20_000 },
        });
        let Value::Object(capabilities) = capabilities else { unreachable!() };
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities)
            .connect(&from_environment("PORTCULLIS_TEST_CHROMEDRIVER"))
            .await
            .expect("the browser did not start");
        let chrome = Self { client, scripts, _profile: profile };
        let source = "addEventListener('securitypolicyviolation', (event) => \
            console.error('refused by the policy:', event.violatedDirective, event.blockedURI));";
        chrome.cdp("Page.addScriptToEvaluateOnNewDocument", json!({ "source": source })).await;
        chrome
    }

    /// A command of the browser's own protocol.
    pub async fn cdp(&self, command: &str, parameters: Value) -> Value {
        let body = json!({ "cmd": command, "params": parameters });
        self.client.issue_cmd(Vendor { path: "goog/cdp/execute", body }).await.unwrap()
    }

    /// What was written since the last look: `browser` or `performance`.
    pub async fn log(&self, kind: &str) -> Vec<Value> {
        let body = json!({ "type": kind });
        let entries = self.client.issue_cmd(Vendor { path: "se/log", body }).await.unwrap();
        entries.as_array().unwrap().clone()
    }

    /// A script of the test's own; it runs where the page's scripts don't, too.
    pub async fn run(&self, script: &str, arguments: &[Value]) -> Value {
        self.client.execute(script, arguments.to_vec()).await.unwrap()
    }

    /// How the page is shown from now on. Nothing moves, so that what is
    /// looked at is at rest.
    pub async fn show(&self, theme: Theme, width: u32, height: u32) {
        let scheme = if theme == Theme::Dark { "dark" } else { "light" };
        let features = json!([
            { "name": "prefers-color-scheme", "value": scheme },
            { "name": "prefers-reduced-motion", "value": "reduce" },
        ]);
        self.cdp("Emulation.setEmulatedMedia", json!({ "features": features })).await;
        let metrics =
            json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.cdp("Emulation.setDeviceMetricsOverride", metrics).await;
    }

    #[expect(clippy::print_stderr, reason = "a failing test says what it saw")]
    async fn say_what_it_shows(&self) {
        let script = "return location.href + '\\n' + document.body.innerText";
        if let Ok(page) = self.client.execute(script, Vec::new()).await {
            eprintln!("the browser shows {}", page.as_str().unwrap_or_default());
        }
    }
}

/// Looks until there is something to see, or the test fails.
pub async fn until<T>(what: impl Fn() -> String, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let looking = async {
        loop {
            if let Some(seen) = look().await {
                return seen;
            }
            tokio::time::sleep(PAUSE).await;
        }
    };
    let seen = tokio::time::timeout(PATIENCE, looking).await;
    seen.unwrap_or_else(|_| panic!("waited in vain for {}", what()))
}

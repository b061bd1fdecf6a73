//! The example applications of other languages, by their own worlds' libraries, in a
//! real browser: signing in, being known, a fresh proof, signing out.

use super::driver::{Chrome, Scripts, until};
use super::person::Person;
use super::site::Site;
use crate::open_id::{Client, Made};
use crate::process::program::free_port;
use crate::support::{Backend, PASSWORD};
use portcullis::features::applications::rules::Algorithm;
use portcullis::jobs::tell_of_logouts;
use std::process::Stdio;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio::process::{Child, Command};

const MIRA: &str = "mira@example.com";
const HELLO: &str = "Hello, Mira Okafor (mira@example.com).";

/// A running example, which ends with its test.
struct Example {
    origin: String,
    _process: Child,
    _folder: tempfile::TempDir,
}

fn from_environment(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| panic!("{name} is not set: run `cargo xtask test`"))
}

/// Libraries of other languages have the machine's clock.
#[expect(clippy::disallowed_methods, reason = "what other programs take for the time")]
fn follows_the_machine(site: &Site) {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let own = Duration::from_millis(site.app.clock.now().millis().unsigned_abs());
    // A little behind, so that a test can let a minute pass.
    let ahead = now.checked_sub(own + Duration::from_secs(90));
    site.app.wait(ahead.expect("the machine is behind the tests"));
}

impl Example {
    async fn start(site: &Site, language: &str, algorithm: Algorithm) -> Self {
        let port = free_port();
        let origin = format!("http://127.0.0.1:{port}");
        let (back, after) = (format!("{origin}/signed-in"), format!("{origin}/?bye="));
        let made = Made {
            name: language,
            algorithm,
            back: &[&back],
            after: &[&after],
            logout: Some(format!("{origin}/logged-out")),
            ..Made::default()
        };
        let client = Client::made(&site.app, made).await;
        let folder = tempfile::tempdir().unwrap();
        let examples = concat!(env!("CARGO_MANIFEST_DIR"), "/examples");
        let mut command = if language == "python" {
            let mut command = Command::new(from_environment("PORTCULLIS_TEST_EXAMPLE_PYTHON"));
            command.arg(format!("{examples}/python/app.py"));
            command.env("PYTHONDONTWRITEBYTECODE", "1");
            command
        } else {
            // Node looks for packages beside the file alone.
            let app = folder.path().join("app.mjs");
            std::fs::copy(format!("{examples}/javascript/app.js"), &app).unwrap();
            let modules = from_environment("PORTCULLIS_TEST_NODE_MODULES");
            std::os::unix::fs::symlink(modules, folder.path().join("node_modules")).unwrap();
            let mut command = Command::new(from_environment("PORTCULLIS_TEST_NODE"));
            command.arg(app);
            command
        };
        command
            .env("PORTCULLIS_URL", &site.origin)
            .env("CLIENT_ID", client.id.to_string())
            .env("CLIENT_SECRET", client.secret.clone().unwrap())
            .env("PORT", port.to_string())
            .env("no_proxy", "localhost,127.0.0.1")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .kill_on_drop(true);
        let process = command.spawn().unwrap();
        let up = async || tokio::net::TcpStream::connect(("127.0.0.1", port)).await.ok();
        until(|| format!("the example in {language}"), up).await;
        Self { origin, _process: process, _folder: folder }
    }
}

async fn arrives(person: &Person<'_>, address: &str) {
    let there = async || {
        let url = person.client.current_url().await.unwrap();
        url.as_str().starts_with(address).then_some(())
    };
    until(|| address.to_owned(), there).await;
}

/// From the application to Portcullis and back, with everything that is asked there.
async fn signs_in(site: &Site, example: &Example, person: &Person<'_>, asked: bool) {
    person.client.goto(&example.origin).await.unwrap();
    person.sees("Nobody is signed in.").await;
    person.press("Sign in with Portcullis").await;
    arrives(person, &format!("{}/sign-in", site.origin)).await;
    person.fill("Email", MIRA).await;
    person.fill("Password", PASSWORD).await;
    person.press("Sign in").await;
    if asked {
        person.sees("See your email address").await;
        person.press("Continue").await;
    }
    arrives(person, &example.origin).await;
    person.sees(HELLO).await;
}

async fn reloads(person: &Person<'_>, example: &Example) {
    person.client.goto(&example.origin).await.unwrap();
}

/// No breach of the content policy, which would stop a way out of a form.
async fn nothing_was_stopped(person: &Person<'_>) {
    for entry in person.log("browser").await {
        let said = entry["message"].as_str().unwrap_or_default().to_owned();
        assert!(!said.contains("policy") && !said.contains("Policy"), "{said}");
    }
}

async fn goes_through(language: &str, algorithm: Algorithm, scripts: Scripts) {
    Site::with(Backend::Sqlite, &[], async |site| {
        follows_the_machine(site);
        site.account(MIRA).await;
        let example = Example::start(site, language, algorithm).await;
        Chrome::with(scripts, async |chrome| {
            let person = Person::new(&site.origin, chrome);
            signs_in(site, &example, &person, true).await;
            if language == "python" {
                // A fresh proof, before something that can't be undone.
                site.wait(Duration::from_secs(61));
                person.press("Delete everything").await;
                person.sees("To go on to python, enter your password once more.").await;
                person.fill("Password", PASSWORD).await;
                person.press("Confirm").await;
                arrives(&person, &example.origin).await;
                person.sees(HELLO).await;
            }
            // Out of the application is out of everything; with scripts nothing is asked.
            person.press("Leave").await;
            if scripts == Scripts::Off {
                person.sees("asks to sign you out").await;
                person.press("Sign out of all").await;
            }
            arrives(&person, &format!("{}/?bye=", example.origin)).await;
            person.sees("You are signed out.").await;
            person.open("/settings/security").await;
            arrives(&person, &format!("{}/sign-in", site.origin)).await;
            // Out at Portcullis is out of the application, at its next look.
            signs_in(site, &example, &person, false).await;
            person.open("/sign-out").await;
            person.press("Sign out").await;
            arrives(&person, &format!("{}/sign-in", site.origin)).await;
            if language == "python" {
                assert!(tell_of_logouts(&site.app).await.unwrap() > 0);
            }
            reloads(&person, &example).await;
            person.sees("Nobody is signed in.").await;
            // Who says no comes back without a session.
            site.tamper("DELETE FROM consents").await;
            person.press("Sign in with Portcullis").await;
            person.fill("Email", MIRA).await;
            person.fill("Password", PASSWORD).await;
            person.press("Sign in").await;
            person.press("Cancel").await;
            person.sees("Not signed in: access_denied.").await;
            nothing_was_stopped(&person).await;
        })
        .await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn python_s_authlib_signs_in_without_scripts() {
    goes_through("python", Algorithm::Es256, Scripts::Off).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn javascript_s_openid_client_signs_in_by_rsa() {
    goes_through("javascript", Algorithm::Rs256, Scripts::On).await;
}

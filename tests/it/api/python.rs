//! The same from Python, with nothing but the document that is served.

use super::program::token;
use crate::support::{Backend, PASSWORD, TestApp};
use portcullis::features::access_tokens::rules::Permission;
use portcullis::http::{Server, ServerLimits};
use std::process::Stdio;

/// Debian's own, or the one that `cargo xtask test` names.
fn python() -> tokio::process::Command {
    let python = std::env::var("PORTCULLIS_TEST_PYTHON");
    tokio::process::Command::new(python.as_deref().unwrap_or("/usr/bin/python3"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_document_is_all_that_a_client_needs() {
    let app = TestApp::new(Backend::Sqlite).await;
    let ada = app.administrator("ada@example.com").await;
    app.browser().signs_in("ada@example.com", PASSWORD).await;
    let text = token(&app, &ada, Permission::ALL).await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    let limits = ServerLimits::default();
    tokio::spawn(Server::new(listener, app.router.clone(), limits).run(std::future::pending()));
    // An export ends before the moment that it is asked for in.
    app.wait(std::time::Duration::from_secs(1));
    let output = python()
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/api/client.py"))
        .arg(&origin)
        .env("TOKEN", &text)
        .stdin(Stdio::null())
        .output()
        .await
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    let error = String::from_utf8_lossy(&output.stderr);
    assert_eq!(said.trim(), "called 12, revoked, refused", "{error}");
}

/// What docs/tokens.md gives to scanners tells a token from what only looks like one.
#[tokio::test]
async fn the_guide_s_scanner_knows_a_token() {
    let app = TestApp::new(Backend::Sqlite).await;
    let ada = app.account("ada@example.com").await;
    let real = token(&app, &ada, &[Permission::ProfileRead]).await;
    let guide = include_str!("../../../docs/tokens.md");
    let (_, rest) = guide.split_once("```python\n").unwrap();
    let (scanner, rest) = rest.split_once("```").unwrap();
    let fake = rest.split_once("```\n").unwrap().1.split_once('\n').unwrap().0;
    assert!(fake.starts_with("pcl_pat_"), "{fake}");
    let script = format!("{scanner}\nimport sys\nprint(*map(is_token, sys.argv[1:]))");
    let output = python().args(["-c", &script, &real, fake]).output().await.unwrap();
    let error = String::from_utf8_lossy(&output.stderr);
    assert_eq!(String::from_utf8_lossy(&output.stdout).trim(), "True False", "{error}");
}

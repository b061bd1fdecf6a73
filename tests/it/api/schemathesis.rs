//! Requests that nobody would think of, made from the document: no 5xx, no answer
//! that it does not describe. Short here, long in `--full`.

use super::program::token;
use crate::support::{Backend, PASSWORD, TestApp, rounds};
use portcullis::features::access_tokens::rules::Permission;
use portcullis::http::{Server, ServerLimits};
use std::process::Stdio;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn generated_requests_find_nothing() {
    let program = std::env::var("PORTCULLIS_TEST_SCHEMATHESIS")
        .expect("PORTCULLIS_TEST_SCHEMATHESIS is not set: run `cargo xtask test`");
    let app = TestApp::new(Backend::Sqlite).await;
    let ada = app.administrator("ada@example.com").await;
    app.browser().signs_in("ada@example.com", PASSWORD).await;
    let text = token(&app, &ada, Permission::ALL).await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    let limits = ServerLimits::default();
    tokio::spawn(Server::new(listener, app.router.clone(), limits).run(std::future::pending()));
    let examples = if rounds() > 3 { "200" } else { "10" };
    let document = format!("{origin}/api/openapi.json");
    let authorization = format!("Authorization: Bearer {text}");
    let output = tokio::process::Command::new(program)
        .args(["run", &document, "--max-time", if rounds() > 3 { "300" } else { "12" }])
        .args(["--header", &authorization, "--max-examples", examples])
        .args(["--checks", CHECKS, "--phases", "examples,coverage,fuzzing", "--seed", "7"])
        // What would end the token that everything else is asked with.
        .args(["--exclude-operation-id", "delete_tokens"])
        .args(["--exclude-operation-id", "delete_tokens_by_id"])
        .current_dir(app.folder())
        .env("NO_COLOR", "1")
        .env("no_proxy", "127.0.0.1")
        .stdin(Stdio::null())
        .output()
        .await
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}\n{}", String::from_utf8_lossy(&output.stderr));
}

const CHECKS: &str = "not_a_server_error,status_code_conformance,content_type_conformance,\
                      response_headers_conformance,response_schema_conformance,ignored_auth";

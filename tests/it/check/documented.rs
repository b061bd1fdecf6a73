//! What docs/introspection.md tells to type is typed, and does what stands below it.

use super::*;
use portcullis::http::{Server, ServerLimits};
use std::process::Stdio;

const GUIDE: &str = include_str!("../../../docs/introspection.md");

/// The guide's commands, each with what it is said to print.
fn examples() -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut parts = GUIDE.split("```");
    while let (Some(_), Some(block)) = (parts.next(), parts.next()) {
        let Some(command) = block.strip_prefix("sh\n") else { continue };
        let printed = parts.clone().nth(1).and_then(|next| next.strip_prefix("text\n"));
        found.push((command.to_owned(), printed.unwrap_or_default().to_owned()));
    }
    found
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_guide_s_commands_do_what_it_says() {
    let app = TestApp::new(Backend::Sqlite).await;
    let scene = Scene::new(&app).await;
    let limited = app.token_with(&scene.mira, &["clients:read"], "203.0.113.0/24").await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    let limits = ServerLimits::default();
    tokio::spawn(Server::new(listener, app.router.clone(), limits).run(std::future::pending()));
    let examples = examples();
    assert_eq!(examples.len(), 7);
    for (command, printed) in examples {
        assert!(!printed.is_empty(), "{command}");
        let output = tokio::process::Command::new("bash")
            .args(["-euo", "pipefail", "-c", &command])
            .current_dir(app.folder())
            .env("PORTCULLIS", &origin)
            .env("CLIENT_ID", scene.product.id.to_string())
            .env("CLIENT_SECRET", &scene.product.secret)
            .env("TOKEN", &scene.token)
            .env("SESSION", &scene.session)
            .env("LIMITED", &limited)
            .env("no_proxy", "127.0.0.1")
            .stdin(Stdio::null())
            .output()
            .await
            .unwrap();
        let said = String::from_utf8(output.stdout).unwrap();
        let error = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{command}\n{said}\n{error}");
        for line in printed.lines() {
            assert!(said.contains(line.trim()), "{command}\nhas not said {line:?} but\n{said}");
        }
    }
}

//! What docs/api.md tells to type is typed, and does what stands below it.

use super::program::token;
use crate::support::{Backend, PASSWORD, TestApp};
use portcullis::features::access_tokens::rules::Permission;
use portcullis::http::{Server, ServerLimits};
use std::process::Stdio;

const GUIDE: &str = include_str!("../../../docs/api.md");

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
    let ada = app.administrator("ada@example.com").await;
    let mira = app.account("mira@example.com").await;
    app.browser().signs_in("mira@example.com", PASSWORD).await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    let limits = ServerLimits::default();
    tokio::spawn(Server::new(listener, app.router.clone(), limits).run(std::future::pending()));
    let text = token(&app, &mira, Permission::ALL).await;
    let admin = token(&app, &ada, &[Permission::AdminRead]).await;
    // An export ends before the moment that it is asked for in.
    app.wait(std::time::Duration::from_secs(1));
    let examples = examples();
    assert!(examples.len() >= 8, "{} examples", examples.len());
    for (command, printed) in examples {
        let spare = token(&app, &mira, &[Permission::ProfileRead]).await;
        let session = {
            app.browser().signs_in("mira@example.com", PASSWORD).await;
            let program = super::Program::with(&app, &text);
            program.get("/api/v1/sessions").await.ids("sessions")[0].clone()
        };
        // Wrong and expired commands print their problem, so a status is no failure.
        let output = tokio::process::Command::new("bash")
            .args(["-euo", "pipefail", "-c", &command])
            .current_dir(app.folder())
            .env("PORTCULLIS", &origin)
            .env("TOKEN", &text)
            .env("ADMIN_TOKEN", &admin)
            .env("FOUND", &spare)
            .env("ID", &session)
            .env("no_proxy", "127.0.0.1")
            .stdin(Stdio::null())
            .output()
            .await
            .unwrap();
        let said = String::from_utf8(output.stdout).unwrap();
        let error = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{command}\n{said}\n{error}");
        for line in printed.lines().filter(|line| !line.contains('…')) {
            assert!(said.contains(line.trim()), "{command}\nhas not said {line:?} but\n{said}");
        }
    }
}

//! What is revoked is refused at the next request; FA-07: on every node.

use super::proxy::{ACCOUNTS, BOTH, Kind, Proxy, chosen_port, origin};
use super::site::{EMAIL, GateSite, Node, RULES, application, set_rules};
use super::toy::{Says, Toy};
use super::wire::{Answer, send};
use crate::behind;
use crate::support::{Backend, Browser, PASSWORD, TestApp, rounds};
use portcullis::features::account::rules::EmailAddress;
use portcullis::features::administration::{self, By, Whom};
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

behind!(whatever_ends_a_session_ends_it_at_the_next_request, async |site: GateSite| {
    let kind = site.proxy.kind;
    let by = [("Sec-Fetch-Mode", "cors")];
    for what in [
        "sign out",
        "sign out elsewhere",
        "password",
        "suspension",
        "access removed",
        "rules",
        "application",
    ] {
        if site.count("SELECT COUNT(*) FROM accounts WHERE suspended_at IS NOT NULL").await > 0 {
            site.restore_account(EMAIL).await;
        }
        let mut mira = site.visitor().await;
        let mut other: Browser = site.browser();
        other.signs_in(EMAIL, PASSWORD).await;
        let (answer, _) = mira.enters("/page").await;
        assert_eq!(answer.status, 200, "{kind:?} {what} {}", mira.shows);
        assert_eq!(mira.asks("GET", "/page", &by).await.status, 200, "{kind:?} {what}");
        match what {
            "sign out" => {
                mira.accounts.get("/sign-out").await;
                mira.accounts.post("/sign-out", &[]).await;
            }
            "sign out elsewhere" => {
                other.get("/settings/security/sessions").await;
                other.post("/settings/security/sessions/sign-out-others", &[]).await;
            }
            "password" => {
                other.change_password(PASSWORD, "Another-horse 3 paper").await;
                other.change_password("Another-horse 3 paper", PASSWORD).await;
            }
            "suspension" => site.suspend(EMAIL).await,
            "access removed" => {
                let sql = "UPDATE application_sessions SET ended_at = 1 WHERE ended_at IS NULL";
                site.tamper(sql).await;
            }
            "rules" => {
                set_rules(&site.app, site.application, &site.origin(), "/public public").await;
                assert_eq!(mira.asks("GET", "/page", &by).await.status, 403, "{kind:?} {what}");
                set_rules(&site.app, site.application, &site.origin(), RULES).await;
                continue;
            }
            _ => {
                site.tamper("UPDATE applications SET removed_at = 1").await;
                assert_eq!(mira.asks("GET", "/page", &by).await.status, 403, "{kind:?} {what}");
                continue;
            }
        }
        assert_eq!(mira.asks("GET", "/page", &by).await.status, 401, "{kind:?} {what}");
        assert_eq!(mira.opens("/page").await.status, 303, "{kind:?} {what}");
    }
});

behind!(a_program_comes_in_by_its_access_token, async |site: GateSite| {
    let kind = site.proxy.kind;
    let mut mira = site.visitor().await;
    let made = mira.accounts.makes_token("Robot", &["toy:admin"], &[]).await;
    let narrow =
        mira.accounts.makes_token("Here", &["toy:read"], &[("sources", "127.0.0.77")]).await;
    let foreign = mira.accounts.makes_token("Other", &["profile:read"], &[]).await;
    let bearer = |text: &str| format!("Bearer {text}");
    let mut robot = site.stranger();
    let (own, other) = (bearer(&made.text), bearer(&foreign.text));
    let own = [("Authorization", own.as_str())];
    assert_eq!(robot.asks("GET", "/admin/x", &own).await.status, 200, "{kind:?}");
    let seen = site.toy.one();
    let id = site.id_of_mira().await;
    assert_eq!(
        (seen.header("remote-user"), seen.header("remote-permissions")),
        (Some(id.as_str()), Some("toy:admin"))
    );
    assert_eq!(seen.header("authorization").unwrap_or(""), "", "{kind:?}");
    // A token never proves a second factor; one without the permission may not.
    let answer = robot.asks("GET", "/vault", &own).await;
    assert_eq!(answer.status, 403, "{kind:?}");
    let answer = robot.asks("GET", "/page", &[("Authorization", &other)]).await;
    assert_eq!(answer.status, 401, "{kind:?}");
    assert!(answer.header("www-authenticate").contains("invalid_token"), "{kind:?} {answer:?}");
    // Never sent to a page, whatever it says that it is.
    let browser_like = [
        ("Authorization", other.as_str()),
        ("Sec-Fetch-Mode", "navigate"),
        ("Accept", "text/html"),
    ];
    assert_eq!(robot.asks("GET", "/page", &browser_like).await.status, 401, "{kind:?}");
    // PW-04: where it comes from is what the proxy says, not what it says itself.
    let narrow = bearer(&narrow.text);
    let lies = [
        ("Authorization", narrow.as_str()),
        ("X-Forwarded-For", "127.0.0.77"),
        ("Forwarded", "for=127.0.0.77"),
        ("X-Real-IP", "127.0.0.77"),
    ];
    assert_eq!(robot.asks("GET", "/page", &lies).await.status, 401, "{kind:?}");
    robot.from = Ipv4Addr::new(127, 0, 0, 77);
    assert_eq!(robot.asks("GET", "/page", &lies[..1]).await.status, 200, "{kind:?}");
    // A dead token is not made up for by a cookie.
    mira.enters("/page").await;
    mira.accounts.get("/settings/security/tokens").await;
    let path = format!("/settings/security/tokens/{}/revoke", made.id);
    mira.accounts.post(&path, &[]).await;
    assert_eq!(robot.asks("GET", "/admin/x", &own).await.status, 401, "{kind:?}");
    assert_eq!(mira.asks("GET", "/page", &own).await.status, 401, "{kind:?}");
    assert_eq!(
        mira.asks("GET", "/page", &[("Authorization", "Basic eDp5")]).await.status,
        200,
        "{kind:?}"
    );
});

behind!(pw_04_where_somebody_is_is_what_the_proxy_says, async |site: GateSite| {
    let kind = site.proxy.kind;
    site.account(EMAIL).await;
    let mut at = 0_u8;
    for evil in [
        "198.51.100.7",
        "127.0.0.1",
        "198.51.100.7, 127.0.0.1",
        "unknown",
        "",
        "[::1]:80",
        "fe80::1%eth0",
        "198.51.100.7:80",
    ] {
        at += 1;
        let from = Ipv4Addr::new(127, 0, 2, at);
        let body = "email=mira%40example.com&password=wrong";
        let many = vec![evil; 50].join(", ");
        let mut request = format!(
            "POST /sign-in HTTP/1.1\r\nHost: {ACCOUNTS}:{}\r\nOrigin: {}\r\nConnection: close\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n",
            site.proxy.port,
            site.config.public_url.origin(),
            body.len()
        );
        for name in [
            "X-Forwarded-For",
            "x-forwarded-for",
            "Forwarded",
            "X-Real-IP",
            "True-Client-IP",
            "CF-Connecting-IP",
            "X-Client-IP",
            "X_Forwarded_For",
        ] {
            request.push_str(&format!("{name}: {evil}\r\n"));
        }
        request.push_str(&format!("X-Forwarded-For: {many}\r\n\r\n{body}"));
        send(site.proxy.port, ACCOUNTS, from, request.as_bytes()).await;
        // Refused as a form that no page has sent: that is in the log, too.
        let sql = format!("SELECT COUNT(*) FROM security_events WHERE address = '{from}'");
        assert_eq!(site.count(&sql).await, 1, "{kind:?} {evil:?}");
    }
});

/// FA-07: two nodes, a proxy before each, a hundred questions a second at both; none that
/// begins after the end was acknowledged passes.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fa_07_2n_nothing_passes_that_begins_after_the_end() {
    for kind in BOTH {
        two_nodes(kind).await;
    }
}

async fn two_nodes(kind: Kind) {
    let (first_port, second_port) = (chosen_port(), chosen_port());
    let public_url = format!("https://{ACCOUNTS}:{first_port}");
    let app = TestApp::with(
        Backend::Postgres,
        &[("public_url", &public_url), ("trusted_proxies", "127.0.0.1")],
    )
    .await;
    let other = app.second_node().await;
    let toy = Toy::start(Says::Hello).await;
    let (node, second_node) = (Node::serve(&app).await, Node::serve(&other).await);
    let proxy = Proxy::start(kind, first_port, node.port, toy.port).await;
    let second = Proxy::start(kind, second_port, second_node.port, toy.port).await;
    let application = application(&app, &origin(first_port), RULES).await;
    // The same application behind the other proxy, whose port is another.
    let mut tx = app.db.begin().await.unwrap();
    let both: portcullis::features::applications::Addresses = [first_port, second_port]
        .map(|port| (portcullis::features::applications::rules::AddressKind::Gate, origin(port)))
        .into_iter()
        .collect();
    portcullis::features::applications::set_addresses(&mut tx, application, &both).await.unwrap();
    tx.commit().await.unwrap();
    set_rules(&app, application, &origin(second_port), RULES).await;
    let site = GateSite { app, toy, proxy, node, application };
    let mut passed_late = 0;
    for _ in 0..rounds() {
        let mut mira = site.visitor().await;
        let (answer, _) = mira.enters("/page").await;
        assert_eq!(answer.status, 200, "{kind:?} {}", mira.shows);
        let cookie = mira.cookies["__Host-portcullis-gate"].clone();
        let acknowledged = Arc::new(AtomicBool::new(false));
        let (before, after) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(0)));
        let mut asking = Vec::new();
        for port in [first_port, second_port] {
            for worker in 0..4 {
                let (cookie, acknowledged) = (cookie.clone(), Arc::clone(&acknowledged));
                let (before, after) = (Arc::clone(&before), Arc::clone(&after));
                asking.push(tokio::spawn(async move {
                    // Each begins one every 40 ms: a hundred a second at each node.
                    let mut beat = tokio::time::interval(std::time::Duration::from_millis(40));
                    let mut late = 0;
                    for _ in 0..40 {
                        beat.tick().await;
                        let is_late = acknowledged.load(Ordering::SeqCst);
                        let request = format!(
                            "GET /page HTTP/1.1\r\nHost: app.localhost:{port}\r\nConnection: close\r\n\
                             Cookie: __Host-portcullis-gate={cookie}\r\n\r\n"
                        );
                        let from = Ipv4Addr::new(127, 0, 3, worker + 2);
                        let answer = Answer::parse(&send(port, "app.localhost", from, request.as_bytes()).await);
                        match (answer.status, is_late) {
                            (200, true) => late += 1,
                            (200, false) => {
                                before.fetch_add(1, Ordering::SeqCst);
                            }
                            (401, true) => {
                                after.fetch_add(1, Ordering::SeqCst);
                            }
                            _ => {}
                        }
                    }
                    late
                }));
            }
        }
        tokio::time::sleep(std::time::Duration::from_millis(500)).await;
        let email = EmailAddress::parse(EMAIL).unwrap();
        let whom = Whom::Email(&email);
        // Acknowledged on one of them; the other has to know.
        administration::end_sessions(&other.app, By::Operator, whom).await.unwrap();
        acknowledged.store(true, Ordering::SeqCst);
        for worker in asking {
            passed_late += worker.await.unwrap();
        }
        let (before, after) = (before.load(Ordering::SeqCst), after.load(Ordering::SeqCst));
        assert!(
            before > 20 && after > 20,
            "{kind:?}: {before} passed before, {after} were refused after"
        );
    }
    assert_eq!(passed_late, 0, "{kind:?}");
    drop(second);
}

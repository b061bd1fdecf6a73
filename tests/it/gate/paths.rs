//! FA-04, FA-05, FA-10: no way of writing a request opens what the rules close.

use super::differential::TRICKS;
use super::proxy::APPLICATION;
use super::site::{GateSite, NAVIGATION, set_rules};
use super::wire::{Answer, connect, send};
use crate::behind;
use percent_encoding::percent_decode_str;
use std::net::Ipv4Addr;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

/// What the most careless application makes of a path.
fn carelessly(target: &str) -> String {
    let mut text = target.to_owned();
    for _ in 0..3 {
        text = percent_decode_str(&text).decode_utf8_lossy().into_owned();
    }
    let text = text.to_lowercase().replace('\\', "/");
    let path = text.split(['?', '#', ';', '\0']).next().unwrap();
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/').map(|part| part.trim_end_matches(['.', ' '])) {
        match part {
            "" => {}
            part => parts.push(part),
        }
    }
    parts.join("/")
}

behind!(fa_04_no_spelling_of_a_path_opens_another, async |site: GateSite| {
    let kind = site.proxy.kind;
    let mut stranger = site.stranger();
    let mut mira = site.visitor().await;
    let lines = "/ signed-in\n/public public\n/admin second-factor";
    set_rules(&site.app, site.application, &site.origin(), lines).await;
    mira.enters("/").await;
    site.toy.take();
    for target in TRICKS.iter().filter(|target| !target.is_empty()) {
        stranger.asks("GET", target, &[]).await;
        for seen in site.toy.take() {
            let opened = carelessly(&seen.target);
            let public = opened == "public" || opened.starts_with("public/");
            assert!(public && !opened.contains("admin"), "{kind:?} {target:?} opens {seen:#?}");
        }
        // Somebody who may not in the part that is closed to them.
        mira.asks("GET", target, &[]).await;
        for seen in site.toy.take() {
            let opened = carelessly(&seen.target);
            let admin = opened == "admin" || opened.starts_with("admin/");
            assert!(!admin, "{kind:?} {target:?} opens {seen:#?}");
        }
    }
    for target in ["/public", "/public/", "/public/a.b?x=/../admin", "/%70ublic/x"] {
        assert_eq!(stranger.asks("GET", target, &[]).await.status, 200, "{kind:?} {target}");
        assert_eq!(site.toy.one().target, target, "{kind:?}");
    }
    // Nobody but the proxy asks the question.
    let told = [("X-Forwarded-Uri", "/public"), ("X-Forwarded-Method", "GET")];
    for target in ["/gate/forward-auth", "/gate/forward-auth?answer=401", "/gate/forward-auth/"] {
        let answer = stranger.asks("GET", target, &told).await;
        assert_eq!(answer.status, 404, "{kind:?} {target}");
    }
});

behind!(fa_05_no_method_program_or_upgrade_goes_by, async |site: GateSite| {
    let kind = site.proxy.kind;
    let mut stranger = site.stranger();
    for method in [
        "GET", "HEAD", "OPTIONS", "TRACE", "POST", "PUT", "DELETE", "PATCH", "PROPFIND", "PURGE",
        "BREW",
    ] {
        for agent in ["kube-probe/1.29", "GoogleHC/1.0", "ELB-HealthChecker/2.0", "curl/8.9", ""] {
            let headers = [
                ("User-Agent", agent),
                ("X-Forwarded-Method", "OPTIONS"),
                ("X-HTTP-Method-Override", "GET"),
                ("Content-Length", "0"),
                ("Origin", "https://evil.example"),
                ("Access-Control-Request-Method", "GET"),
            ];
            let answer = stranger.asks(method, "/page", &headers).await;
            assert!(
                (400..500).contains(&answer.status),
                "{kind:?} {method} {agent}: {}",
                answer.status
            );
        }
    }
    let upgrade = [
        ("Connection", "Upgrade"),
        ("Upgrade", "websocket"),
        ("Sec-WebSocket-Version", "13"),
        ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="),
    ];
    let answer = stranger
        .asks(
            "GET",
            "/socket",
            &[("Connection", "close, Upgrade"), upgrade[1], upgrade[2], upgrade[3]],
        )
        .await;
    assert_eq!(answer.status, 401, "{kind:?}");
    for upgraded in ["h2c", "TLS/1.0", "other"] {
        stranger
            .asks("GET", "/page", &[("Connection", "close, Upgrade"), ("Upgrade", upgraded)])
            .await;
    }
    assert!(site.toy.take().is_empty(), "{kind:?}: something went by");

    // Who is signed in has all of it, WebSockets too.
    let mut mira = site.visitor().await;
    mira.enters("/").await;
    site.toy.take();
    for method in ["OPTIONS", "DELETE", "PROPFIND"] {
        assert_eq!(
            mira.asks(method, "/page", &[("Content-Length", "0")]).await.status,
            200,
            "{kind:?} {method}"
        );
        assert_eq!(site.toy.one().method, method, "{kind:?}");
    }
    let bytes = mira.request("GET", "/socket", &upgrade);
    let mut socket = connect(site.proxy.port, APPLICATION, mira.from).await.unwrap();
    socket.write_all(&bytes).await.unwrap();
    let mut read = Vec::new();
    while !read.windows(4).any(|part| part == b"\r\n\r\n") {
        read.push(socket.read_u8().await.unwrap());
    }
    assert!(read.starts_with(b"HTTP/1.1 101"), "{kind:?} {}", String::from_utf8_lossy(&read));
    socket.write_all(b"through the gate").await.unwrap();
    let mut echo = [0; 16];
    socket.read_exact(&mut echo).await.unwrap();
    assert_eq!(&echo, b"through the gate", "{kind:?}");
    site.toy.take();

    // A large body goes to the application, and never to the gate.
    let mut bytes = mira.request("POST", "/upload", &[("Content-Length", "3000000")]);
    bytes.resize(bytes.len() + 3_000_000, b'x');
    let answer = Answer::parse(&send(site.proxy.port, APPLICATION, mira.from, &bytes).await);
    assert_eq!((answer.status, site.toy.one().body), (200, 3_000_000), "{kind:?}");
    let mut bytes = mira.request("POST", "/upload", &[("Transfer-Encoding", "chunked")]);
    bytes.extend_from_slice(b"5\r\nhello\r\n0\r\n\r\n");
    let answer = Answer::parse(&send(site.proxy.port, APPLICATION, mira.from, &bytes).await);
    assert_eq!((answer.status, site.toy.one().body), (200, 5), "{kind:?}");
});

/// A request that two servers could see the end of in different places, and a second one
/// that would be hidden in it.
fn smuggled(host: &str) -> Vec<(&'static str, String)> {
    let hidden = format!("GET /admin/hidden HTTP/1.1\r\nHost: {host}\r\nX: y\r\n\r\n");
    let length = hidden.len();
    let head = |more: &str| format!("POST /public/outer HTTP/1.1\r\nHost: {host}\r\n{more}\r\n");
    vec![
        (
            "CL.TE",
            head(&format!("Content-Length: {}\r\nTransfer-Encoding: chunked\r\n", length + 5))
                + "0\r\n\r\n"
                + &hidden,
        ),
        (
            "TE.CL",
            head("Transfer-Encoding: chunked\r\nContent-Length: 4\r\n")
                + &format!("{length:x}\r\n{hidden}\r\n0\r\n\r\n"),
        ),
        (
            "TE.TE",
            head("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n")
                + "0\r\n\r\n"
                + &hidden,
        ),
        (
            "TE with a tab",
            head("Transfer-Encoding:\tchunked\r\nContent-Length: 5\r\n") + "0\r\n\r\n" + &hidden,
        ),
        ("TE misspelt", head("Transfer-Encoding: xchunked\r\n") + "0\r\n\r\n" + &hidden),
        (
            "TE with a blank before its colon",
            head(&format!("Transfer-Encoding : chunked\r\nContent-Length: {}\r\n", length + 5))
                + "0\r\n\r\n"
                + &hidden,
        ),
        (
            "two lengths",
            head(&format!("Content-Length: 0\r\nContent-Length: {length}\r\n")) + &hidden,
        ),
        ("a length with a sign", head(&format!("Content-Length: +{length}\r\n")) + &hidden),
        ("a length in two", head(&format!("Content-Length: 0, {length}\r\n")) + &hidden),
        (
            "bare LF",
            format!("POST /public/outer HTTP/1.1\nHost: {host}\nContent-Length: 0\n\n{hidden}"),
        ),
        (
            "a header with LF",
            head("X: y\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n")
                + "0\r\n\r\n"
                + &hidden,
        ),
        (
            "a header with CR",
            head("X: y\rTransfer-Encoding: chunked\r\nContent-Length: 5\r\n")
                + "0\r\n\r\n"
                + &hidden,
        ),
        ("a chunk with LF", head("Transfer-Encoding: chunked\r\n") + "0\n\n" + &hidden),
        (
            "a chunk extension with LF",
            head("Transfer-Encoding: chunked\r\n")
                + &format!("2;\nxx\r\n{length:x}\r\n0\r\n\r\n{hidden}"),
        ),
        (
            "a folded line",
            head("X: y\r\n Transfer-Encoding: chunked\r\nContent-Length: 5\r\n")
                + "0\r\n\r\n"
                + &hidden,
        ),
    ]
}

behind!(fa_10_nothing_is_smuggled_through, async |site: GateSite| {
    let kind = site.proxy.kind;
    let mut mira = site.visitor().await;
    mira.enters("/").await;
    site.toy.take();
    let host = format!("{APPLICATION}:{}", site.proxy.port);
    for (name, request) in smuggled(&host) {
        let bytes = request.into_bytes();
        let talk = send(site.proxy.port, APPLICATION, Ipv4Addr::new(127, 0, 0, 9), &bytes);
        // Whoever waits for more is cut off.
        let _ = tokio::time::timeout(std::time::Duration::from_millis(700), talk).await;
        for seen in site.toy.take() {
            assert_eq!(seen.target, "/public/outer", "{kind:?} {name}: {seen:#?}");
        }
        // The next one on whatever connection there is gets its own answer.
        let answer = mira.asks("GET", "/page", NAVIGATION).await;
        assert_eq!(
            (answer.status, site.toy.one().target.as_str()),
            (200, "/page"),
            "{kind:?} {name}"
        );
    }
});

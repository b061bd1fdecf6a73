//! What is on the wire: two versions of HTTP, and attempts to confuse one.

use super::person::{Person, connect, exchange, read_reply};
use super::program::{Server, Site};
use crate::support::Backend;
use std::io::{Read, Write};

const FORM: &str = "POST /sign-in HTTP/1.1\r\nHost: x\r\nSec-Fetch-Site: same-origin\r\n\
                    Content-Type: application/x-www-form-urlencoded\r\n";

fn with_server(test: impl Fn(&Server)) {
    let site = Site::new(Backend::Sqlite);
    let server = site.start();
    test(&server);
    Person::at(&server).get("/health/ready").is(200);
    server.stop().ended(0);
}

#[test]
fn pipelined_requests_are_answered_in_order() {
    with_server(|server| {
        let requests = "GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n\
                        GET /nowhere HTTP/1.1\r\nHost: x\r\n\r\n\
                        GET /health/ready HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
        let answer = exchange(server.port, requests.as_bytes()).unwrap();
        let at = |text: &str| answer.find(text).unwrap_or_else(|| panic!("{text}: {answer}"));
        assert_eq!(answer.matches("HTTP/1.1 ").count(), 3);
        assert!(at("live\n") < at("404 Not Found") && at("404 Not Found") < at("ready\n"));
    });
}

/// The length of a body has one reading, or the connection ends there.
#[test]
fn two_lengths_do_not_smuggle_a_request() {
    with_server(|server| {
        let hidden = "GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n";
        let refused = [
            format!("{FORM}Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello{hidden}"),
            format!("{FORM}Content-Length: 5, 6\r\n\r\nhello{hidden}"),
            format!("{FORM}Content-Length: +5\r\n\r\nhello{hidden}"),
            format!("{FORM}Content-Length: -1\r\n\r\n{hidden}"),
            format!("{FORM}Transfer-Encoding: identity\r\n\r\n{hidden}"),
            format!("{FORM}Transfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n{hidden}"),
            format!("{FORM}Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n{hidden}"),
            format!("{FORM}Transfer-Encoding: chunked\r\n\r\nxyz\r\n{hidden}"),
            format!("{FORM}Transfer-Encoding: chunked\r\n\r\n-1\r\n{hidden}"),
            FORM.replace("HTTP/1.1", "HTTP/1.0")
                + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
                + hidden,
            "GET /\r\n\r\n".to_owned() + hidden,
            format!("GET / HTTP/1.1\r\nHost: x\r\n X-Folded: 1\r\n\r\n{hidden}"),
            format!("GET / HTTP/3.0\r\nHost: x\r\n\r\n{hidden}"),
        ];
        for request in &refused {
            let answer = exchange(server.port, request.as_bytes()).unwrap();
            assert!(
                answer.starts_with("HTTP/1.") && answer.contains(" 400 "),
                "{request}: {answer}"
            );
            assert!(!answer.contains("live\n"), "{request}: {answer}");
        }
        // Both lengths: read as chunks, answered, and closed (RFC 9112 §6.1).
        for both in [
            "Content-Length: 4\r\nTransfer-Encoding: chunked",
            "Transfer-Encoding: chunked\r\nContent-Length: 4",
        ] {
            let request = format!("{FORM}{both}\r\n\r\n0\r\n\r\n{hidden}");
            let answer = exchange(server.port, request.as_bytes()).unwrap();
            assert_eq!(answer.matches("HTTP/1.1 ").count(), 1, "{answer}");
            assert!(!answer.contains("live\n"), "{answer}");
        }
    });
}

#[test]
fn a_body_has_at_most_64_kib() {
    with_server(|server| {
        let body = |bytes: usize| format!("email={}", "a".repeat(bytes - "email=".len()));
        let limit = 64 * 1024;
        for (bytes, status) in [(limit, 409), (limit + 1, 413)] {
            let head = format!("{FORM}Connection: close\r\nContent-Length: {bytes}\r\n\r\n");
            let answer = exchange(server.port, (head + &body(bytes)).as_bytes()).unwrap();
            read_reply(&answer).is(status);
            let head = format!("{FORM}Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n");
            let chunk = format!("{bytes:x}\r\n{}\r\n0\r\n\r\n", body(bytes));
            let answer = exchange(server.port, (head + &chunk).as_bytes()).unwrap();
            read_reply(&answer).is(status);
        }
        // A gigabyte that is announced is not waited for.
        let mut stream = connect(server.port).unwrap();
        stream.write_all(format!("{FORM}Content-Length: 1073741824\r\n\r\n").as_bytes()).unwrap();
        let piece = [b'a'; 16 * 1024];
        while stream.write_all(&piece).is_ok() {
            let mut answer = [0; 12];
            stream.set_read_timeout(Some(std::time::Duration::from_millis(20))).unwrap();
            if stream.read_exact(&mut answer).is_ok() {
                assert_eq!(&answer, b"HTTP/1.1 413");
                break;
            }
        }
    });
}

#[test]
fn a_head_has_a_limit_too() {
    with_server(|server| {
        let long = "a".repeat(70 * 1024);
        for request in [
            format!("GET /{long} HTTP/1.1\r\nHost: x\r\n\r\n"),
            format!("GET / HTTP/1.1\r\nHost: x\r\nX-Long: {long}\r\n\r\n"),
            format!("GET / HTTP/1.1\r\nHost: x\r\n{}\r\n", "a: b\r\n".repeat(200)),
        ] {
            // The answer may be lost when the other end closes with bytes unread.
            if let Ok(answer) = exchange(server.port, request.as_bytes()) {
                let refused = ["414", "431", "400"].iter().any(|code| answer.contains(code));
                assert!(answer.is_empty() || refused, "{answer}");
            }
        }
    });
}

/// A frame of HTTP/2 (RFC 9113 §4.1).
fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
    let mut bytes = vec![length[1], length[2], length[3], kind, flags];
    bytes.extend(stream.to_be_bytes());
    bytes.extend(payload);
    bytes
}

/// A header field, not indexed and not compressed (RFC 7541 §6.2.2).
fn field(name: &str, value: &str) -> Vec<u8> {
    let mut bytes = vec![0];
    for text in [name, value] {
        bytes.push(u8::try_from(text.len()).unwrap());
        bytes.extend(text.as_bytes());
    }
    bytes
}

/// Without TLS, by prior knowledge, as a proxy speaks it.
#[test]
fn http_2_is_spoken() {
    with_server(|server| {
        let mut stream = connect(server.port).unwrap();
        let mut request = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec();
        request.extend(frame(4, 0, 0, &[]));
        for (number, path) in [(1, "/health/live"), (3, "/nowhere")] {
            let fields =
                [(":method", "GET"), (":scheme", "http"), (":path", path), (":authority", "x")];
            let head: Vec<u8> =
                fields.iter().flat_map(|(name, value)| field(name, value)).collect();
            // Both END_STREAM and END_HEADERS.
            request.extend(frame(1, 5, number, &head));
        }
        stream.write_all(&request).unwrap();
        let (mut bodies, mut ended) = (String::new(), 0);
        while ended < 2 {
            let mut head = [0; 9];
            stream.read_exact(&mut head).unwrap();
            let length = u32::from_be_bytes([0, head[0], head[1], head[2]]);
            let mut payload = vec![0; usize::try_from(length).unwrap()];
            stream.read_exact(&mut payload).unwrap();
            let (kind, flags) = (head[3], head[4]);
            assert!(kind != 3 && kind != 7, "the server gave up: {payload:?}");
            if kind == 0 {
                bodies.push_str(&String::from_utf8_lossy(&payload));
            }
            if kind <= 1 && flags & 1 == 1 {
                ended += 1;
            }
        }
        assert!(bodies.contains("live\n") && bodies.contains("<!doctype html>"), "{bodies}");
    });
}

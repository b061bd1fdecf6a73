//! The socket between the command line and a running server.

use super::program::{PATIENCE, Server, Site, mode, now};
use crate::support::Backend;
use std::io::{Read, Write};
use std::net::Shutdown;
use std::os::unix::net::UnixStream;
use std::time::Duration;

fn connect(site: &Site) -> UnixStream {
    let stream = UnixStream::connect(site.path("portcullis-data/control.sock")).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream.set_write_timeout(Some(PATIENCE)).unwrap();
    stream
}

/// Sends bytes; what comes back, if anything.
fn order(site: &Site, bytes: &[u8]) -> String {
    let mut stream = connect(site);
    let _ = stream.write_all(bytes);
    let _ = stream.shutdown(Shutdown::Write);
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    String::from_utf8_lossy(&answer).into_owned()
}

fn with_server() -> (Site, Server) {
    let site = Site::new(Backend::Sqlite);
    let server = site.start();
    (site, server)
}

#[test]
fn only_the_servers_user_can_use_it() {
    let (site, server) = with_server();
    assert_eq!(mode(&site.path("portcullis-data/control.sock")), 0o600);
    assert_eq!(mode(&site.path("portcullis-data")), 0o700);
    server.stop().ended(0);
}

#[test]
fn garbage_is_answered_and_changes_nothing() {
    let (site, server) = with_server();
    for bytes in [&b""[..], b"hello", b"\xff\xfe\x00", b"{}", b"GET / HTTP/1.1\r\n\r\n", b"[1,2"] {
        let answer: serde_json::Value = serde_json::from_str(&order(&site, bytes)).unwrap();
        assert_eq!(answer["code"], 3, "{answer}");
        assert!(answer["text"].as_str().unwrap().contains("is it another version?"), "{answer}");
    }
    let deep = "[".repeat(100_000);
    assert!(order(&site, deep.as_bytes()).contains("does not understand"));
    site.run(&["account", "list"]).ended(0).says("there is no account");
    server.stop().ended(0);
}

#[test]
fn an_order_beyond_the_limit_is_not_carried_out() {
    let (site, server) = with_server();
    let padded = |bytes: usize| {
        let start = r#"{"Account":{"List":{"limit":5,"after":null}}}"#;
        format!("{start}{}", " ".repeat(bytes - start.len()))
    };
    let limit = 256 * 1024;
    let answer: serde_json::Value =
        serde_json::from_str(&order(&site, padded(limit).as_bytes())).unwrap();
    assert_eq!(answer["code"], 0, "{answer}");
    let answer: serde_json::Value =
        serde_json::from_str(&order(&site, padded(limit + 1).as_bytes())).unwrap();
    assert_eq!(answer["text"], "a command has at most 262144 bytes");
    // Far beyond it the answer may be lost, but the server is not.
    order(&site, &vec![b' '; 8 * 1024 * 1024]);
    site.run(&["account", "list"]).ended(0);
    server.stop().ended(0);
}

#[test]
fn a_client_that_hangs_keeps_nobody_waiting() {
    let (site, server) = with_server();
    let mut silent: Vec<UnixStream> = (0..20).map(|_| connect(&site)).collect();
    for stream in &mut silent {
        stream.write_all(b"{\"Account\":").unwrap();
    }
    let began = now();
    for _ in 0..3 {
        site.run(&["account", "list"]).ended(0).says("there is no account");
    }
    assert!(now() - began < Duration::from_secs(5), "others waited for those that hang");
    // Nor does it keep the server from stopping, and in the end it is dropped.
    let mut answer = Vec::new();
    let _ = silent[0].read_to_end(&mut answer);
    assert!(answer.is_empty());
    server.stop().ended(0);
}

#[test]
fn a_socket_that_was_left_over_is_in_nobodys_way() {
    let (site, server) = with_server();
    server.kill();
    assert!(site.path("portcullis-data/control.sock").exists());
    // Without a server, a command does the work itself.
    site.run(&["account", "list"]).ended(0).says("there is no account");
    let server = site.start();
    site.run(&["account", "list"]).ended(0).says("there is no account");
    server.stop().ended(0);
    // Nor is a file of that name that never was a socket.
    let socket = site.path("portcullis-data/control.sock");
    let _ = std::fs::remove_file(&socket);
    site.write("portcullis-data/control.sock", "");
    let server = site.start();
    site.run(&["account", "list"]).ended(0);
    server.stop().ended(0);
}

/// Whoever holds the data directory and takes no orders is said to.
#[test]
fn a_holder_that_takes_no_orders_is_named() {
    let site = Site::new(Backend::Sqlite);
    site.run(&["account", "list"]).ended(0);
    let lock = std::fs::File::open(site.path("portcullis-data/lock")).unwrap();
    lock.lock().unwrap();
    site.run(&["account", "list"])
        .ended(3)
        .says("another process uses portcullis-data, but takes no orders")
        .says("If it is just starting, try again");
}

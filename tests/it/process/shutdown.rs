//! Stopping: what was begun is finished, nothing new is taken.

use super::person::{Person, connect, read_reply};
use super::program::{Server, Site, now, wait_for};
use crate::support::{Backend, PASSWORD, rounds};
use rustix::process::Signal;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

fn with_account(backend: Backend) -> (Site, Server) {
    let site = Site::new(backend);
    let args =
        ["account", "create", "--email", "mira@example.com", "--name", "Mira", "--password-stdin"];
    site.run_with(&args, PASSWORD).ended(0);
    let server = site.start();
    (site, server)
}

/// A sign-in whose body is half sent.
fn half_sent(server: &Server) -> (TcpStream, String) {
    let mut mira = Person::at(server);
    mira.get("/sign-in").is(200);
    let (head, body) =
        mira.form("/sign-in", &[("email", "mira@example.com"), ("password", PASSWORD)]);
    let (sent, rest) = body.split_at(body.len() / 2);
    let head = head.replacen("\r\n", "\r\nexpect: 100-continue\r\n", 1);
    let mut stream = connect(server.port).unwrap();
    stream.write_all(head.as_bytes()).unwrap();
    // It is asked for once the request is being handled.
    let mut go_on = [0; 25];
    stream.read_exact(&mut go_on).unwrap();
    assert_eq!(&go_on, b"HTTP/1.1 100 Continue\r\n\r\n");
    stream.write_all(sent.as_bytes()).unwrap();
    (stream, rest.to_owned())
}

#[test]
fn what_is_in_flight_is_finished() {
    for (backend, signal) in [
        (Backend::Sqlite, Signal::TERM),
        (Backend::Sqlite, Signal::INT),
        (Backend::Postgres, Signal::TERM),
    ] {
        let (site, mut server) = with_account(backend);
        let (mut stream, rest) = half_sent(&server);
        server.signal(signal);
        wait_for("the port to be closed", || TcpStream::connect(("127.0.0.1", server.port)).err());
        assert!(server.is_running(), "it waits for what is in flight");
        stream.write_all(rest.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let reply = read_reply(&answer);
        reply.leads_to("/settings/security");
        server.end().ended(0).says("what is in flight is finished first").says("stopped");

        // What was answered is there after the restart.
        let server = site.start();
        let mut mira = Person::at(&server);
        mira.keep(&reply);
        assert!(mira.is_signed_in());
        server.stop().ended(0);
    }
}

/// Connections that ask for nothing are not in flight.
#[test]
fn idle_connections_do_not_hold_it_up() {
    let (_site, server) = with_account(Backend::Sqlite);
    let silent: Vec<TcpStream> = (0..20).map(|_| connect(server.port).unwrap()).collect();
    let mut kept = connect(server.port).unwrap();
    kept.write_all(b"GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
    let mut answer = [0; 12];
    kept.read_exact(&mut answer).unwrap();
    assert_eq!(&answer, b"HTTP/1.1 200");
    let mut half = connect(server.port).unwrap();
    half.write_all(b"PRI * HTT").unwrap();
    let began = now();
    server.stop().ended(0);
    assert!(now() - began < Duration::from_secs(5));
    drop((silent, kept, half));
}

#[test]
fn a_second_signal_ends_the_wait() {
    let (_site, server) = with_account(Backend::Sqlite);
    let (_stream, _rest) = half_sent(&server);
    let began = now();
    server.signal(Signal::TERM);
    wait_for("the port to be closed", || TcpStream::connect(("127.0.0.1", server.port)).err());
    server.signal(Signal::TERM);
    server.end().ended(0);
    assert!(now() - began < Duration::from_secs(10));
}

/// Nothing of a sign-in that was never finished is left.
#[test]
fn an_exit_leaves_the_database_whole() {
    let (site, server) = with_account(Backend::Sqlite);
    server.stop().ended(0);
    // The journal was taken into the database, so that the file alone is all.
    assert!(!site.path("portcullis-data/portcullis.db-wal").exists());
    let server = site.start();
    Person::at(&server).sign_in("mira@example.com", PASSWORD).leads_to("/settings/security");
    server.stop().ended(0);
}

/// Ready is ready to be stopped, too: a signal right after the greeting is heard.
#[test]
fn a_signal_right_after_the_greeting_is_heard() {
    let site = Site::new(Backend::Sqlite);
    for _ in 0..rounds() {
        site.start().stop().ended(0).says("stopped");
    }
}

//! FA-04: what the gate judges is what the application gets. The proxies are asked with
//! raw request lines, and between a gate and an application that let everything through
//! both see what the real ones would.

use super::proxy::{APPLICATION, BOTH, Kind, Proxy, chosen_port};
use super::toy::{Says, Seen, Toy};
use super::wire::send;
use percent_encoding::percent_decode_str;
use portcullis::features::gate::rules::RequestPath;
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use std::net::Ipv4Addr;

/// Targets that have opened something somewhere.
pub const TRICKS: &[&str] = &[
    "/public/../admin",
    "/public/%2e%2e/admin",
    "/public/%2E%2e/admin",
    "/public%2f..%2fadmin",
    "/public/..%2fadmin",
    "/public/.%2e/admin",
    "/public/..;/admin",
    "/public;/../admin",
    "/public/;x/../../admin",
    "/public\\..\\admin",
    "/public/..%5cadmin",
    "/public%5c..%5cadmin",
    "/public%00/../admin",
    "/public/%00../admin",
    "/admin?/public",
    "/admin%3F/public",
    "/admin#/public",
    "/admin%23/public",
    "//admin",
    "///admin",
    "/./admin",
    "/%2e/admin",
    "/public//../admin",
    "/public/./../admin",
    "/%61dmin",
    "/%2561dmin",
    "/public/%252e%252e/admin",
    "/public/%c0%ae%c0%ae/admin",
    "/public/%e0%80%ae/admin",
    "/public/%ff/admin",
    "/public/%ef%bc%8e%ef%bc%8e/admin",
    "/public/%ef%bc%8fadmin",
    "/ADMIN",
    "/Admin/x",
    "/admin.",
    "/admin%20",
    "/admin/",
    "/admin;x",
    "/admin%3bx",
    "/admin%2fx",
    "/public/\t/admin",
    "/public/%0d%0aX:y",
    "/public/%u002e%u002e/admin",
    "http://app.localhost/admin",
    "http://evil.example/public",
    "https://app.localhost/public/../admin",
    "*",
    "?/public",
    "admin",
    "",
    "/public/\u{ff0e}\u{ff0e}/admin",
    "/.../admin",
    "/public/.../admin",
    "/public?x=/../admin",
    "/public?%00",
    "/public/x%zz",
    "/public/x%",
];

/// A request, and who was told what of it.
async fn ask(proxy: &Proxy, gate: &Toy, toy: &Toy, target: &str) -> (Vec<Seen>, Vec<Seen>) {
    let host = format!("{APPLICATION}:{}", proxy.port);
    let mut bytes = b"GET ".to_vec();
    bytes.extend_from_slice(target.as_bytes());
    bytes.extend_from_slice(
        format!(" HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n").as_bytes(),
    );
    send(proxy.port, APPLICATION, Ipv4Addr::LOCALHOST, &bytes).await;
    (gate.take(), toy.take())
}

/// The path that an application reads that decodes once.
fn decoded(target: &str) -> Vec<u8> {
    percent_decode_str(target.split('?').next().unwrap()).collect()
}

/// What was asked, judged and got: whatever the gate's rules could have let through is
/// what arrives.
fn agree(kind: Kind, target: &str, asked: &[Seen], got: &[Seen]) -> bool {
    for arrived in got {
        let judged: Vec<&str> =
            asked.iter().filter_map(|asked| asked.header("x-forwarded-uri")).collect();
        let [judged] = judged.as_slice() else {
            panic!("{kind:?} {target:?}: {asked:#?} of {arrived:#?}")
        };
        let Ok(path) = RequestPath::parse(judged) else { continue };
        assert_eq!(
            path.text().as_bytes(),
            decoded(&arrived.target),
            "{kind:?} {target:?}: judged {judged:?}, got {:?}",
            arrived.target
        );
        let again = RequestPath::parse(&arrived.target);
        assert_eq!(again, Ok(path), "{kind:?} {target:?}: got {:?}", arrived.target);
        return true;
    }
    false
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fa_04_the_path_that_is_judged_is_the_path_that_arrives() {
    let (gate, toy) = (Toy::start(Says::Pass).await, Toy::start(Says::Hello).await);
    for kind in BOTH {
        let proxy = Proxy::start(kind, chosen_port(), gate.port, toy.port).await;
        let mut readable = 0;
        for target in TRICKS {
            let (asked, got) = ask(&proxy, &gate, &toy, target).await;
            readable += usize::from(agree(kind, target, &asked, &got));
        }
        // Some of them are paths like any other.
        assert!((4..TRICKS.len() / 2).contains(&readable), "{kind:?}: {readable}");
        let cases = if crate::support::is_full() { 5000 } else { 250 };
        let mut runner = TestRunner::deterministic();
        let targets = "/(public|admin|%2e|%2f|\\.|\\.\\.|/|;|%5c|\\?|#|%00|%25|%61|%c3%a9|a|Ä|\\\\|%|~|:|@|\\||\\^){0,6}";
        let targets = proptest::string::string_regex(targets).unwrap();
        let mut readable = 0;
        for _ in 0..cases {
            let target = targets.new_tree(&mut runner).unwrap().current();
            let (asked, got) = ask(&proxy, &gate, &toy, &target).await;
            readable += usize::from(agree(kind, &target, &asked, &got));
        }
        assert!(readable > cases / 20, "{kind:?}: only {readable} of {cases} could be read");
    }
}

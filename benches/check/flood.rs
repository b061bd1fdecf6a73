//! People who sign in as fast as they can.

use crate::servers::{PASSWORD, SIGNERS};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use thread_priority::unix::{
    NormalThreadSchedulePolicy, set_thread_priority_and_policy, thread_native_id,
};
use thread_priority::{ThreadPriority, ThreadSchedulePolicy};

/// Signs in again and again, each account by a connection of its own, until told to
/// stop; how many did.
pub fn run<T>(address: &str, meanwhile: impl FnOnce() -> T) -> (T, u64) {
    let (stop, count) = (AtomicBool::new(false), AtomicU64::new(0));
    let done = std::thread::scope(|scope| {
        for number in 0..SIGNERS {
            let (stop, count) = (&stop, &count);
            scope.spawn(move || {
                // They share a core with what asks and measures, and must not keep it waiting.
                let idle = ThreadSchedulePolicy::Normal(NormalThreadSchedulePolicy::Idle);
                let own = thread_native_id();
                set_thread_priority_and_policy(own, ThreadPriority::Min, idle).unwrap();
                let mut visitor = Visitor::open(address, number);
                while !stop.load(Ordering::Relaxed) {
                    visitor.sign_in();
                    count.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        // Until the pool is full.
        std::thread::sleep(std::time::Duration::from_secs(1));
        let done = meanwhile();
        stop.store(true, Ordering::Relaxed);
        done
    });
    (done, count.load(Ordering::Relaxed))
}

struct Visitor {
    stream: BufReader<TcpStream>,
    origin: String,
    cookie: String,
    form: String,
}

impl Visitor {
    fn open(address: &str, number: usize) -> Self {
        let stream = BufReader::new(TcpStream::connect(address).unwrap());
        let port = address.rsplit_once(':').unwrap().1;
        let origin = format!("http://localhost:{port}");
        let mut visitor = Self { stream, origin, cookie: String::new(), form: String::new() };
        let (head, body) = visitor.ask("GET /sign-in HTTP/1.1", "");
        let cookie = head.lines().find_map(|line| line.strip_prefix("set-cookie: ")).unwrap();
        cookie.split(';').next().unwrap().clone_into(&mut visitor.cookie);
        let token = body.split_once("name=\"csrf\" value=\"").unwrap().1.split_once('"').unwrap().0;
        let email = format!("signer{number}@example.com");
        visitor.form = serde_urlencoded::to_string([
            ("csrf", token),
            ("email", &email),
            ("password", PASSWORD),
        ])
        .unwrap();
        visitor
    }

    fn sign_in(&mut self) {
        let form = self.form.clone();
        let (head, _) = self.ask("POST /sign-in HTTP/1.1", &form);
        assert!(head.starts_with("HTTP/1.1 303"), "{head}");
    }

    fn ask(&mut self, line: &str, body: &str) -> (String, String) {
        let request = format!(
            "{line}\r\nhost: localhost\r\norigin: {}\r\ncookie: {}\r\n\
             content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n{body}",
            self.origin,
            self.cookie,
            body.len()
        );
        self.stream.get_mut().write_all(request.as_bytes()).unwrap();
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            assert!(self.stream.read_line(&mut head).unwrap() > 0, "closed: {head}");
        }
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
        let mut body = vec![0; length.map_or(0, |text| text.parse().unwrap())];
        self.stream.read_exact(&mut body).unwrap();
        (head, String::from_utf8(body).unwrap())
    }
}

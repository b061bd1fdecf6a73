//! Sign-ins against raw Argon2id with the same parameters on the same cores.
//!
//! Both sides run as processes of their own, in turn, and are compared by the
//! CPU time that each hashing or sign-in costs and by how many there are in a
//! second. Run it by `cargo xtask bench sign-in [--seconds N] [--rounds N]`.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::cast_precision_loss,
    clippy::disallowed_methods
)]

use argon2_rust::params::Memory;
use argon2_rust::{Algorithm, Argon2, Params, Version};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

const MEMORY_KIB: u64 = 47_104;
/// So many that no account comes near its limit of sessions.
const ACCOUNTS: usize = 25;
const PASSWORD: &str = "Correct-horse 1 battery";

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments.first().is_some_and(|first| first == "raw") {
        raw(number(&arguments, "--seconds", 5));
        return;
    }
    let seconds = number(&arguments, "--seconds", 5);
    let rounds = number(&arguments, "--rounds", 3);
    let threads = cores();
    println!(
        "sign-in: {rounds} rounds of {seconds} s a side, {threads} hashing threads on {threads} \
         cores; Argon2id m={MEMORY_KIB} KiB t=1 p=1; SQLite in a temporary folder; {} connections \
         from this process, each with {ACCOUNTS} accounts of its own in turn",
        threads * 2
    );
    let server = Server::start(threads);
    let mut ratios = Vec::new();
    for round in 1..=rounds {
        let raw = run_raw(seconds);
        let own = server.load(seconds, threads * 2);
        let cpu = raw.cpu_ms / own.cpu_ms;
        let rate = own.per_second / raw.per_second;
        println!(
            "round {round}: raw {:.2} ms CPU, {:.1}/s, cores {:.0} % busy | sign-in {:.2} ms CPU, \
             {:.1}/s, cores {:.0} % busy | by CPU {cpu:.3}, by rate {rate:.3}",
            raw.cpu_ms, raw.per_second, raw.busy, own.cpu_ms, own.per_second, own.busy
        );
        ratios.push((cpu, rate));
    }
    let median = |mut values: Vec<f64>| {
        values.sort_by(f64::total_cmp);
        values[values.len() / 2]
    };
    println!(
        "sign-ins for each raw hashing (hold 0.9): by CPU {:.3}, by rate {:.3} (medians)",
        median(ratios.iter().map(|(cpu, _)| *cpu).collect()),
        median(ratios.iter().map(|(_, rate)| *rate).collect())
    );
}

struct Figures {
    cpu_ms: f64,
    per_second: f64,
    busy: f64,
}

fn figures(count: u64, cpu: Duration, wall: Duration) -> Figures {
    Figures {
        cpu_ms: cpu.as_secs_f64() * 1000.0 / count as f64,
        per_second: count as f64 / wall.as_secs_f64(),
        busy: cpu.as_secs_f64() / wall.as_secs_f64() / cores() as f64 * 100.0,
    }
}

fn cores() -> usize {
    std::thread::available_parallelism().map_or(2, usize::from)
}

fn number(arguments: &[String], name: &str, default: u64) -> u64 {
    arguments
        .iter()
        .position(|argument| argument == name)
        .and_then(|position| arguments.get(position + 1))
        .map_or(default, |text| text.parse().expect("a number"))
}

/// User and system time of a process so far.
fn cpu_of(process: u32) -> Duration {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap();
    let fields: Vec<&str> = stat.rsplit_once(')').unwrap().1.split_whitespace().collect();
    let ticks: u64 = fields[11].parse::<u64>().unwrap() + fields[12].parse::<u64>().unwrap();
    Duration::from_millis(ticks * 10)
}

/// Hashes on every core for so long, and says how many.
fn raw(seconds: u64) {
    let params = Params::builder().memory(Memory::kib(MEMORY_KIB)).passes(1).build().unwrap();
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let count = AtomicU64::new(0);
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        for _ in 0..cores() {
            scope.spawn(|| {
                let mut hasher = argon2.hasher();
                while !stop.load(Ordering::Relaxed) {
                    hasher.hash(PASSWORD.as_bytes(), b"0123456789abcdef").unwrap();
                    count.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        std::thread::sleep(Duration::from_secs(seconds));
        stop.store(true, Ordering::Relaxed);
    });
    println!("{} {}", count.load(Ordering::Relaxed), cpu_of(std::process::id()).as_millis());
}

fn run_raw(seconds: u64) -> Figures {
    let started = Instant::now();
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["raw", "--seconds", &seconds.to_string()])
        .output()
        .unwrap();
    let wall = started.elapsed();
    let text = String::from_utf8(output.stdout).unwrap();
    let (count, cpu) = text.trim().split_once(' ').unwrap();
    figures(count.parse().unwrap(), Duration::from_millis(cpu.parse().unwrap()), wall)
}

struct Server {
    child: Child,
    address: String,
    _folder: tempfile::TempDir,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Server {
    fn start(threads: usize) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let address = format!("127.0.0.1:{port}");
        let program = || {
            let mut program = Command::new(env!("CARGO_BIN_EXE_portcullis"));
            program
                .current_dir(folder.path())
                .env("PORTCULLIS_LISTEN", &address)
                .env("PORTCULLIS_HASHING_THREADS", threads.to_string());
            program
        };
        for account in 0..threads * 2 * ACCOUNTS {
            let mut create = program()
                .args(["account", "create", "--name", "Bench", "--password-stdin", "--email"])
                .arg(format!("bench{account}@example.com"))
                .stdin(Stdio::piped())
                .stdout(Stdio::null())
                .spawn()
                .unwrap();
            create.stdin.take().unwrap().write_all(PASSWORD.as_bytes()).unwrap();
            assert!(create.wait().unwrap().success());
        }
        let mut child = program().stdout(Stdio::piped()).spawn().unwrap();
        let mut greeting = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut greeting).unwrap();
        Self { child, address, _folder: folder }
    }

    fn load(&self, seconds: u64, connections: usize) -> Figures {
        let count = AtomicU64::new(0);
        let stop = AtomicBool::new(false);
        let (mut cpu, mut wall) = (Duration::ZERO, Duration::ZERO);
        std::thread::scope(|scope| {
            for account in 0..connections {
                let (count, stop) = (&count, &stop);
                scope.spawn(move || {
                    let accounts = account * ACCOUNTS..(account + 1) * ACCOUNTS;
                    let mut visitor = Visitor::open(&self.address, accounts);
                    visitor.sign_in();
                    while !stop.load(Ordering::Relaxed) {
                        visitor.sign_in();
                        count.fetch_add(1, Ordering::Relaxed);
                    }
                });
            }
            // The first of each visitor warms up.
            std::thread::sleep(Duration::from_millis(500));
            let (before, cpu_before, started) =
                (count.load(Ordering::Relaxed), cpu_of(self.child.id()), Instant::now());
            std::thread::sleep(Duration::from_secs(seconds));
            cpu = cpu_of(self.child.id()).checked_sub(cpu_before).unwrap();
            wall = started.elapsed();
            count.fetch_sub(before, Ordering::Relaxed);
            stop.store(true, Ordering::Relaxed);
        });
        // What finished after the stop was hashed before it, one a connection.
        let counted = count.load(Ordering::Relaxed).saturating_sub(connections as u64 / 2);
        figures(counted, cpu, wall)
    }
}

/// One connection of one browser that signs in again and again.
struct Visitor {
    stream: BufReader<TcpStream>,
    origin: String,
    host: String,
    cookie: String,
    forms: Vec<String>,
    next: usize,
}

impl Visitor {
    fn open(address: &str, accounts: std::ops::Range<usize>) -> Self {
        let stream = BufReader::new(TcpStream::connect(address).unwrap());
        let port = address.rsplit_once(':').unwrap().1;
        let mut visitor = Self {
            stream,
            origin: format!("http://localhost:{port}"),
            host: address.to_owned(),
            cookie: String::new(),
            forms: Vec::new(),
            next: 0,
        };
        let (head, body) = visitor.ask("GET /sign-in HTTP/1.1", "");
        let cookie = head.lines().find_map(|line| line.strip_prefix("set-cookie: ")).unwrap();
        cookie.split(';').next().unwrap().clone_into(&mut visitor.cookie);
        let token = body.split_once("name=\"csrf\" value=\"").unwrap().1.split_once('"').unwrap().0;
        visitor.forms = accounts
            .map(|account| {
                serde_urlencoded::to_string([
                    ("csrf", token),
                    ("email", &format!("bench{account}@example.com")),
                    ("password", PASSWORD),
                ])
                .unwrap()
            })
            .collect();
        visitor
    }

    fn sign_in(&mut self) {
        let form = self.forms[self.next % self.forms.len()].clone();
        self.next += 1;
        let (head, _) = self.ask("POST /sign-in HTTP/1.1", &form);
        assert!(head.starts_with("HTTP/1.1 303"), "{head}");
    }

    fn ask(&mut self, line: &str, body: &str) -> (String, String) {
        let request = format!(
            "{line}\r\nhost: {}\r\norigin: {}\r\ncookie: {}\r\n\
             content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n{body}",
            self.host,
            self.origin,
            self.cookie,
            body.len()
        );
        self.stream.get_mut().write_all(request.as_bytes()).unwrap();
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            assert!(self.stream.read_line(&mut head).unwrap() > 0, "closed: {head}");
        }
        let length: usize = head
            .lines()
            .find_map(|line| line.strip_prefix("content-length: "))
            .map_or(0, |text| text.parse().unwrap());
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body).unwrap();
        (head, String::from_utf8(body).unwrap())
    }
}

//! The owner's log page, and its export, where there are a thousand events and
//! where there are many, on both databases.
//!
//! Half of the events are the owner's. Two servers run at once, a small log and a
//! large one, and are asked in turn, so that what else the machine does befalls
//! both. Run it by `cargo xtask bench log [--events N] [--rounds N] [--page PATH]`;
//! `seed --database URL [--accounts N] [--events N]` only fills a database.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::naive_bytecount,
    clippy::format_collect,
    clippy::disallowed_methods
)]

use portcullis_db::seed::{Amount, fill};
use portcullis_db::{Db, Target, testing};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

const PASSWORD: &str = "Correct-horse 1 battery";
const EMAIL: &str = "owner@bench.example";
const SMALL: i64 = 1_000;
const MIB: f64 = 1024.0;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|it| it != "--bench").collect();
    let events = text(&arguments, "--events").map_or(10_000_000, |text| text.parse().unwrap());
    if arguments.first().is_some_and(|first| first == "seed") {
        let url = text(&arguments, "--database").expect("--database URL");
        let accounts =
            text(&arguments, "--accounts").map_or(events / 100, |it| it.parse().unwrap());
        seed(&url.parse().expect("a database URL"), accounts, events, None);
        return;
    }
    let rounds = text(&arguments, "--rounds").map_or(300, |text| text.parse().unwrap());
    let page = text(&arguments, "--page").unwrap_or_else(|| "/settings/security/log".into());
    println!(
        "log: {SMALL} against {events} events, half of them the owner's; {rounds} rounds of {page}; \
         {} cores",
        std::thread::available_parallelism().map_or(1, usize::from)
    );
    let postgres = std::env::var("PORTCULLIS_TEST_POSTGRES_URL").ok();
    for (name, server) in [("SQLite", None), ("PostgreSQL", postgres.as_deref())] {
        if name == "PostgreSQL" && server.is_none() {
            println!("{name}: left out, PORTCULLIS_TEST_POSTGRES_URL is not set");
            continue;
        }
        let mut small = Site::start(server, SMALL);
        let mut large = Site::start(server, events);
        // Only now: an export asks for a proof that is not older than the seeding may take.
        small.visitor.sign_in();
        large.visitor.sign_in();
        compare(name, &mut small, &mut large, rounds, &page);
        for site in [&mut small, &mut large] {
            site.export(name);
        }
    }
}

fn text(arguments: &[String], name: &str) -> Option<String> {
    let position = arguments.iter().position(|argument| argument == name)?;
    arguments.get(position + 1).cloned()
}

fn compare(name: &str, small: &mut Site, large: &mut Site, rounds: usize, page: &str) {
    let mut times = [Vec::new(), Vec::new()];
    small.visitor.reconnect();
    large.visitor.reconnect();
    // The first ones warm up, and let a server that has just started remove what is old.
    let unmeasured = rounds.max(500);
    for round in 0..rounds + unmeasured {
        for (site, times) in [&mut *small, &mut *large].into_iter().zip(&mut times) {
            let began = Instant::now();
            let (head, _) = site.visitor.ask(&format!("GET {page} HTTP/1.1"), "");
            let took = began.elapsed();
            assert!(head.starts_with("HTTP/1.1 200"), "{page}: {head}");
            if round >= unmeasured {
                times.push(took);
            }
        }
    }
    let median = |times: &mut Vec<Duration>| {
        times.sort();
        times[times.len() / 2].as_secs_f64() * 1000.0
    };
    let [small, large] = [median(&mut times[0]), median(&mut times[1])];
    println!(
        "{name}: page p50 {small:.2} ms and {large:.2} ms, ratio {:.3} (hold 1.25)",
        large / small
    );
}

/// A server with a log of its own.
struct Site {
    server: Child,
    visitor: Visitor,
    events: i64,
    _folder: tempfile::TempDir,
}

impl Drop for Site {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

impl Site {
    fn start(postgres: Option<&str>, events: i64) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database = match postgres {
            None => format!("sqlite:{}", folder.path().join("bench.db").display()),
            Some(server) => {
                let name = format!("bench_{}_{events}", std::process::id());
                runtime().block_on(testing::create_database(server, &name)).unwrap()
            }
        };
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let address = format!("127.0.0.1:{port}");
        let program = || {
            let mut program = Command::new(env!("CARGO_BIN_EXE_portcullis"));
            program
                .current_dir(folder.path())
                .env("PORTCULLIS_DATABASE_URL", &database)
                .env("PORTCULLIS_LISTEN", &address);
            program
        };
        let mut create = program()
            .args(["--json", "account", "create", "--name", "Owner", "--password-stdin", "--email"])
            .arg(EMAIL)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        create.stdin.take().unwrap().write_all(PASSWORD.as_bytes()).unwrap();
        let made = create.wait_with_output().unwrap();
        assert!(made.status.success(), "{made:?}");
        let made = String::from_utf8(made.stdout).unwrap();
        let id = made.split('"').find(|part| part.len() == 36 && part.matches('-').count() == 4);
        let id = id.expect("an id").replace('-', "");
        let began = Instant::now();
        seed(&database.parse().unwrap(), (events / 100).min(100_000), events, Some(&id));
        println!("  {events} events seeded in {:.1} s", began.elapsed().as_secs_f64());
        let mut server = program().stdout(Stdio::piped()).spawn().unwrap();
        let mut greeting = String::new();
        BufReader::new(server.stdout.take().unwrap()).read_line(&mut greeting).unwrap();
        let visitor = Visitor::open(&address);
        Self { server, visitor, events, _folder: folder }
    }

    fn memory(&self) -> f64 {
        memory_of(self.server.id())
    }

    /// The owner's whole log, as fast as it comes.
    fn export(&mut self, name: &str) {
        const PATH: &str = "/settings/security/log/export";
        self.visitor.reconnect();
        for format in ["csv", "jsonl"] {
            let (_, page) = self.visitor.ask(&format!("GET {PATH} HTTP/1.1"), "");
            let token = token(&page).expect("the export page");
            let areas: String = page
                .split("name=\"")
                .filter_map(|part| part.split_once('"'))
                .filter(|(name, _)| name.starts_with("area-"))
                .map(|(name, _)| format!("&{name}=yes"))
                .collect();
            let form = format!("csrf={token}&format={format}&from=&until={areas}");
            let idle = self.memory();
            let (stop, peak) = (AtomicBool::new(false), AtomicU64::new(0));
            let process = self.server.id();
            let began = Instant::now();
            let rows = std::thread::scope(|scope| {
                scope.spawn(|| {
                    while !stop.load(Ordering::Relaxed) {
                        let now = (memory_of(process) * MIB) as u64;
                        peak.fetch_max(now, Ordering::Relaxed);
                        std::thread::sleep(Duration::from_millis(10));
                    }
                });
                let rows = self.visitor.download(PATH, &form);
                stop.store(true, Ordering::Relaxed);
                rows
            });
            let took = began.elapsed().as_secs_f64();
            let peak = peak.load(Ordering::Relaxed) as f64 / MIB;
            println!(
                "{name}, {} events: {format} of {rows} rows in {took:.2} s, {:.0} rows/s; memory \
                 {idle:.1} MiB idle, {peak:.1} MiB at most, {:+.1} MiB (hold +32)",
                self.events,
                rows as f64 / took,
                peak - idle
            );
        }
    }
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

fn seed(target: &Target, accounts: i64, events: i64, owner: Option<&str>) {
    let until = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis() as i64 - 60_000;
    runtime().block_on(async {
        let db = Db::connect(target).await.unwrap();
        fill(&db, Amount { accounts, events, until }, owner).await.unwrap();
        db.close().await;
    });
}

/// Resident memory of a process in MiB.
fn memory_of(process: u32) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches(" kB").parse::<f64>().unwrap() / MIB
}

fn token(page: &str) -> Option<&str> {
    let (_, main) = page.split_once("<main")?;
    main.split_once("name=\"csrf\" value=\"")?.1.split_once('"').map(|(token, _)| token)
}

/// One connection of one browser.
struct Visitor {
    stream: BufReader<TcpStream>,
    origin: String,
    host: String,
    cookies: Vec<(String, String)>,
}

impl Visitor {
    fn open(address: &str) -> Self {
        let stream = BufReader::new(TcpStream::connect(address).unwrap());
        let port = address.rsplit_once(':').unwrap().1;
        let origin = format!("http://localhost:{port}");
        Self { stream, origin, host: address.to_owned(), cookies: Vec::new() }
    }

    /// Anew: a server closes what is quiet for seconds, as while others are filled.
    fn reconnect(&mut self) {
        self.stream = BufReader::new(TcpStream::connect(&self.host).unwrap());
    }

    fn sign_in(&mut self) {
        self.reconnect();
        let (_, page) = self.ask("GET /sign-in HTTP/1.1", "");
        let form = serde_urlencoded::to_string([
            ("csrf", token(&page).unwrap()),
            ("email", EMAIL),
            ("password", PASSWORD),
        ])
        .unwrap();
        let (head, _) = self.ask("POST /sign-in HTTP/1.1", &form);
        assert!(head.starts_with("HTTP/1.1 303"), "{head}");
    }

    fn send(&mut self, line: &str, body: &str) -> String {
        let cookies: Vec<String> =
            self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request = format!(
            "{line}\r\nhost: {}\r\norigin: {}\r\ncookie: {}\r\n\
             content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n{body}",
            self.host,
            self.origin,
            cookies.join("; "),
            body.len()
        );
        self.stream.get_mut().write_all(request.as_bytes()).unwrap();
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            assert!(self.stream.read_line(&mut head).unwrap() > 0, "closed: {head}");
        }
        for cookie in head.lines().filter_map(|line| line.strip_prefix("set-cookie: ")) {
            let (name, value) = cookie.split(';').next().unwrap().split_once('=').unwrap();
            self.cookies.retain(|(own, _)| own != name);
            self.cookies.push((name.to_owned(), value.to_owned()));
        }
        head
    }

    fn ask(&mut self, line: &str, body: &str) -> (String, String) {
        let head = self.send(line, body);
        let mut body = vec![0; length(&head).unwrap_or(0)];
        self.stream.read_exact(&mut body).unwrap();
        (head, String::from_utf8(body).unwrap())
    }

    /// Takes a file and keeps nothing of it; how many lines it has.
    fn download(&mut self, path: &str, form: &str) -> usize {
        let head = self.send(&format!("POST {path} HTTP/1.1"), form);
        assert!(head.starts_with("HTTP/1.1 200") && head.contains("attachment"), "{head}");
        let mut lines = 0;
        let mut buffer = Vec::new();
        if let Some(length) = length(&head) {
            buffer.resize(length, 0);
            self.stream.read_exact(&mut buffer).unwrap();
            return buffer.iter().filter(|byte| **byte == b'\n').count();
        }
        loop {
            let mut size = String::new();
            self.stream.read_line(&mut size).unwrap();
            let size = usize::from_str_radix(size.trim(), 16).expect("a chunk");
            buffer.resize(size + 2, 0);
            self.stream.read_exact(&mut buffer).unwrap();
            if size == 0 {
                return lines;
            }
            lines += buffer[..size].iter().filter(|byte| **byte == b'\n').count();
        }
    }
}

fn length(head: &str) -> Option<usize> {
    head.lines().find_map(|line| line.strip_prefix("content-length: "))?.parse().ok()
}

//! Introspection of an access token and of an application session, and forward-auth, read from the
//! database at each check, against axum with one look-up by the bare driver.
//!
//! Each server is a process on one core, the other cores ask and run PostgreSQL. The
//! sides take turns. What is compared is the CPU time that the server takes for a
//! request while its core is busy, how long requests take at half of what each can do,
//! and how long checks take while people sign in. Which credential is asked about
//! follows Zipf's law. Run it by `cargo xtask bench check [--credentials N]
//! [--rounds N] [--seconds N] [--only sqlite|postgres]`.
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
    clippy::disallowed_methods
)]

mod baseline;
mod flood;
mod load;
mod people;
mod servers;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use load::Asked;
use people::{CLIENT, Presented, client_secret, credential};
use portcullis::random::Random;
use servers::{Server, Site};
use std::time::{Duration, Instant};

const CONNECTIONS: usize = 32;

/// Where it is asked.
#[derive(Debug, Clone, Copy)]
enum Door {
    Introspection,
    Gate,
}

/// What a proxy says of a request, but for what that carries.
const QUESTION: &str = "GET /gate/forward-auth HTTP/1.1\r\nhost: localhost\r\n\
    x-forwarded-proto: https\r\nx-forwarded-host: app.example.com\r\n\
    x-forwarded-uri: /page?x=1\r\nx-forwarded-method: GET\r\nx-forwarded-for: 203.0.113.7\r\n";

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|it| it != "--bench").collect();
    if let [first, address, database, id, secret] = arguments.as_slice()
        && first == "baseline"
    {
        baseline::serve(address, database, id.clone(), secret.clone());
        return;
    }
    let number = |name: &str, usual: u64| {
        let position = arguments.iter().position(|argument| argument == name);
        let text = position.and_then(|position| arguments.get(position + 1));
        text.map_or(usual, |text| text.parse().expect("a number"))
    };
    let plan = Plan {
        credentials: number("--credentials", 100_000),
        rounds: number("--rounds", 3),
        lasting: Duration::from_secs(number("--seconds", 5)),
    };
    println!(
        "check: {} credentials of each kind, asked about by Zipf's law; {} rounds of {} s a side; \
         servers on core 0, this process and PostgreSQL beside it; {CONNECTIONS} connections; \
         {} cores",
        plan.credentials,
        plan.rounds,
        plan.lasting.as_secs(),
        std::thread::available_parallelism().map_or(1, usize::from)
    );
    let only = arguments.iter().position(|argument| argument == "--only");
    let only = only.and_then(|position| arguments.get(position + 1)).map(String::as_str);
    let postgres = std::env::var("PORTCULLIS_TEST_POSTGRES_URL").ok();
    if only.is_none_or(|only| only == "sqlite") {
        plan.run("SQLite", None);
    }
    match &postgres {
        _ if only.is_some_and(|only| only != "postgres") => {}
        Some(url) => plan.run("PostgreSQL", Some(url)),
        None => println!("PostgreSQL: left out, PORTCULLIS_TEST_POSTGRES_URL is not set"),
    }
}

struct Plan {
    credentials: u64,
    rounds: u64,
    lasting: Duration,
}

/// What one side took for a request.
struct Figures {
    cpu: f64,
    rate: f64,
    busy: f64,
}

impl Plan {
    fn run(&self, name: &str, postgres: Option<&str>) {
        let began = Instant::now();
        let site = Site::start(postgres, |database| people::seed(database, self.credentials));
        println!("{name}: seeded in {:.0} s", began.elapsed().as_secs_f64());
        let token = self.asked(Presented::Token, Door::Introspection);
        let session = self.asked(Presented::Session, Door::Introspection);
        let token_at_gate = self.asked(Presented::Token, Door::Gate);
        let session_at_gate = self.asked(Presented::Session, Door::Gate);
        let sides = [
            ("bare look-up", &site.bare, &token),
            ("token", &site.own, &token),
            ("session", &site.own, &session),
            ("token at the gate", &site.own, &token_at_gate),
            ("session at the gate", &site.own, &session_at_gate),
        ];
        let mut all: [Vec<Figures>; 5] = Default::default();
        for round in 0..=self.rounds {
            for ((_, server, asked), figures) in sides.iter().zip(&mut all) {
                let measured = self.busy(server, asked);
                // The first round warms up.
                if round > 0 {
                    figures.push(measured);
                }
            }
        }
        let base = median(all[0].iter().map(|one| one.cpu));
        for ((side, ..), figures) in sides.iter().zip(&all) {
            let [cpu, rate, busy] = [
                median(figures.iter().map(|one| one.cpu)),
                median(figures.iter().map(|one| one.rate)),
                median(figures.iter().map(|one| one.busy)),
            ];
            println!(
                "{name}, {side}: {cpu:.1} µs CPU a request, {rate:.0}/s, core {busy:.0} % busy, \
                 {:.2}× the bare look-up (hold 1.3)",
                cpu / base
            );
        }
        for ((side, server, asked), figures) in sides.iter().zip(&all) {
            let half = median(figures.iter().map(|one| one.rate)) / 2.0;
            let every = Duration::from_secs_f64(1.0 / half);
            let mut load =
                load::run(&server.address, asked, CONNECTIONS, self.lasting, Some(every));
            println!(
                "{name}, {side} at {half:.0}/s: p50 {:.0} µs, p99 {:.0} µs",
                micros(load.quantile(0.5)),
                micros(load.quantile(0.99))
            );
        }
        self.under_sign_ins(name, &site, &token, median(all[1].iter().map(|one| one.rate)) / 2.0);
    }

    /// As fast as the server can.
    fn busy(&self, server: &Server, asked: &Asked) -> Figures {
        let before = server.cpu();
        let load = load::run(&server.address, asked, CONNECTIONS, self.lasting, None);
        let cpu = server.cpu().checked_sub(before).unwrap().as_secs_f64();
        Figures {
            cpu: cpu * 1e6 / load.count as f64,
            rate: load.count as f64 / load.wall.as_secs_f64(),
            busy: cpu / load.wall.as_secs_f64() * 100.0,
        }
    }

    /// In turns: checks alone, and checks while the hashing pool is full.
    fn under_sign_ins(&self, name: &str, site: &Site, asked: &Asked, rate: f64) {
        let every = Some(Duration::from_secs_f64(1.0 / rate));
        let address = &site.own.address;
        let check = || load::run(address, asked, CONNECTIONS, self.lasting, every);
        let (mut alone, mut beside, mut signed_in) = (Vec::new(), Vec::new(), 0);
        for _ in 0..self.rounds {
            alone.push(micros(check().quantile(0.99)));
            let (mut load, count) = flood::run(address, check);
            beside.push(micros(load.quantile(0.99)));
            signed_in += count;
        }
        let (alone, beside) = (median(alone.into_iter()), median(beside.into_iter()));
        println!(
            "{name}, token at {rate:.0}/s: p99 {alone:.0} µs alone, {beside:.0} µs while \
             {signed_in} people signed in, {:.2}× (hold 2)",
            beside / alone
        );
    }

    /// Requests about so many credentials of a kind, the n-th as often as 1/n.
    fn asked(&self, presented: Presented, door: Door) -> Asked {
        let texts: Vec<Vec<u8>> = (0..self.credentials)
            .map(|number| credential(presented, number).encode().reveal().as_bytes().to_vec())
            .collect();
        let mut sums = Vec::with_capacity(texts.len());
        let mut sum = 0.0;
        for rank in 1..=self.credentials {
            sum += 1.0 / rank as f64;
            sums.push(sum);
        }
        let random = Random::seeded(7);
        let order = (0..1 << 20)
            .map(|_| {
                let drawn = u64::from_be_bytes(random.bytes()) as f64 / u64::MAX as f64 * sum;
                let rank = sums.partition_point(|upto| *upto < drawn) as u64;
                // Those that are asked about often do not lie side by side.
                (rank.min(self.credentials - 1) * 7_919 % self.credentials) as u32
            })
            .collect();
        let pair = STANDARD.encode(format!("{CLIENT}:{}", client_secret()));
        let head = format!(
            "POST /oauth/introspect HTTP/1.1\r\nhost: localhost\r\nauthorization: Basic {pair}\r\n\
             content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\ntoken=",
            "token=".len() + texts[0].len()
        );
        match (door, presented) {
            (Door::Introspection, _) => Asked { texts, order, head: head.into_bytes(), tail: b"" },
            (Door::Gate, Presented::Token) => {
                let head = format!("{QUESTION}authorization: Bearer ").into_bytes();
                Asked { texts, order, head, tail: b"\r\n\r\n" }
            }
            (Door::Gate, Presented::Session) => {
                let head = format!("{QUESTION}cookie: __Host-portcullis-gate=").into_bytes();
                Asked { texts, order, head, tail: b"\r\n\r\n" }
            }
        }
    }
}

fn micros(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e6
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

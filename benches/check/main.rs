//! Introspection of an access token and of an application session, and forward-auth: from
//! memory against a bare axum handler that is asked the same and answers 204; and read from
//! the database at each check against axum with one look-up by the bare driver.
//!
//! Each server is a process on one core, the other cores ask and run PostgreSQL. The
//! sides take turns. What is compared is the CPU time that the server takes for a
//! request while its core is busy, how long requests take at half of what each can do,
//! and how long checks take while people sign in. Which credential is asked about
//! follows Zipf's law, or is any alike. Run it by `cargo xtask bench check [--credentials N]
//! [--rounds N] [--seconds N] [--memory MIB] [--spread zipf|uniform]
//! [--only sqlite|postgres] [--part memory|flood|database]`.
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
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
    let text = |name: &str| {
        let position = arguments.iter().position(|argument| argument == name);
        position.and_then(|position| arguments.get(position + 1)).map(String::as_str)
    };
    // A word that is none would leave everything out, and not say so.
    let choice = |name: &str, words: &[&str]| {
        let chosen = text(name);
        assert!(chosen.is_none_or(|word| words.contains(&word)), "{name} is one of {words:?}");
        chosen
    };
    let plan = Plan {
        credentials: number("--credentials", 100_000),
        rounds: number("--rounds", 7),
        lasting: Duration::from_secs(number("--seconds", 2)),
        memory: number("--memory", 512),
        uniform: choice("--spread", &["zipf", "uniform"]) == Some("uniform"),
        part: choice("--part", &["memory", "flood", "database"]),
    };
    println!(
        "check: {} credentials of each kind, asked about {}; {} rounds of {} s a side; servers on \
         core 0, this process and PostgreSQL beside it; {CONNECTIONS} connections; {} cores",
        plan.credentials,
        if plan.uniform { "all alike" } else { "by Zipf's law" },
        plan.rounds,
        plan.lasting.as_secs(),
        std::thread::available_parallelism().map_or(1, usize::from)
    );
    let only = choice("--only", &["sqlite", "postgres"]);
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

struct Plan<'a> {
    credentials: u64,
    rounds: u64,
    lasting: Duration,
    /// MiB that checks may remember.
    memory: u64,
    uniform: bool,
    /// All parts, where none is named.
    part: Option<&'a str>,
}

/// What is compared with the first of them.
struct Side<'a> {
    name: &'static str,
    server: &'a Server,
    asked: &'a Asked,
    /// What it may cost of the first.
    hold: f64,
}

/// What one side took for a request.
struct Figures {
    cpu: f64,
    rate: f64,
    busy: f64,
}

/// What Portcullis is asked, in all four ways.
fn sides<'a>(
    server: &'a Server,
    all: &'a [Asked; 4],
    holds: [f64; 4],
) -> impl Iterator<Item = Side<'a>> {
    let names = ["token", "session", "token at the gate", "session at the gate"];
    let sides = names.into_iter().zip(all).zip(holds);
    sides.map(move |((name, asked), hold)| Side { name, server, asked, hold })
}

impl Plan<'_> {
    fn run(&self, name: &str, postgres: Option<&str>) {
        let began = Instant::now();
        let site = Site::new(postgres, |database| people::seed(database, self.credentials));
        println!("{name}: seeded in {:.0} s", began.elapsed().as_secs_f64());
        let baseline = site.baseline();
        let asked = |presented, door| self.asked(presented, door);
        let all = [
            asked(Presented::Token, Door::Introspection),
            asked(Presented::Session, Door::Introspection),
            asked(Presented::Token, Door::Gate),
            asked(Presented::Session, Door::Gate),
        ];
        let is_wanted = |part| self.part.is_none_or(|wanted| wanted == part);
        if is_wanted("memory") || is_wanted("flood") {
            let own = site.portcullis(self.memory);
            // The very same requests, but for their paths.
            let bare = [
                asked(Presented::Token, Door::Introspection).at_path("POST /bare"),
                asked(Presented::Token, Door::Gate).at_path("GET /bare"),
            ];
            let names = ["bare 204, asked as introspection is", "bare 204, asked as the gate is"];
            self.fill(&own.address);
            let mut rate = None;
            for (place, (bare, first)) in bare.iter().zip(names).enumerate() {
                if !is_wanted("memory") {
                    continue;
                }
                let first = Side { name: first, server: &baseline, asked: bare, hold: 1.0 };
                let own = sides(&own, &all, [1.8, 1.8, 1.4, 1.4]).skip(2 * place).take(2);
                let compared: Vec<Side<'_>> = std::iter::once(first).chain(own).collect();
                let rates = self.compare(&format!("{name}, from memory"), &compared);
                rate = rate.or(Some(rates[1]));
            }
            if is_wanted("flood") {
                let rate = rate.unwrap_or_else(|| self.busy(&own, &all[0]).rate);
                self.under_sign_ins(name, &own.address, &all[0], rate / 2.0);
            }
        }
        if !is_wanted("database") {
            return;
        }
        // On SQLite one server has the database at a time.
        let own = site.portcullis(0);
        let first = Side { name: "bare look-up", server: &baseline, asked: &all[0], hold: 1.0 };
        let compared: Vec<Side<'_>> =
            std::iter::once(first).chain(sides(&own, &all, [1.3; 4])).collect();
        self.compare(&format!("{name}, from the database"), &compared);
    }

    /// Asks about each credential once, or as often as the law has it: what is measured then
    /// does not read for the first time.
    fn fill(&self, address: &str) {
        for presented in [Presented::Token, Presented::Session] {
            let mut asked = self.asked(presented, Door::Introspection);
            if self.uniform {
                asked.order = (0..self.credentials as u32).collect();
            }
            asked.most = asked.order.len() as u64;
            load::run(address, &asked, CONNECTIONS, Duration::from_hours(1), None);
        }
    }

    /// All against the first; how many each answers in a second.
    fn compare(&self, name: &str, sides: &[Side<'_>]) -> Vec<f64> {
        let mut all: Vec<Vec<Figures>> = sides.iter().map(|_| Vec::new()).collect();
        for round in 0..=self.rounds {
            for (side, figures) in sides.iter().zip(&mut all) {
                let measured = self.busy(side.server, side.asked);
                // The first round warms up.
                if round > 0 {
                    figures.push(measured);
                }
            }
        }
        let middle = |figures: &[Figures], of: fn(&Figures) -> f64| median(figures.iter().map(of));
        let base = middle(&all[0], |one| one.cpu);
        for (side, figures) in sides.iter().zip(&all) {
            let cpu = middle(figures, |one| one.cpu);
            println!(
                "{name}, {}: {cpu:.1} µs CPU a request, {:.0}/s, core {:.0} % busy, {:.2}× (hold {})",
                side.name,
                middle(figures, |one| one.rate),
                middle(figures, |one| one.busy),
                cpu / base,
                side.hold
            );
        }
        let rates: Vec<f64> = all.iter().map(|figures| middle(figures, |one| one.rate)).collect();
        for (side, rate) in sides.iter().zip(&rates) {
            let every = Some(Duration::from_secs_f64(2.0 / rate));
            let mut load =
                load::run(&side.server.address, side.asked, CONNECTIONS, self.lasting, every);
            println!(
                "{name}, {} at {:.0}/s: p50 {:.0} µs, p99 {:.0} µs; generator {:.0} % busy",
                side.name,
                rate / 2.0,
                micros(load.quantile(0.5)),
                micros(load.quantile(0.99)),
                load.busy()
            );
        }
        rates
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
    fn under_sign_ins(&self, name: &str, address: &str, asked: &Asked, rate: f64) {
        let every = Some(Duration::from_secs_f64(1.0 / rate));
        let check = || load::run(address, asked, CONNECTIONS, self.lasting, every);
        let (mut alone, mut beside, mut busy) = (Vec::new(), Vec::new(), Vec::new());
        let mut signed_in = 0;
        for _ in 0..self.rounds {
            let mut load = check();
            alone.push(micros(load.quantile(0.99)));
            busy.push(load.busy());
            let (mut load, count) = flood::run(address, check);
            beside.push(micros(load.quantile(0.99)));
            signed_in += count;
        }
        let (alone, beside) = (median(alone.into_iter()), median(beside.into_iter()));
        println!(
            "{name}, token at {rate:.0}/s: p99 {alone:.0} µs alone, {beside:.0} µs while \
             {signed_in} people signed in, {:.2}× (hold 2); generator {:.0} % busy",
            beside / alone,
            median(busy.into_iter())
        );
    }

    /// Requests about so many credentials of a kind: the n-th as often as 1/n, or each as
    /// often as any other.
    fn asked(&self, presented: Presented, door: Door) -> Asked {
        let texts: Vec<Vec<u8>> = (0..self.credentials)
            .map(|number| credential(presented, number).encode().reveal().as_bytes().to_vec())
            .collect();
        let mut sums = Vec::with_capacity(texts.len());
        let mut sum = 0.0;
        for rank in 1..=self.credentials {
            sum += if self.uniform { 1.0 } else { 1.0 / rank as f64 };
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
            (Door::Introspection, _) => {
                Asked { texts, order, most: u64::MAX, head: head.into_bytes(), tail: b"" }
            }
            (Door::Gate, Presented::Token) => {
                let head = format!("{QUESTION}authorization: Bearer ").into_bytes();
                Asked { texts, order, most: u64::MAX, head, tail: b"\r\n\r\n" }
            }
            (Door::Gate, Presented::Session) => {
                let head = format!("{QUESTION}cookie: __Host-portcullis-gate=").into_bytes();
                Asked { texts, order, most: u64::MAX, head, tail: b"\r\n\r\n" }
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

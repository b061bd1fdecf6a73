//! The generator: connections of one thread, each with one request at a time.

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::time::{ClockId, clock_gettime};
use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

/// Texts to ask about, and the order in which they are asked.
pub struct Asked {
    /// Every credential's text, one after the other, each of the same length.
    pub texts: Vec<Vec<u8>>,
    /// Which is next: indexes, over and over.
    pub order: Vec<u32>,
    /// No more than so many requests.
    pub most: u64,
    /// What stands before the credential in each request.
    pub head: Vec<u8>,
    /// What stands behind it.
    pub tail: &'static [u8],
}

impl Asked {
    /// The same at another method and path.
    pub fn at_path(mut self, start: &str) -> Self {
        let rest = self.head.windows(9).position(|part| part == b" HTTP/1.1").unwrap();
        self.head = [start.as_bytes(), &self.head[rest..]].concat();
        self
    }
}

/// How a load went.
pub struct Load {
    /// Requests that were answered.
    pub count: u64,
    /// In so long.
    pub wall: Duration,
    /// What the generator itself was busy for.
    cpu: Duration,
    /// How long each took, from the moment that it was due.
    pub took: Vec<Duration>,
}

impl Load {
    /// How busy the generator was: what is measured with a full one is its own delay.
    pub fn busy(&self) -> f64 {
        self.cpu.as_secs_f64() / self.wall.as_secs_f64() * 100.0
    }

    /// A share of the requests took no longer.
    pub fn quantile(&mut self, share: f64) -> Duration {
        self.took.sort_unstable();
        let last = self.took.len() - 1;
        self.took[((self.took.len() as f64 * share) as usize).min(last)]
    }
}

/// What a connection has of its answer, and since when it waits for it.
#[derive(Default)]
struct Waiting {
    read: Vec<u8>,
    since: Option<Instant>,
}

/// Each connection asks as soon as it has its answer; without `every`. Otherwise a
/// request is due each time that so long has passed, whatever became of the others.
pub fn run(
    address: &str,
    asked: &Asked,
    connections: usize,
    lasting: Duration,
    every: Option<Duration>,
) -> Load {
    let streams: Vec<TcpStream> = (0..connections)
        .map(|_| {
            let stream = TcpStream::connect(address).unwrap();
            stream.set_nodelay(true).unwrap();
            stream.set_nonblocking(true).unwrap();
            stream
        })
        .collect();
    let mut polled: Vec<PollFd<'_>> =
        streams.iter().map(|stream| PollFd::new(stream, PollFlags::IN)).collect();
    let mut all: Vec<Waiting> = streams.iter().map(|_| Waiting::default()).collect();
    let mut idle: Vec<usize> = (0..connections).collect();
    let mut next = 0;
    let mut request = Vec::new();
    let mut load = Load { count: 0, wall: Duration::ZERO, cpu: Duration::ZERO, took: Vec::new() };
    let used = own_cpu();
    let began = Instant::now();
    let mut due = began;
    loop {
        let now = Instant::now();
        if now.duration_since(began) >= lasting || load.count >= asked.most {
            break;
        }
        while !idle.is_empty() && (every.is_none() || due <= now) {
            let Some(index) = idle.pop() else { break };
            let text = &asked.texts[asked.order[next % asked.order.len()] as usize];
            next += 1;
            request.clear();
            request.extend_from_slice(&asked.head);
            request.extend_from_slice(text);
            request.extend_from_slice(asked.tail);
            // Far less than a socket's buffer.
            (&streams[index]).write_all(&request).unwrap();
            all[index].since = Some(if every.is_some() { due } else { now });
            due += every.unwrap_or_default();
        }
        let wait = match every {
            Some(_) if !idle.is_empty() => due.saturating_duration_since(Instant::now()),
            _ => Duration::from_millis(100),
        };
        let timeout = Timespec { tv_sec: 0, tv_nsec: wait.subsec_nanos().into() };
        poll(&mut polled, Some(&timeout)).unwrap();
        for (index, polled) in polled.iter_mut().enumerate() {
            if polled.revents().is_empty() {
                continue;
            }
            polled.clear_revents();
            if all[index].is_answered(&streams[index]) {
                let since = all[index].since.take().expect("nothing was asked");
                load.took.push(since.elapsed());
                load.count += 1;
                idle.push(index);
            }
        }
    }
    load.wall = began.elapsed();
    load.cpu = own_cpu().saturating_sub(used);
    load
}

fn own_cpu() -> Duration {
    let now = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(now.tv_sec.cast_unsigned(), u32::try_from(now.tv_nsec).unwrap())
}

impl Waiting {
    /// Reads what is there; an answer that says neither "active" nor that it passes ends
    /// the bench.
    fn is_answered(&mut self, mut stream: &TcpStream) -> bool {
        let mut part = [0; 4096];
        match stream.read(&mut part) {
            Ok(0) => panic!("closed: {}", String::from_utf8_lossy(&self.read)),
            Ok(length) => self.read.extend_from_slice(&part[..length]),
            Err(error) if error.kind() == ErrorKind::WouldBlock => return false,
            Err(error) => panic!("{error}"),
        }
        let Some(head) = self.read.windows(4).position(|four| four == b"\r\n\r\n") else {
            return false;
        };
        let text = std::str::from_utf8(&self.read[..head]).unwrap();
        let length = text
            .lines()
            .find_map(|line| line.strip_prefix("content-length: "))
            .map_or(0, |length| length.parse::<usize>().unwrap());
        if self.read.len() < head + 4 + length {
            return false;
        }
        let body = &self.read[head + 4..];
        let active = body.windows(13).any(|part| part == b"\"active\":true");
        assert!(
            active || text.starts_with("HTTP/1.1 204 "),
            "{}",
            String::from_utf8_lossy(&self.read)
        );
        self.read.clear();
        true
    }
}

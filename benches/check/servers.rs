//! The servers, each a process of its own on one core, over the same database.

use crate::people::{CLIENT, client_secret};
use portcullis_db::testing;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use tempfile::TempDir;

/// Accounts that sign in while credentials are checked.
pub const SIGNERS: usize = 8;
pub const PASSWORD: &str = "Correct-horse 1 battery";

/// A database, and what stands on it.
pub struct Site {
    database: String,
    folder: TempDir,
}

pub struct Server {
    child: Child,
    pub address: String,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Server {
    /// User and system time so far.
    pub fn cpu(&self) -> Duration {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id())).unwrap();
        let fields: Vec<&str> = stat.rsplit_once(')').unwrap().1.split_whitespace().collect();
        let ticks: u64 = fields[11].parse::<u64>().unwrap() + fields[12].parse::<u64>().unwrap();
        Duration::from_millis(ticks * 10)
    }
}

fn port() -> String {
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    format!("127.0.0.1:{port}")
}

impl Site {
    /// Makes the database, and lets `seed` fill it.
    pub fn new(postgres: Option<&str>, seed: impl FnOnce(&str)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database = match postgres {
            None => format!("sqlite:{}", folder.path().join("bench.db").display()),
            Some(server) => {
                let name = format!("bench_check_{}", std::process::id());
                crate::runtime().block_on(testing::create_database(server, &name)).unwrap()
            }
        };
        let site = Self { database, folder };
        for number in 0..SIGNERS {
            let mut create = site
                .program()
                .args(["account", "create", "--name", "Signer", "--password-stdin", "--email"])
                .arg(format!("signer{number}@example.com"))
                .stdin(Stdio::piped())
                .stdout(Stdio::null())
                .spawn()
                .unwrap();
            create.stdin.take().unwrap().write_all(PASSWORD.as_bytes()).unwrap();
            assert!(create.wait().unwrap().success());
        }
        seed(&site.database);
        site
    }

    fn program(&self) -> Command {
        let mut program = Command::new(env!("CARGO_BIN_EXE_portcullis"));
        program.current_dir(self.folder.path()).env("PORTCULLIS_DATABASE_URL", &self.database);
        program
    }

    /// Portcullis, which may remember so many MiB of what it checks.
    pub fn portcullis(&self, memory: u64) -> Server {
        let address = port();
        let start = || {
            self.program()
                .env("PORTCULLIS_LISTEN", &address)
                .env("PORTCULLIS_TRUSTED_PROXIES", "127.0.0.1")
                .env("PORTCULLIS_HASHING_THREADS", "1")
                .env("PORTCULLIS_CHECK_MEMORY_MIB", memory.to_string())
                .stdout(Stdio::piped())
                .spawn()
                .unwrap()
        };
        ready(on_core(0, start), address)
    }

    /// What there is at the least.
    pub fn baseline(&self) -> Server {
        let address = port();
        let start = || {
            Command::new(std::env::current_exe().unwrap())
                .args(["baseline", &address, &self.database, CLIENT, &client_secret()])
                .stdout(Stdio::piped())
                .spawn()
                .unwrap()
        };
        ready(on_core(0, start), address)
    }
}

fn ready(mut child: Child, address: String) -> Server {
    let mut greeting = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut greeting).unwrap();
    Server { child, address }
}

/// What is started stays on one core; this process takes the others.
#[cfg(target_os = "linux")]
pub fn on_core<T>(core: usize, start: impl FnOnce() -> T) -> T {
    use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};
    let before = sched_getaffinity(None).unwrap();
    let mut one = CpuSet::new();
    one.set(core);
    sched_setaffinity(None, &one).unwrap();
    let started = start();
    sched_setaffinity(None, &before).unwrap();
    started
}

#[cfg(not(target_os = "linux"))]
pub fn on_core<T>(_: usize, start: impl FnOnce() -> T) -> T {
    start()
}

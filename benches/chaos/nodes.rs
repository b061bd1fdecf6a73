//! The nodes: processes of the server, each with its own way to the database and its own clock.

use crate::people::{OWNER, PASSWORD, People};
use crate::plan::Plan;
use crate::proxy::Proxy;
use crate::wire::Wire;
use portcullis_db::{Db, testing};
use rustix::process::{Pid, Signal, kill_process};
use std::path::Path;
use std::process::Stdio;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use tempfile::TempDir;
use tokio::io::AsyncWriteExt;
use tokio::process::{Child, Command};
use tokio::sync::Mutex;

/// How far the database's time of day is from that of nodes, and the machine's time since its start
/// from node to node.
pub const APART: u64 = 120;

pub struct Site {
    pub nodes: Vec<Node>,
    /// Where PostgreSQL writes which process it is.
    pub pid_file: String,
    /// Whether nodes have clocks of their own.
    pub clocks: bool,
    database: String,
    folder: TempDir,
}

pub struct Node {
    pub index: usize,
    pub port: u16,
    pub proxy: Proxy,
    metrics: u16,
    process: Mutex<Option<Child>>,
    pub starts: AtomicUsize,
    /// Checks answered from memory, by processes that are gone and by this one.
    before: AtomicU64,
    since: AtomicU64,
}

fn port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

impl Site {
    /// Makes the database and everybody in it, and starts all nodes.
    pub async fn start(plan: &Plan, people: &People) -> Self {
        let began = Instant::now();
        let folder = tempfile::tempdir().unwrap();
        let server = std::env::var("PORTCULLIS_TEST_POSTGRES_URL")
            .expect("PORTCULLIS_TEST_POSTGRES_URL: run `cargo xtask chaos check`");
        let pid_file = std::env::var("PORTCULLIS_TEST_POSTGRES_PID").expect("its pid file");
        let name = format!("chaos_{}", std::process::id());
        let database = testing::create_database(&server, &name).await.unwrap();
        let (credentials, place) = database.rsplit_once('@').unwrap();
        let (address, name) = place.split_once('/').unwrap();
        let mut nodes = Vec::new();
        for index in 0..plan.nodes {
            let proxy = Proxy::start(address.to_owned()).await;
            nodes.push(Node {
                index,
                port: port(),
                metrics: port(),
                process: Mutex::new(None),
                starts: AtomicUsize::new(0),
                before: AtomicU64::new(0),
                since: AtomicU64::new(0),
                proxy,
            });
        }
        let clocks = own_clocks();
        let site = Self { nodes, pid_file, clocks, database: database.clone(), folder };
        site.cli(&["migrate"]).await.unwrap();
        let owner = ["account", "create", "--name", "Owner", "--password-stdin", "--email", OWNER];
        site.told(&owner, PASSWORD).await.unwrap();
        let db = Db::connect(&database.parse().unwrap()).await.unwrap();
        people.seed(&db).await;
        let ahead = format!(
            "CREATE FUNCTION public.clock_timestamp() RETURNS timestamptz LANGUAGE sql AS \
             $$ SELECT pg_catalog.clock_timestamp() + interval '{APART} seconds' $$"
        );
        testing::tamper(&db, &ahead).await.unwrap();
        let path = format!("ALTER DATABASE {name} SET search_path = public, pg_catalog");
        testing::tamper(&db, &path).await.unwrap();
        db.close().await;
        for node in &site.nodes {
            let url = format!("{credentials}@127.0.0.1:{}/{name}", node.proxy.port);
            std::fs::write(site.url_file(node.index), url).unwrap();
            site.launch(node, plan).await;
            node.ready().await;
        }
        println!(
            "{} accounts, {} nodes after {:.0} s; the database's time of day is {APART} s ahead; {}",
            people.count(),
            plan.nodes,
            began.elapsed().as_secs_f64(),
            if clocks {
                "each machine's own clock is as much ahead of the one before"
            } else {
                "NOT DONE here: nodes with own clocks (needs root, and `unshare --time`)"
            }
        );
        site
    }

    fn url_file(&self, index: usize) -> std::path::PathBuf {
        self.folder.path().join(format!("database{index}"))
    }

    fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = Command::new(program);
        command
            .current_dir(self.folder.path())
            .env("PORTCULLIS_KEY_FILE", self.folder.path().join("portcullis.key"))
            .env("PORTCULLIS_ARGON2_MEMORY_KIB", "16")
            .env("PORTCULLIS_HASHING_THREADS", "1")
            .stdin(Stdio::null())
            .kill_on_drop(true);
        command
    }

    /// Starts the process of a node.
    pub async fn launch(&self, node: &Node, plan: &Plan) {
        let program = env!("CARGO_BIN_EXE_portcullis");
        let mut command = if self.clocks && node.index > 0 {
            let ahead = (APART * node.index as u64).to_string();
            let mut command = self.command("unshare");
            command.args(["--time", "--boottime", &ahead, "--monotonic", &ahead, program]);
            command
        } else {
            self.command(program)
        };
        let log = std::fs::OpenOptions::new()
            .create(true)
            .append(true)
            .open(self.folder.path().join(format!("node{}.log", node.index)))
            .unwrap();
        command
            .env("PORTCULLIS_DATA_DIR", self.folder.path().join(format!("data{}", node.index)))
            .env("PORTCULLIS_DATABASE_URL_FILE", self.url_file(node.index))
            .env("PORTCULLIS_LISTEN", format!("127.0.0.1:{}", node.port))
            .env("PORTCULLIS_METRICS_LISTEN", format!("127.0.0.1:{}", node.metrics))
            .env("PORTCULLIS_PUBLIC_URL", self.public_url())
            .env("PORTCULLIS_TRUSTED_PROXIES", "127.0.0.1")
            .stdout(log.try_clone().unwrap())
            .stderr(log);
        if plan.without_wait {
            // Heard only where the database's crate is built for tests.
            command.env("PORTCULLIS_TEST_WITHOUT_WAIT", "1");
        }
        node.gone();
        *node.process.lock().await = Some(command.spawn().unwrap());
        node.starts.fetch_add(1, Ordering::Relaxed);
    }

    /// The address that pages believe in, whichever node shows them.
    pub fn public_url(&self) -> String {
        format!("http://localhost:{}", self.nodes[0].port)
    }

    /// A command over the same database: what it says, or why it failed.
    pub async fn cli(&self, arguments: &[&str]) -> Result<String, String> {
        self.told(arguments, "").await
    }

    /// The same for one that reads something.
    async fn told(&self, arguments: &[&str], input: &str) -> Result<String, String> {
        let mut command = self.command(env!("CARGO_BIN_EXE_portcullis"));
        command
            .args(arguments)
            .env("PORTCULLIS_DATA_DIR", self.folder.path().join("cli"))
            .env("PORTCULLIS_DATABASE_URL", &self.database)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().map_err(|error| error.to_string())?;
        if let Some(mut stdin) = child.stdin.take() {
            // One that reads nothing may have ended.
            let _ = stdin.write_all(input.as_bytes()).await;
        }
        let output = child.wait_with_output().await.map_err(|error| error.to_string())?;
        let said = [output.stdout, output.stderr].concat();
        let said = String::from_utf8_lossy(&said).into_owned();
        if output.status.success() { Ok(said) } else { Err(said) }
    }

    /// The last lines that a node wrote.
    pub fn log(&self, index: usize, lines: usize) -> String {
        let path: &Path = &self.folder.path().join(format!("node{index}.log"));
        let text = std::fs::read_to_string(path).unwrap_or_default();
        let all: Vec<&str> = text.lines().collect();
        all[all.len().saturating_sub(lines)..].join("\n")
    }
}

impl Node {
    pub async fn signal(&self, signal: Signal) {
        if let Some(child) = &*self.process.lock().await
            && let Some(pid) = child.id().and_then(|pid| Pid::from_raw(pid.cast_signed()))
        {
            let _ = kill_process(pid, signal);
        }
    }

    /// Waits for its process to end.
    pub async fn ended(&self) {
        if let Some(mut child) = self.process.lock().await.take() {
            let _ = child.wait().await;
        }
    }

    /// It ended, although nobody told it to.
    pub async fn has_ended(&self) -> bool {
        match &mut *self.process.lock().await {
            Some(child) => child.try_wait().is_ok_and(|status| status.is_some()),
            None => false,
        }
    }

    /// Waits until it answers.
    pub async fn ready(&self) {
        for _ in 0..600 {
            if self.get(self.port, "/health/live").await.is_some() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    async fn get(&self, port: u16, path: &str) -> Option<String> {
        let question = format!("GET {path} HTTP/1.1\r\nhost: localhost\r\n\r\n");
        let reply = Wire::new(port).ask(&question).await.ok()?;
        (reply.status == 200).then_some(reply.body)
    }

    /// Reads how many checks were answered from memory by now.
    pub async fn look(&self) {
        let Some(metrics) = self.get(self.metrics, "/metrics").await else { return };
        let wanted = "portcullis_checks_total{source=\"memory\"} ";
        let count = metrics.lines().find_map(|line| line.strip_prefix(wanted)?.parse().ok());
        self.since.fetch_max(count.unwrap_or(0), Ordering::Relaxed);
    }

    /// Its process is another one from now on.
    fn gone(&self) {
        self.before.fetch_add(self.since.swap(0, Ordering::Relaxed), Ordering::Relaxed);
    }

    /// At least so many checks were answered from memory.
    pub fn answered_from_memory(&self) -> u64 {
        self.before.load(Ordering::Relaxed) + self.since.load(Ordering::Relaxed)
    }
}

/// Whether processes can have clocks of their own here.
fn own_clocks() -> bool {
    let tried = std::process::Command::new("unshare")
        .args(["--time", "--boottime", "1", "true"])
        .stderr(Stdio::null())
        .status();
    tried.is_ok_and(|status| status.success())
}

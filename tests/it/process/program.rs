//! The program, its folder and its database, which all go with the test.

use crate::support::Backend;
use portcullis_db::testing;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// Nothing that a test waits for takes longer.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// Looks again and again until there is something to see.
#[track_caller]
pub fn wait_for<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let began = now();
    loop {
        if let Some(seen) = look() {
            return seen;
        }
        assert!(now() - began < PATIENCE, "{what}: not within {PATIENCE:?}");
        pause();
    }
}

#[allow(clippy::disallowed_methods, reason = "another process has no clock that a test can set")]
pub fn now() -> Instant {
    Instant::now()
}

#[allow(clippy::disallowed_methods, reason = "a thread of its own, between two looks")]
fn pause() {
    std::thread::sleep(Duration::from_millis(10));
}

/// Lets a process go on for so long, where what it does meanwhile is of no matter.
#[allow(clippy::disallowed_methods, reason = "another process has no clock that a test can set")]
pub fn let_run(time: Duration) {
    std::thread::sleep(time);
}

/// Runs what is async in a test that waits for processes.
pub fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

/// A port for a program to listen on: below those that the system gives to connections, and
/// none twice, since between here and there somebody else could come to have it.
pub fn free_port() -> u16 {
    const FIRST: u32 = 10_000;
    const MANY: u32 = 20_000;
    static NEXT: AtomicU32 = AtomicU32::new(0);
    // Two runs side by side begin in different places.
    let start = std::process::id().wrapping_mul(761);
    let ports = std::iter::repeat_with(|| {
        let number = start.wrapping_add(NEXT.fetch_add(1, Ordering::Relaxed));
        u16::try_from(FIRST + number % MANY).unwrap()
    });
    ports.take(1000).find(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok()).unwrap()
}

/// A folder with settings, in which the program is run.
pub struct Site {
    dir: TempDir,
    pub backend: Backend,
    settings: Vec<(String, String)>,
    database: Option<Arc<Database>>,
}

/// A database on the test server.
pub struct Database {
    pub server: String,
    pub name: String,
    pub url: String,
}

impl Database {
    fn create() -> Self {
        static NUMBER: AtomicU64 = AtomicU64::new(1);
        let server = std::env::var("PORTCULLIS_TEST_POSTGRES_URL")
            .expect("PORTCULLIS_TEST_POSTGRES_URL is not set: run `cargo xtask test`");
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("process_{}_{number}", std::process::id());
        let url = block_on(testing::create_database(&server, &name)).unwrap();
        Self { server, name, url }
    }

    /// SQL by the server's superuser, connected to another database.
    pub fn command(&self, sql: &str) {
        block_on(async {
            let target = self.server.parse().unwrap();
            let db = portcullis_db::Db::connect(&target).await.unwrap();
            testing::tamper(&db, sql).await.unwrap();
            db.close().await;
        });
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let _ = block_on(testing::drop_database(&self.server, &self.name));
    }
}

/// What a run of the program left.
#[derive(Debug)]
pub struct Ran {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Ran {
    #[track_caller]
    pub fn ended(self, code: i32) -> Self {
        assert_eq!(self.code, code, "{self:#?}");
        self
    }

    #[track_caller]
    pub fn says(self, sentence: &str) -> Self {
        assert!(
            self.out.contains(sentence) || self.err.contains(sentence),
            "{sentence:?} is not in {self:#?}"
        );
        self
    }

    #[track_caller]
    pub fn lacks(self, text: &str) -> Self {
        assert!(!self.out.contains(text) && !self.err.contains(text), "{text:?}: {self:#?}");
        self
    }

    #[track_caller]
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {self:#?}"))
    }
}

impl Site {
    pub fn new(backend: Backend) -> Self {
        let mut site = Self {
            dir: tempfile::tempdir().unwrap(),
            backend,
            settings: Vec::new(),
            database: None,
        };
        // Each test's threads share two cores with all others.
        site.set("argon2_memory_kib", "16").set("hashing_threads", "1");
        if backend == Backend::Postgres {
            let database = Database::create();
            site.set("database_url", &database.url);
            site.database = Some(Arc::new(database));
        }
        site
    }

    /// Another folder, over the same database.
    pub fn another(&self) -> Self {
        Self {
            dir: tempfile::tempdir().unwrap(),
            backend: self.backend,
            settings: self.settings.clone(),
            database: self.database.clone(),
        }
    }

    pub fn set(&mut self, key: &str, value: &str) -> &mut Self {
        let name = format!("PORTCULLIS_{}", key.to_uppercase());
        self.settings.retain(|(own, _)| *own != name);
        self.settings.push((name, value.to_owned()));
        self
    }

    pub fn database(&self) -> &Database {
        self.database.as_deref().unwrap()
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    pub fn write(&self, name: &str, content: &str) -> PathBuf {
        let path = self.path(name);
        std::fs::write(&path, content).unwrap();
        path
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_portcullis"));
        command.current_dir(self.dir.path()).args(args).env_clear();
        // For `pg_dump`.
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command.envs(self.settings.iter().map(|(name, value)| (name, value)));
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// The database, as somebody reaches it who has it.
    pub fn database_url(&self) -> String {
        match self.backend {
            Backend::Postgres => self.database().url.clone(),
            Backend::Sqlite => {
                format!("sqlite:{}", self.path("portcullis-data/portcullis.db").display())
            }
        }
    }

    /// Runs a command to its end.
    #[track_caller]
    pub fn run(&self, args: &[&str]) -> Ran {
        self.run_with(args, "")
    }

    /// Runs a command that reads its standard input.
    #[track_caller]
    pub fn run_with(&self, args: &[&str], input: &str) -> Ran {
        let mut command = self.command(args);
        let mut process = Process::start(command.stdin(Stdio::piped()));
        let mut stdin = process.child.stdin.take().unwrap();
        // A command that does not read has closed its end.
        let _ = stdin.write_all(input.as_bytes());
        drop(stdin);
        let code = process.wait().code().unwrap_or(-1);
        let (out, err) = process.output();
        Ran { code, out, err }
    }

    /// Starts a server on a free port, and waits until it says that it is ready.
    #[track_caller]
    pub fn start(&self) -> Server {
        self.start_with(&[])
    }

    #[track_caller]
    pub fn start_with(&self, args: &[&str]) -> Server {
        let server = self.launch(args);
        server.wait_until_ready();
        server
    }

    /// Starts a server, and does not wait for it.
    pub fn launch(&self, args: &[&str]) -> Server {
        let port = free_port();
        let mut command = self.command(args);
        command.env("PORTCULLIS_LISTEN", format!("127.0.0.1:{port}"));
        Server { port, process: Process::start(&mut command) }
    }
}

type Collected = Arc<Mutex<String>>;

fn collect(from: impl Read + Send + 'static) -> (Collected, JoinHandle<()>) {
    let collected = Collected::default();
    let to = Arc::clone(&collected);
    let thread = std::thread::spawn(move || {
        for line in BufReader::new(from).split(b'\n').map_while(Result::ok) {
            let mut text = to.lock().unwrap();
            text.push_str(&String::from_utf8_lossy(&line));
            text.push('\n');
        }
    });
    (collected, thread)
}

/// A running process; it does not outlive its test.
struct Process {
    child: Child,
    out: Collected,
    err: Collected,
    readers: Vec<JoinHandle<()>>,
}

impl Process {
    fn start(command: &mut Command) -> Self {
        let mut child = command.spawn().unwrap();
        let (out, first) = collect(child.stdout.take().unwrap());
        let (err, second) = collect(child.stderr.take().unwrap());
        Self { child, out, err, readers: vec![first, second] }
    }

    #[track_caller]
    fn wait(&mut self) -> ExitStatus {
        wait_for("the end of the process", || self.child.try_wait().unwrap())
    }

    /// Everything that was written, after the end.
    fn output(&mut self) -> (String, String) {
        for reader in self.readers.drain(..) {
            reader.join().unwrap();
        }
        (self.out.lock().unwrap().clone(), self.err.lock().unwrap().clone())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A running server.
pub struct Server {
    pub port: u16,
    process: Process,
}

impl Server {
    #[track_caller]
    pub fn wait_until_ready(&self) {
        wait_for("a server that is ready", || {
            let ready = self.out().contains("is ready at");
            // What it said instead is the best message of all.
            let ended = self.process.readers.iter().all(JoinHandle::is_finished);
            assert!(ready || !ended, "the server ended: {}{}", self.out(), self.err());
            ready.then_some(())
        });
        // The greeting is written in one piece, but read line by line.
        let _ = self.greeting();
    }

    /// The greeting, which ends with the database or the link.
    fn greeting(&self) -> String {
        wait_for("the greeting", || {
            let out = self.out();
            let whole = out.contains("  database  ")
                && (!out.contains("first administrator") || out.contains("/set-up/"));
            whole.then_some(out)
        })
    }

    pub fn out(&self) -> String {
        self.process.out.lock().unwrap().clone()
    }

    pub fn err(&self) -> String {
        self.process.err.lock().unwrap().clone()
    }

    /// The path of the link for the first administrator, if one was printed.
    /// Only after a request was answered is it certain that none follows.
    pub fn link(&self) -> Option<String> {
        let out = self.out();
        let at = out.find("/set-up/")?;
        out[at..].lines().next().map(|line| line.trim().to_owned())
    }

    pub fn signal(&self, signal: rustix::process::Signal) {
        let id = i32::try_from(self.process.child.id()).unwrap();
        let id = rustix::process::Pid::from_raw(id).unwrap();
        rustix::process::kill_process(id, signal).unwrap();
    }

    /// As a power cut would.
    pub fn kill(mut self) {
        self.process.child.kill().unwrap();
        self.process.child.wait().unwrap();
    }

    /// Asks it to stop, and waits for that.
    #[track_caller]
    pub fn stop(self) -> Ran {
        self.signal(rustix::process::Signal::TERM);
        self.end()
    }

    /// Waits for its end.
    #[track_caller]
    pub fn end(mut self) -> Ran {
        let code = self.process.wait().code().unwrap_or(-1);
        let (out, err) = self.process.output();
        Ran { code, out, err }
    }

    pub fn is_running(&mut self) -> bool {
        self.process.child.try_wait().unwrap().is_none()
    }
}

/// The mode of a file, without its kind.
pub fn mode(path: &Path) -> u32 {
    use std::os::unix::fs::PermissionsExt;
    std::fs::metadata(path).unwrap().permissions().mode() & 0o777
}

pub fn chmod(path: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

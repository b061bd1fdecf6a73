//! A throw-away PostgreSQL server, quick because nothing in it has to last, and odd in its time
//! zone and language so that a test finds whatever leans on either.

use std::fs::{self, OpenOptions, Permissions};
use std::io::Write;
use std::net::TcpListener;
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use rustix::process::Pid;

use crate::process::capture;
use crate::scratch::{Scratch, make_folder, random_hex};

const FOLDER: &str = "postgres";

/// How often a port may turn out to be taken between its choice and its use.
const TRIES: u32 = 5;

const SETTINGS: &str = "
listen_addresses = '127.0.0.1'
max_connections = 400
# Its data is thrown away, after a crash too.
fsync = off
synchronous_commit = off
full_page_writes = off
wal_level = minimal
max_wal_senders = 0
# 12:45 or 13:45 ahead of UTC.
timezone = 'Pacific/Chatham'
log_timezone = 'UTC'
";

/// Ways to make a cluster, the oddest first: Turkish from PostgreSQL's own ICU (where `lower('I')`
/// is not `i`, and order is not that of bytes), else in plain UTF-8.
const LANGUAGES: &[&[&str]] = &[
    &["--locale-provider=icu", "--icu-locale=tr-TR", "--locale=C.UTF-8"],
    &["--locale=C.UTF-8"],
    &["--locale=C"],
];

/// The user that the server runs as, where this tool runs as root, which PostgreSQL refuses.
#[derive(Clone, Copy)]
struct User {
    id: u32,
    group: u32,
}

/// A server being made: its programs, its folder, and who runs it.
struct Cluster<'a> {
    scratch: &'a Scratch,
    programs: &'a Path,
    folder: PathBuf,
    user: Option<User>,
}

/// Makes and starts a server; it ends with the run. Answers with the URL of its superuser.
pub fn start(programs: &Path, scratch: &Scratch) -> Result<String, String> {
    Server::start(programs, scratch, "").map(|server| server.url)
}

/// A server that may be killed, and is started again.
pub struct Server<'a> {
    cluster: Cluster<'a>,
    port: u16,
    /// The URL of its superuser.
    pub url: String,
}

impl<'a> Server<'a> {
    /// Makes and starts one, with settings beside the usual ones.
    pub fn start(programs: &'a Path, scratch: &'a Scratch, settings: &str) -> Result<Self, String> {
        let cluster =
            Cluster { scratch, programs, folder: scratch.folder().join(FOLDER), user: user()? };
        make_folder(&cluster.folder, 0o700)?;
        cluster.hand_over(&cluster.folder)?;
        let password = random_hex(16)?;
        cluster.make(&password, settings)?;
        let port = cluster.serve()?;
        let url = format!("postgres://postgres:{password}@127.0.0.1:{port}/postgres");
        Ok(Self { cluster, port, url })
    }

    /// Where it writes which process it is.
    pub fn pid_file(&self) -> PathBuf {
        self.cluster.data().join("postmaster.pid")
    }

    /// Starts it again whenever it is gone, as long as it is wanted.
    pub fn keep(&self, wanted: &AtomicBool) -> Result<(), String> {
        while wanted.load(Ordering::SeqCst) {
            std::thread::sleep(Duration::from_millis(100));
            if running(self.cluster.scratch.folder()).is_none() && wanted.load(Ordering::SeqCst) {
                self.cluster.serve_at(self.port)?;
            }
        }
        Ok(())
    }
}

/// The server of a run's folder, if it runs.
pub fn running(scratch: &Path) -> Option<Pid> {
    let folder = scratch.join(FOLDER).join("data");
    let file = fs::read_to_string(folder.join("postmaster.pid")).ok()?;
    let pid: i32 = file.lines().next()?.trim().parse().ok()?;
    // Not a stranger who got the number of a server that is gone.
    let command = fs::read(format!("/proc/{pid}/cmdline")).ok()?;
    let ours = folder.as_os_str().as_encoded_bytes();
    command.split(|&byte| byte == 0).any(|arg| arg == ours).then(|| Pid::from_raw(pid))?
}

impl Cluster<'_> {
    /// Makes the data folder, and writes the settings.
    fn make(&self, password: &str, settings: &str) -> Result<(), String> {
        let secret = self.folder.join("password");
        fs::write(&secret, password)
            .and_then(|()| fs::set_permissions(&secret, Permissions::from_mode(0o600)))
            .map_err(|e| format!("{}: {e}", secret.display()))?;
        self.hand_over(&secret)?;
        let mut refusal = String::new();
        for language in LANGUAGES {
            let made = capture(
                self.command("initdb")
                    .args([
                        "--username=postgres",
                        // SCRAM, and a password that is kept for it, makes client or server
                        // derive a key 4,096 times over, for each connection of each test.
                        "--auth-local=md5",
                        "--auth-host=md5",
                        "--encoding=UTF8",
                        "--no-sync",
                    ])
                    .args(["--lc-messages=C", "--pwfile", "password", "--pgdata"])
                    .arg(self.data())
                    .args(*language),
            );
            match made {
                Ok(_) => return self.configure(settings),
                Err(e) => refusal = e,
            }
        }
        Err(refusal)
    }

    fn configure(&self, settings: &str) -> Result<(), String> {
        let file = self.data().join("postgresql.conf");
        OpenOptions::new()
            .append(true)
            .open(&file)
            .and_then(|mut conf| {
                conf.write_all(SETTINGS.as_bytes())?;
                // Of two settings the later one counts.
                conf.write_all(settings.as_bytes())?;
                writeln!(conf, "unix_socket_directories = '{}'", self.folder.display())
            })
            .map_err(|e| format!("{}: {e}", file.display()))
    }

    /// Starts the server on a port that was free a moment ago, and again if it no longer is.
    fn serve(&self) -> Result<u16, String> {
        let mut refusal = String::new();
        for _ in 0..TRIES {
            let port = free_port()?;
            let Err(e) = self.serve_at(port) else { return Ok(port) };
            refusal = e;
            if !refusal.contains("Address already in use") {
                break;
            }
        }
        Err(refusal)
    }

    fn serve_at(&self, port: u16) -> Result<(), String> {
        let log = self.folder.join("log");
        let started = capture(
            self.command("pg_ctl")
                .args(["start", "--wait", "--timeout=60", "--silent", "--options"])
                .arg(format!("-p {port}"))
                .arg("--log")
                .arg(&log)
                .arg("--pgdata")
                .arg(self.data()),
        );
        let said = |e| format!("{e}{}", fs::read_to_string(&log).unwrap_or_default());
        started.map(drop).map_err(said)
    }

    /// One of PostgreSQL's programs, as the right user and deaf to this terminal's PostgreSQL settings.
    fn command(&self, program: &str) -> Command {
        let mut command = self.scratch.command(self.programs.join(program));
        command.current_dir(&self.folder).env("LC_ALL", "C").env_remove("TMPDIR");
        for (name, _) in std::env::vars_os() {
            if name.as_encoded_bytes().starts_with(b"PG") {
                command.env_remove(name);
            }
        }
        if let Some(user) = self.user {
            command.uid(user.id).gid(user.group);
        }
        command
    }

    fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    fn hand_over(&self, path: &Path) -> Result<(), String> {
        let Some(user) = self.user else { return Ok(()) };
        chown(path, Some(user.id), Some(user.group)).map_err(|e| format!("{}: {e}", path.display()))
    }
}

/// Nobody else, unless this tool runs as root: then the user that Debian's package makes.
fn user() -> Result<Option<User>, String> {
    if !rustix::process::geteuid().is_root() {
        return Ok(None);
    }
    let accounts = fs::read_to_string("/etc/passwd").map_err(|e| format!("/etc/passwd: {e}"))?;
    account(&accounts, "postgres").map(Some).ok_or_else(|| {
        String::from("PostgreSQL refuses to run as root, and this machine has no user `postgres` to run it as")
    })
}

fn account(accounts: &str, name: &str) -> Option<User> {
    accounts.lines().find_map(|line| {
        let mut fields = line.split(':');
        if fields.next() != Some(name) {
            return None;
        }
        Some(User { id: fields.nth(1)?.parse().ok()?, group: fields.next()?.parse().ok()? })
    })
}

fn free_port() -> Result<u16, String> {
    TcpListener::bind(("127.0.0.1", 0))
        .and_then(|listener| listener.local_addr())
        .map(|address| address.port())
        .map_err(|e| format!("no free port on 127.0.0.1: {e}"))
}

#[cfg(test)]
mod tests {
    use super::account;

    #[test]
    fn an_account_is_found_by_its_whole_name() {
        let accounts = "root:x:0:0::/root:/bin/sh\npostgres2:x:7:8::/:/bin/sh\npostgres:x:105:113:PostgreSQL:/var:/bin/bash\n";
        let found = account(accounts, "postgres").map(|user| (user.id, user.group));
        assert_eq!(found, Some((105, 113)));
        assert!(account(accounts, "nobody").is_none());
    }
}

//! A mail server in a process of its own.

use crate::process::program::wait_for;
use portcullis::config::Environment;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use serde_json::Value;
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use tempfile::TempDir;

pub const USER: &str = "portcullis";
pub const SECRET: &str = "p:w@d/1";

/// How a server is to be.
#[derive(Debug, Clone, Copy)]
pub struct Wanted {
    /// `starttls`, `implicit` or `none`.
    pub tls: &'static str,
    /// The name in its certificate.
    pub name: &'static str,
    pub signs_in: bool,
}

pub const STARTTLS: Wanted = Wanted { tls: "starttls", name: "localhost", signs_in: true };

/// A running server; it ends when it is dropped.
pub struct MailServer {
    child: Child,
    received: Arc<Mutex<Vec<Value>>>,
    folder: TempDir,
    wanted: Wanted,
    port: u16,
}

impl Drop for MailServer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A message as it arrived.
#[derive(Debug, Clone)]
pub struct Received {
    pub to: Vec<String>,
    pub tls: bool,
    pub user: Option<String>,
    pub raw: String,
}

impl Received {
    pub fn header(&self, name: &str) -> Vec<String> {
        let head = self.raw.split("\r\n\r\n").next().unwrap().replace("\r\n ", " ");
        let all = head.lines().filter_map(|line| line.split_once(": "));
        all.filter(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, v)| v.to_owned()).collect()
    }
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

impl MailServer {
    pub fn start(wanted: Wanted) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut ca = CertificateParams::new(Vec::new()).unwrap();
        ca.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let ca = CertifiedIssuer::self_signed(ca, KeyPair::generate().unwrap()).unwrap();
        let key = KeyPair::generate().unwrap();
        let own = CertificateParams::new(vec![wanted.name.to_owned()]).unwrap();
        let own = own.signed_by(&key, &ca).unwrap();
        std::fs::write(folder.path().join("ca.pem"), ca.pem()).unwrap();
        std::fs::write(folder.path().join("own.pem"), own.pem()).unwrap();
        std::fs::write(folder.path().join("own.key"), key.serialize_pem()).unwrap();
        let port = free_port();
        let (child, received) = Self::run(&folder, wanted, port, Arc::default());
        Self { child, received, folder, wanted, port }
    }

    fn run(
        folder: &TempDir,
        wanted: Wanted,
        port: u16,
        received: Arc<Mutex<Vec<Value>>>,
    ) -> (Child, Arc<Mutex<Vec<Value>>>) {
        let mut command = Command::new("/usr/bin/python3");
        command
            .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/mail/server.py"))
            .args(["--port", &port.to_string(), "--tls", wanted.tls])
            .args(["--certificate", "own.pem", "--key", "own.key"])
            .current_dir(folder.path())
            .stdout(Stdio::piped());
        if wanted.signs_in {
            command.args(["--user", USER, "--password", SECRET]);
        }
        let mut child = command.spawn().unwrap();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        let mut ready = String::new();
        output.read_line(&mut ready).unwrap();
        assert_eq!(ready, "ready\n", "the mail server did not start: is python3-aiosmtpd there?");
        let into = Arc::clone(&received);
        std::thread::spawn(move || {
            for line in output.lines().map_while(Result::ok) {
                into.lock().unwrap().push(serde_json::from_str(&line).unwrap());
            }
        });
        (child, received)
    }

    /// Ends the process; what comes meanwhile finds nobody.
    pub fn die(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Starts it again at the same port.
    pub fn come_back(&mut self) {
        (self.child, _) =
            Self::run(&self.folder, self.wanted, self.port, Arc::clone(&self.received));
    }

    /// The settings of somebody who uses it.
    pub fn settings(&self) -> Vec<(&'static str, String)> {
        let secret =
            percent_encoding::utf8_percent_encode(SECRET, percent_encoding::NON_ALPHANUMERIC);
        let sign_in =
            if self.wanted.signs_in { format!("{USER}:{secret}@") } else { String::new() };
        let (scheme, control) = match self.wanted.tls {
            "implicit" => ("smtps", ""),
            // Asked for TLS all the same: that is what stripping looks like.
            _ => ("smtp", ""),
        };
        let url = format!("{scheme}://{sign_in}localhost:{}{control}", self.port);
        let ca = self.folder.path().join("ca.pem").display().to_string();
        let from = "Acme Security <security@acme.example>".to_owned();
        vec![("smtp_url", url), ("smtp_ca_file", ca), ("mail_from", from)]
    }

    /// The same as variables.
    pub fn environment(&self) -> Environment {
        let named =
            |(key, value): (&str, String)| (format!("PORTCULLIS_{}", key.to_uppercase()), value);
        self.settings().into_iter().map(named).collect()
    }

    /// What has arrived, once it is at least so many.
    pub fn received(&self, at_least: usize) -> Vec<Received> {
        wait_for("the mail", || {
            let all = self.received.lock().unwrap();
            (all.len() >= at_least).then(|| all.iter().map(read).collect())
        })
    }
}

fn read(value: &Value) -> Received {
    let to = value["to"].as_array().unwrap();
    let bytes = hex::decode(value["data"].as_str().unwrap()).unwrap();
    Received {
        to: to.iter().map(|one| one.as_str().unwrap().to_owned()).collect(),
        tls: value["tls"].as_bool().unwrap(),
        user: value["user"].as_str().map(str::to_owned),
        raw: String::from_utf8(bytes).unwrap(),
    }
}

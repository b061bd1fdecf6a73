//! nginx and Caddy by the shipped configurations: names and ports are filled in, and
//! nothing else.

use crate::process::program::free_port;
use std::net::Ipv4Addr;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;
use tempfile::TempDir;
use tokio::net::TcpStream;
use tokio::process::{Child, Command};

/// The host of Portcullis, and of the application.
pub const ACCOUNTS: &str = "accounts.localhost";
pub const APPLICATION: &str = "app.localhost";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Nginx,
    Caddy,
}

pub const BOTH: [Kind; 2] = [Kind::Nginx, Kind::Caddy];

/// A running proxy.
pub struct Proxy {
    pub kind: Kind,
    pub port: u16,
    // Ends before its folder goes.
    child: Child,
    _folder: TempDir,
}

impl Drop for Proxy {
    fn drop(&mut self) {
        let _ = self.child.start_kill();
    }
}

/// What an operator fills in: every replacement that is made, and how often at least.
fn filled_in(shipped: &str, replacements: &[(&str, String)]) -> String {
    let mut text = shipped.to_owned();
    for (placeholder, value) in replacements {
        assert!(text.contains(placeholder), "{placeholder} is not in the shipped file");
        text = text.replace(placeholder, value);
    }
    text
}

impl Proxy {
    /// In front of Portcullis and of an application, on a port that is chosen before, so
    /// that addresses can be built from it.
    pub async fn start(kind: Kind, port: u16, portcullis: u16, application: u16) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut command = match kind {
            Kind::Nginx => nginx(folder.path(), port, portcullis, application),
            Kind::Caddy => caddy(folder.path(), port, portcullis, application),
        };
        let log = std::fs::File::create(folder.path().join("log")).unwrap();
        let other = log.try_clone().unwrap();
        let child = command.stdout(log).stderr(other).stdin(Stdio::null()).kill_on_drop(true);
        let mut proxy = Self { kind, port, child: child.spawn().unwrap(), _folder: folder };
        proxy.is_ready().await;
        proxy
    }

    /// Until somebody listens.
    async fn is_ready(&mut self) {
        for _ in 0..2000 {
            if TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).await.is_ok() {
                return;
            }
            let ended = self.child.try_wait().unwrap();
            assert!(ended.is_none(), "{:?} ended: {}", self.kind, self.log());
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("{:?} does not listen: {}", self.kind, self.log());
    }

    fn log(&self) -> String {
        std::fs::read_to_string(self._folder.path().join("log")).unwrap_or_default()
    }

    /// The application's origin through it.
    pub fn origin(&self) -> String {
        origin(self.port)
    }
}

/// The application's origin behind a proxy at this port.
pub fn origin(port: u16) -> String {
    format!("https://{APPLICATION}:{port}")
}

pub fn chosen_port() -> u16 {
    free_port()
}

fn program(name: &str) -> Command {
    let program = std::env::var(name).unwrap_or_else(|_| panic!("{name}: run `cargo xtask test`"));
    Command::new(program)
}

fn shipped(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("packaging").join(name);
    std::fs::read_to_string(path).unwrap()
}

fn nginx(folder: &Path, port: u16, portcullis: u16, application: u16) -> Command {
    let certified =
        rcgen::generate_simple_self_signed(vec![ACCOUNTS.to_owned(), APPLICATION.to_owned()]);
    let certified = certified.unwrap();
    let (certificate, key) = (folder.join("certificate.pem"), folder.join("key.pem"));
    std::fs::write(&certificate, certified.cert.pem()).unwrap();
    std::fs::write(&key, certified.signing_key.serialize_pem()).unwrap();
    let (certificate, key) = (certificate.display().to_string(), key.display().to_string());
    let site = filled_in(
        &shipped("nginx.conf"),
        &[
            ("listen 443 ", format!("listen 127.0.0.1:{port} ")),
            ("/etc/nginx/tls/accounts.example.com.crt", certificate.clone()),
            ("/etc/nginx/tls/accounts.example.com.key", key.clone()),
            ("/etc/nginx/tls/app.example.com.crt", certificate),
            ("/etc/nginx/tls/app.example.com.key", key),
            // With the port, as the file asks for where it is not 443.
            ("$application app.example.com;", format!("$application {APPLICATION}:{port};")),
            ("accounts.example.com", ACCOUNTS.into()),
            ("app.example.com", APPLICATION.into()),
            ("127.0.0.1:8080", format!("127.0.0.1:{portcullis}")),
            ("127.0.0.1:3000", format!("127.0.0.1:{application}")),
        ],
    );
    std::fs::write(folder.join("portcullis.conf"), site).unwrap();
    // What a distribution's own nginx.conf is to it.
    let here = folder.display();
    let main = format!(
        "daemon off; master_process off; pid {here}/pid; error_log stderr error;\nevents {{}}\n\
         http {{ access_log off; server_names_hash_bucket_size 128; client_body_temp_path {here}/a; \
         proxy_temp_path {here}/b; fastcgi_temp_path {here}/c; uwsgi_temp_path {here}/d; \
         scgi_temp_path {here}/e; include {here}/portcullis.conf; }}\n"
    );
    std::fs::write(folder.join("nginx.conf"), main).unwrap();
    let mut command = program("PORTCULLIS_TEST_NGINX");
    command.arg("-p").arg(folder).arg("-c").arg(folder.join("nginx.conf"));
    command.args(["-e", "stderr"]);
    command
}

fn caddy(folder: &Path, port: u16, portcullis: u16, application: u16) -> Command {
    let site = filled_in(
        &shipped("Caddyfile"),
        &[
            ("https://accounts.example.com {", format!("https://{ACCOUNTS}:{port} {{")),
            ("https://app.example.com {", format!("https://{APPLICATION}:{port} {{")),
            ("accounts.example.com", ACCOUNTS.into()),
            ("app.example.com", APPLICATION.into()),
            ("127.0.0.1:8080", format!("127.0.0.1:{portcullis}")),
            ("127.0.0.1:3000", format!("127.0.0.1:{application}")),
        ],
    );
    std::fs::write(folder.join("portcullis.caddy"), site).unwrap();
    // No port 80, no control socket, certificates of its own that nobody is told to trust.
    let main = "{\n\tadmin off\n\tauto_https disable_redirects\n\tlocal_certs\n\tskip_install_trust\n\
                \tdefault_bind 127.0.0.1\n}\nimport portcullis.caddy\n";
    std::fs::write(folder.join("Caddyfile"), main).unwrap();
    let mut command = program("PORTCULLIS_TEST_CADDY");
    command.current_dir(folder).env("HOME", folder);
    command.env("XDG_DATA_HOME", folder).env("XDG_CONFIG_HOME", folder);
    command.args(["run", "--config", "Caddyfile", "--adapter", "caddyfile"]);
    command
}

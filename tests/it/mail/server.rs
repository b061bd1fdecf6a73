//! The mail server of a test, its certificates, and what it has received.

use crate::process::wait_for;
use portcullis::config::{Config, Environment};
use portcullis::delivery::Mail;
use portcullis::delivery::smtp::{Failure, Smtp};
use portcullis::time::Timestamp;
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};
use serde_json::Value;
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use tempfile::{NamedTempFile, TempDir};

pub const USER: &str = "relay";
/// Needs writing as %XX in a URL.
pub const PASSWORD: &str = "s3/cr?t@#ü";

/// How a server protects a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Offer {
    StartTls,
    Implicit,
    /// It has no TLS, or somebody on the way has taken the offer out.
    Stripped,
    /// It takes connections and says nothing.
    Silent,
}

impl Offer {
    const fn argument(self) -> &'static str {
        match self {
            Self::StartTls => "starttls",
            Self::Implicit => "implicit",
            Self::Stripped => "stripped",
            Self::Silent => "silent",
        }
    }
}

/// A certificate authority and a server's certificate by it.
pub struct Certificates {
    folder: TempDir,
}

impl Certificates {
    pub fn of(name: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, "Authority of a test");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let ca_key = KeyPair::generate().unwrap();
        let ca = params.self_signed(&ca_key).unwrap();
        let key = KeyPair::generate().unwrap();
        let server = CertificateParams::new(vec![name.to_owned()]).unwrap();
        let issuer = Issuer::new(params, ca_key);
        let leaf = server.signed_by(&key, &issuer).unwrap();
        let write =
            |name: &str, text: String| std::fs::write(folder.path().join(name), text).unwrap();
        write("ca.pem", ca.pem());
        write("server.pem", leaf.pem());
        write("server.key", key.serialize_pem());
        Self { folder }
    }

    pub fn authority(&self) -> PathBuf {
        self.folder.path().join("ca.pem")
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
}

/// A running server.
pub struct MailServer {
    pub port: u16,
    tls: Offer,
    child: Child,
    said: NamedTempFile,
    certificates: Option<Certificates>,
}

impl Drop for MailServer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl MailServer {
    /// With a certificate for `localhost`, and sign-in required.
    pub fn start(tls: Offer) -> Self {
        Self::with(tls, Some(Certificates::of("localhost")), true, 0, &[])
    }

    /// One that anybody may use, on a port that was used before.
    pub fn open(tls: Offer, port: u16) -> Self {
        Self::with(tls, None, false, port, &[])
    }

    pub fn with(
        tls: Offer,
        certificates: Option<Certificates>,
        sign_in: bool,
        port: u16,
        more: &[&str],
    ) -> Self {
        // `cargo xtask test` names one that has aiosmtpd; Debian's own has it too.
        let python = std::env::var("PORTCULLIS_TEST_PYTHON");
        let mut command = Command::new(python.as_deref().unwrap_or("/usr/bin/python3"));
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/mail/server.py");
        command.arg("-u").arg(script).args(["--tls", tls.argument()]);
        command.arg("--port").arg(port.to_string()).args(more);
        if let Some(certificates) = &certificates {
            command.arg("--certificate").arg(certificates.path("server.pem"));
            command.arg("--key").arg(certificates.path("server.key"));
        }
        if sign_in {
            command.args(["--user", USER, "--password", PASSWORD]);
        }
        // A file, so that what the server has answered can be read at once.
        let said = tempfile::NamedTempFile::new().unwrap();
        let out = said.reopen().unwrap();
        command.stdin(Stdio::null()).stdout(out).stderr(Stdio::null());
        let child = command.spawn().unwrap();
        let mut server = Self { port: 0, tls, child, said, certificates };
        let port = wait_for("a mail server (package python3-aiosmtpd)", || {
            lines_of(server.said.path()).first().map(|line| line["port"].as_u64().unwrap())
        });
        server.port = port.try_into().unwrap();
        server
    }

    /// The settings that reach it.
    pub fn settings(&self) -> Vec<(&'static str, String)> {
        let scheme = if self.tls == Offer::Implicit { "smtps" } else { "smtp" };
        let password =
            percent_encoding::utf8_percent_encode(PASSWORD, percent_encoding::NON_ALPHANUMERIC);
        let mut settings = vec![
            ("smtp_url", format!("{scheme}://{USER}:{password}@localhost:{}", self.port)),
            ("mail_from", "Portcullis <security@example.com>".to_owned()),
        ];
        if let Some(certificates) = &self.certificates {
            settings.push(("smtp_ca_file", certificates.authority().display().to_string()));
        }
        settings
    }

    /// The client, set as an operator would.
    pub fn client(&self) -> Smtp {
        client(&self.settings())
    }

    /// The messages so far.
    pub fn mails(&self) -> Vec<Value> {
        let lines = lines_of(self.said.path());
        lines.iter().filter_map(|line| line.get("mail").cloned()).collect()
    }

    /// The messages after a place in what it has said, which moves on behind them.
    pub fn mails_after(&self, place: &mut u64) -> Vec<Value> {
        let mut file = std::fs::File::open(self.said.path()).unwrap();
        file.seek(SeekFrom::Start(*place)).unwrap();
        let mut news = String::new();
        file.read_to_string(&mut news).unwrap();
        news.truncate(news.rfind('\n').map_or(0, |at| at + 1));
        *place += news.len() as u64;
        let lines = news.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
        lines.filter_map(|mut line| line.get_mut("mail").map(Value::take)).collect()
    }

    /// The commands so far that carry something.
    pub fn commands(&self) -> Vec<String> {
        let lines = lines_of(self.said.path());
        lines.iter().filter_map(|line| line.get("command")?.as_str().map(str::to_owned)).collect()
    }

    /// The one message that is there.
    #[track_caller]
    pub fn only_mail(&self) -> Value {
        let [mail] = &self.mails()[..] else { panic!("{:#?}", self.mails()) };
        mail.clone()
    }
}

/// What a server has said so far.
fn lines_of(file: &Path) -> Vec<Value> {
    let text = std::fs::read_to_string(file).unwrap();
    let whole = text.split_inclusive('\n').filter(|line| line.ends_with('\n'));
    whole.map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// A client by settings.
pub fn client(settings: &[(&str, String)]) -> Smtp {
    let environment: Environment = settings
        .iter()
        .map(|(key, value)| (format!("PORTCULLIS_{}", key.to_uppercase()), value.clone()))
        .collect();
    let config = Config::load(None, &environment).unwrap();
    Smtp::new(&config.smtp.unwrap(), &config.mail_from.unwrap()).unwrap()
}

/// A client of a server without TLS and sign-in.
pub fn plain_client(port: u16) -> Smtp {
    client(&[
        ("smtp_url", format!("smtp://127.0.0.1:{port}?starttls=never")),
        ("mail_from", "security@example.com".to_owned()),
    ])
}

pub fn mail(to: &str) -> Mail {
    Mail {
        to: to.to_owned(),
        subject: "Your password was changed".into(),
        text: "It was changed.\n".into(),
        html: "<p>It was changed.</p>\n".into(),
    }
}

pub const ID: &str = "01900000-0000-7000-8000-000000000001";

pub async fn send(client: &Smtp, mail: &Mail) -> Result<(), Failure> {
    client.send(mail, ID, Timestamp::from_millis(1_795_510_800_000)).await
}

/// A header of a message, if it is there once.
#[track_caller]
pub fn header(mail: &Value, name: &str) -> String {
    let all = headers(mail, name);
    assert_eq!(all.len(), 1, "{name}: {all:?}");
    all[0].clone()
}

pub fn headers(mail: &Value, name: &str) -> Vec<String> {
    mail["headers"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|pair| pair[0].as_str().unwrap().eq_ignore_ascii_case(name))
        .map(|pair| pair[1].as_str().unwrap().to_owned())
        .collect()
}

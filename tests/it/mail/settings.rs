//! The settings of mail: what is taken, what is refused and how, and what
//! `doctor` says.

use super::server::{Certificates, MailServer, Offer};
use crate::process::{Ran, Site, free_port};
use crate::support::Backend;
use portcullis::config::{Config, Environment, SmtpSecurity};

fn load(settings: &[(&str, &str)]) -> Result<Config, String> {
    let environment: Environment = settings
        .iter()
        .map(|(key, value)| (format!("PORTCULLIS_{}", key.to_uppercase()), (*value).to_owned()))
        .collect();
    Config::load(None, &environment).map_err(|error| error.to_string())
}

fn with_url(url: &str) -> Result<Config, String> {
    load(&[("smtp_url", url), ("mail_from", "security@example.com")])
}

#[test]
fn urls_that_are_taken() {
    use SmtpSecurity::{Plain, StartTls, Tls};
    for (url, security, shown) in [
        ("smtp://mail.example.com", StartTls, "smtp://mail.example.com:587"),
        ("smtp://mail.example.com/", StartTls, "smtp://mail.example.com:587"),
        ("smtp://MAIL.example.com:25?starttls=required", StartTls, "smtp://mail.example.com:25"),
        ("smtps://mail.example.com", Tls, "smtps://mail.example.com:465"),
        ("smtps://u:p@10.0.0.1:4650", Tls, "smtps://10.0.0.1:4650"),
        ("smtp://relay?starttls=never", Plain, "smtp://relay:587?starttls=never"),
        ("smtp://u:p@localhost:25?starttls=never", Plain, "smtp://localhost:25?starttls=never"),
        ("smtp://u:p@127.8.8.8?starttls=never", Plain, "smtp://127.8.8.8:587?starttls=never"),
        ("smtp://u:p@[::1]:25?starttls=never", Plain, "smtp://[::1]:25?starttls=never"),
        ("smtp://bücher.example", StartTls, "smtp://xn--bcher-kva.example:587"),
    ] {
        let smtp = with_url(url).unwrap().smtp.unwrap();
        assert_eq!((smtp.security, smtp.to_string().as_str()), (security, shown), "{url}");
    }
    let config = with_url("smtp://me%40x.example:p%3Aw%2F%C3%BC@mail.example.com").unwrap();
    let credentials = config.smtp.clone().unwrap().credentials.unwrap();
    assert_eq!(credentials.user.reveal(), "me@x.example");
    assert_eq!(credentials.password.reveal(), "p:w/ü");
    let printed = format!("{config:?} {}", config.smtp.as_ref().unwrap());
    for secret in ["me@x.example", "me%40x", "p:w/ü", "p%3Aw"] {
        assert!(!printed.contains(secret), "{printed}");
    }
}

/// PL-04 among them: where clouds keep a machine's secrets, however it is spelled.
#[test]
fn pl_04_urls_that_are_refused() {
    let link_local = "link-local or metadata address";
    for (url, why) in [
        ("http://u:hunter2@mail.example.com", "neither smtp:// nor smtps://"),
        ("mail.example.com", "relative URL"),
        ("mail.example.com:587", "neither smtp:// nor smtps://"),
        ("smtp:mail.example.com", "no host"),
        ("smtp://", "no host"),
        ("smtp:///x", "no host"),
        ("smtp://u:hunter2@", "host"),
        ("smtp://u:hunter2@a b", "invalid"),
        ("smtp://u:hunter2@mail.example.com:0", "its port is 0"),
        ("smtp://u:hunter2@mail.example.com:65536", "invalid port"),
        ("smtp://u:hunter2@mail.example.com/x", "must end after the host and port"),
        ("smtp://u:hunter2@mail.example.com#x", "must end after the host and port"),
        ("smtp://u:hunter2@mail.example.com?tls=required", "only starttls can stand"),
        ("smtp://mail.example.com?starttls=required&starttls=never", "only starttls"),
        ("smtp://mail.example.com?starttls=required&x=hunter2", "only starttls"),
        ("smtp://mail.example.com?", ""),
        ("smtp://mail.example.com?starttls=opportunistic", "neither required nor never"),
        ("smtp://mail.example.com?starttls", "neither required nor never"),
        ("smtps://mail.example.com?starttls=required", "TLS from the start"),
        ("smtps://mail.example.com?starttls=never", "TLS from the start"),
        ("smtp://u:hunter2@mail.example.com?starttls=never", "not sent without TLS"),
        ("smtp://u:hunter2@10.0.0.1?starttls=never", "not sent without TLS"),
        ("smtp://u:hunter2@localhost.example.com?starttls=never", "not sent without TLS"),
        ("smtp://u:hunter2@0.0.0.0?starttls=never", "not sent without TLS"),
        ("smtp://hunter2@mail.example.com", "come together"),
        ("smtp://:hunter2@mail.example.com", "come together"),
        ("smtp://u:hunter2%00@mail.example.com", "without control characters"),
        ("smtp://u:hunter2%0d%0aRSET@mail.example.com", "without control characters"),
        ("smtp://u:hunter2%ff@mail.example.com", "as UTF-8"),
        // A password that should have been written as %XX.
        ("smtp://u:hun/ter2@mail.example.com", "invalid port"),
        ("smtp://u:12?hunter2@mail.example.com", "only starttls can stand"),
        ("smtp://u:12/hunter2@mail.example.com", "must end after the host and port"),
        ("smtp://u:12#hunter2@mail.example.com", "must end after the host and port"),
        ("smtp://169.254.169.254", link_local),
        ("smtps://u:hunter2@169.254.0.1:465", link_local),
        ("smtp://2852039166", link_local),
        ("smtp://0xa9fea9fe", link_local),
        ("smtp://0251.0376.0251.0376", link_local),
        ("smtp://169.254.43518", link_local),
        ("smtp://%31%36%39.254.169.254", link_local),
        ("smtp://①69.254.169.254", link_local),
        ("smtp://[fe80::1]", link_local),
        ("smtp://[febf::1]", link_local),
        ("smtp://[::ffff:169.254.169.254]", link_local),
        ("smtp://[::ffff:a9fe:a9fe]", link_local),
        ("smtp://[fd00:ec2::254]", link_local),
    ] {
        if url.ends_with('?') {
            with_url(url).unwrap();
            continue;
        }
        let error = with_url(url).expect_err(url);
        let start = "environment variable PORTCULLIS_SMTP_URL: `smtp_url` can't be used: ";
        assert!(error.starts_with(start), "{error}");
        assert!(error.contains(why), "{url}: {error}");
        assert!(error.contains("Allowed is smtp:// or smtps://"), "{error}");
        assert!(!error.contains("hunter2") && !error.contains("ter2"), "{error}");
    }
}

#[test]
fn senders() {
    for (from, shown) in [
        ("security@example.com", "security@example.com"),
        ("Portcullis <security@example.com>", "Portcullis <security@example.com>"),
        ("\"Acme, Inc.\" <security@example.com>", "\"Acme, Inc.\" <security@example.com>"),
        ("Größe <security@example.com>", "Größe <security@example.com>"),
    ] {
        let config = load(&[("mail_from", from)]).unwrap();
        assert_eq!(config.mail_from.unwrap().to_string(), shown);
        assert!(config.smtp.is_none());
    }
    for (from, why) in [
        ("Portcullis", "not one mailbox"),
        ("security@", "not one mailbox"),
        ("a@x.example, b@y.example", "not one mailbox"),
        ("a@x.example,b@y.example", "not one mailbox"),
        ("Acme <a@x.example> <b@y.example>", "not one mailbox"),
        ("security@bücher.example", "not ASCII"),
        ("Acme\r\nBcc: eve@y.example <a@x.example>", "control characters"),
        ("a@x.example\u{0}", "control characters"),
    ] {
        let error = load(&[("mail_from", from)]).expect_err(from);
        assert!(error.contains("`mail_from` can't be used: "), "{error}");
        assert!(error.contains(why), "{from}: {error}");
    }
    let error = load(&[("smtp_url", "smtp://u:hunter2@mail.example.com")]).unwrap_err();
    assert!(error.starts_with("`mail_from` is not set: `smtp_url` is set"), "{error}");
    assert!(error.contains("such as Portcullis <security@example.com>"), "{error}");
    assert!(!error.contains("hunter2"));
}

#[test]
fn authorities() {
    let folder = tempfile::tempdir().unwrap();
    let certificates = Certificates::of("localhost");
    let good = std::fs::read_to_string(certificates.authority()).unwrap();
    let begin = "-----BEGIN CERTIFICATE-----\n";
    for (content, fine) in [
        (good.clone(), true),
        (format!("A note.\n{good}\n{good}"), true),
        (String::new(), false),
        ("hello".into(), false),
        (begin.into(), false),
        (format!("{begin}AAAA\n-----END CERTIFICATE-----\n"), false),
        (format!("{good}{begin}AAAA\n-----END CERTIFICATE-----\n"), false),
    ] {
        let path = folder.path().join("ca.pem");
        std::fs::write(&path, &content).unwrap();
        let loaded = load(&[("smtp_ca_file", path.to_str().unwrap())]);
        assert_eq!(loaded.is_ok(), fine, "{content}");
        if let Err(error) = loaded {
            assert!(error.contains("ca.pem holds no certificate, or one that can't"), "{error}");
        }
    }
    let missing = folder.path().join("missing.pem");
    let error = load(&[("smtp_ca_file", missing.to_str().unwrap())]).unwrap_err();
    assert!(error.contains("`smtp_ca_file` can't be used: "), "{error}");
    assert!(error.contains("missing.pem can't be read: No such file"), "{error}");
}

#[test]
fn the_url_can_come_from_a_file() {
    let mut site = Site::new(Backend::Sqlite);
    let port = free_port();
    let file = site.write("url", &format!("smtp://u:hunter2@localhost:{port}\n"));
    site.set("smtp_url_file", &file.display().to_string());
    site.set("mail_from", "security@example.com");
    site.run(&["doctor"])
        .ended(1)
        .says(&format!("bad   mail: smtp://localhost:{port}: connecting: Connection refused"))
        .lacks("hunter2");
    site.write("url", "smtp://u:hunter2@mail.example.com?starttls=never\n");
    for args in [&["serve"][..], &["doctor"]] {
        site.run(args).ended(2).says("`smtp_url` can't be used").lacks("hunter2");
    }
}

#[track_caller]
fn finds(ran: &Ran, state: &str, text: &str) {
    let json = ran.json();
    let found = json["findings"].as_array().unwrap().iter().find(|one| one["what"] == "mail");
    let found = found.unwrap();
    assert_eq!(found["state"], state, "{found}");
    assert!(found["text"].as_str().unwrap().contains(text), "{found}");
}

#[test]
fn doctor_asks_the_server() {
    let mut site = Site::new(Backend::Sqlite);
    let ran = site.run(&["doctor", "--json"]).ended(0);
    finds(&ran, "look", "no SMTP server is set, so no mail is sent. Set smtp_url and mail_from");
    let server = MailServer::start(Offer::StartTls);
    for (key, value) in server.settings() {
        site.set(key, &value);
    }
    let ran = site.run(&["doctor", "--json"]).ended(0);
    finds(&ran, "ok", "takes mail from Portcullis <security@example.com>");
    site.set("smtp_url", &format!("smtp://u:hunter2@localhost:{}", server.port));
    let ran = site.run(&["doctor", "--json"]).ended(1).lacks("hunter2");
    finds(&ran, "bad", "signing in: 535 ");
    assert!(server.mails().is_empty());
}

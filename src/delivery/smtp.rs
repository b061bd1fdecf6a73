//! A real SMTP server, by the operator's URL. Certificates and host names are
//! always checked; without TLS where it was to be, nothing is sent.

use super::{Failure, Posted};
use crate::config::{Config, SmtpConfig, SmtpTls};
use crate::error::Fault;
use lettre::address::Address;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart, SinglePart};
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use std::error::Error as _;
use std::path::Path;
use std::time::{Duration, SystemTime};

/// To connect, and to wait for each answer.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(15);
/// For one message from beginning to end.
const SEND_TIMEOUT: Duration = Duration::from_mins(1);
const MAX_REASON: usize = 300;

/// The way to the mail server.
#[derive(Clone)]
pub struct Smtp {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

impl Smtp {
    /// From the configuration, if it names a server.
    pub fn of(config: &Config) -> Result<Option<Self>, Fault> {
        let Some(smtp) = &config.smtp else { return Ok(None) };
        let tls = match smtp.tls {
            SmtpTls::None => Tls::None,
            SmtpTls::StartTls => Tls::Required(parameters(smtp, config.smtp_ca_file.as_deref())?),
            SmtpTls::Implicit => Tls::Wrapper(parameters(smtp, config.smtp_ca_file.as_deref())?),
        };
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&smtp.host)
            .port(smtp.port)
            .tls(tls)
            .timeout(Some(ANSWER_TIMEOUT));
        if let Some((user, password)) = &smtp.credentials {
            builder = builder.credentials(Credentials::new(
                user.reveal().to_owned(),
                password.reveal().to_owned(),
            ));
        }
        Ok(Some(Self { transport: builder.build(), from: config.mail_from.clone() }))
    }

    /// Hands one message over.
    pub async fn send(&self, posted: Posted) -> Result<(), Failure> {
        let message = compose(&self.from, &posted).map_err(Failure::Never)?;
        match tokio::time::timeout(SEND_TIMEOUT, self.transport.send(message)).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => Err(judge(&error)),
            Err(_) => Err(Failure::Later("the mail server did not answer in time".into())),
        }
    }

    /// Connects as for a message, and sends none; what is wrong, if something is.
    pub async fn probe(&self) -> Result<(), String> {
        match tokio::time::timeout(SEND_TIMEOUT, self.transport.test_connection()).await {
            Ok(Ok(true)) => Ok(()),
            Ok(Ok(false)) => Err("it does not answer as a mail server does".into()),
            Ok(Err(error)) => Err(reason(&error)),
            Err(_) => Err("it did not answer in time".into()),
        }
    }
}

fn parameters(smtp: &SmtpConfig, ca: Option<&Path>) -> Result<TlsParameters, Fault> {
    let mut builder = TlsParameters::builder(smtp.host.clone());
    if let Some(path) = ca {
        let unusable = |why: String| {
            Fault::new(format!("smtp_ca_file: {} can't be used: {why}", path.display()))
        };
        let pem = std::fs::read(path).map_err(|error| unusable(error.to_string()))?;
        let blocks = split_pem(&pem);
        if blocks.is_empty() {
            return Err(unusable("it holds no PEM certificate".into()));
        }
        for block in blocks {
            let certificate =
                Certificate::from_pem(block).map_err(|error| unusable(error.to_string()))?;
            builder = builder.add_root_certificate(certificate);
        }
    }
    builder.build_rustls().map_err(|error| Fault::new(format!("TLS to the mail server: {error}")))
}

/// One slice a certificate: the library takes the first of a text only.
fn split_pem(pem: &[u8]) -> Vec<&[u8]> {
    const BEGIN: &[u8] = b"-----BEGIN CERTIFICATE-----";
    let mut starts: Vec<usize> = pem
        .windows(BEGIN.len())
        .enumerate()
        .filter(|(_, window)| *window == BEGIN)
        .map(|(start, _)| start)
        .collect();
    starts.push(pem.len());
    starts
        .iter()
        .zip(starts.iter().skip(1))
        .filter_map(|(start, end)| pem.get(*start..*end))
        .collect()
}

/// One message to one person. What can't be an address is nobody's.
fn compose(from: &Mailbox, posted: &Posted) -> Result<Message, String> {
    let mail = &posted.mail;
    let to: Address = mail.to.parse().map_err(|_| "this is not an address".to_owned())?;
    let part =
        |kind: ContentType, body: &str| SinglePart::builder().header(kind).body(body.to_owned());
    let millis = u64::try_from(posted.date.millis()).unwrap_or(0);
    // A line break in a subject would begin another header.
    let subject: String =
        mail.subject.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    Message::builder()
        .from(from.clone())
        .to(Mailbox::new(None, to))
        .subject(subject)
        .date(SystemTime::UNIX_EPOCH + Duration::from_millis(millis))
        .message_id(Some(format!("<{}@{}>", posted.message_id, from.email.domain())))
        .raw_header(HeaderValue::new(
            HeaderName::new_from_ascii_str("Auto-Submitted"),
            "auto-generated".into(),
        ))
        .multipart(
            MultiPart::alternative()
                .singlepart(part(ContentType::TEXT_PLAIN, &mail.text))
                .singlepart(part(ContentType::TEXT_HTML, &mail.html)),
        )
        .map_err(|error| format!("it can't be written as mail: {error}"))
}

/// Only what the server says of this very message is final: who we are, and how
/// we came, the operator can mend.
fn judge(error: &Error) -> Failure {
    let of_sign_in = error.status().is_some_and(|code| {
        matches!(u16::from(code), 530 | 534 | 535 | 538) || u16::from(code) / 10 == 50
    });
    if error.is_permanent() && !of_sign_in {
        Failure::Never(reason(error))
    } else {
        Failure::Later(reason(error))
    }
}

/// In one line, and without the address that the server may have repeated.
fn reason(error: &Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(inner) = source {
        let inner_text = inner.to_string();
        if !text.contains(&inner_text) {
            text = format!("{text}: {inner_text}");
        }
        source = inner.source();
    }
    text.split_whitespace()
        .map(|word| if word.contains('@') { "…" } else { word })
        .collect::<Vec<_>>()
        .join(" ")
        .chars()
        .filter(|c| !c.is_control())
        .take(MAX_REASON)
        .collect()
}

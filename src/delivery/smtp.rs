//! A real SMTP server, by the operator's URL.
//!
//! A connection carries one message. Then a late answer is never taken for the
//! next message's, and what is given up half-way leaves nothing behind.

use super::Mail;
use super::bytewise::Bytewise;
use super::connect::{self, CONNECT, within};
pub use super::failure::Failure;
use super::message::Letter;
use crate::config::{SmtpConfig, SmtpSecurity};
use crate::error::Fault;
use crate::time::Timestamp;
use lettre::message::Mailbox;
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{AsyncSmtpConnection, TlsParameters, TlsParametersBuilder};
use lettre::transport::smtp::commands::{Data, Mail as Sender, Rcpt};
use lettre::transport::smtp::extension::ClientId;
use lettre::transport::smtp::response::{Response, Severity};
use std::sync::Arc;
use std::time::Duration;
use url::Host;

/// For everything that a message takes.
const WHOLE: Duration = Duration::from_mins(1);
/// For the last word, on which nothing depends.
const FAREWELL: Duration = Duration::from_secs(5);

/// The server that takes our mail; cheap to clone.
#[derive(Clone)]
pub struct Smtp(Arc<Parts>);

struct Parts {
    config: SmtpConfig,
    from: Mailbox,
    /// Shared by all connections, so that each resumes the one before.
    tls: Option<TlsParameters>,
    name: ClientId,
}

impl Smtp {
    /// A server, and whom its mail comes from. Nothing is connected yet.
    pub fn new(config: &SmtpConfig, from: &Mailbox) -> Result<Self, Fault> {
        let tls = match config.security {
            SmtpSecurity::Plain => None,
            SmtpSecurity::Tls | SmtpSecurity::StartTls => Some(tls(config)?),
        };
        Ok(Self(Arc::new(Parts {
            config: config.clone(),
            from: from.clone(),
            tls,
            name: ClientId::default(),
        })))
    }

    /// Sends a message. `message_id` is the same at each try, so that a second
    /// copy is known as one.
    pub async fn send(
        &self,
        mail: &Mail,
        message_id: &str,
        date: Timestamp,
    ) -> Result<(), Failure> {
        let letter = Letter::new(mail, &self.0.from, message_id, date)?;
        let (connection, sent) = within(WHOLE, async {
            let mut connection = self.connect().await?;
            let sent = self.deliver(&mut connection, letter).await;
            Ok((connection, sent))
        })
        .await?;
        farewell(connection).await;
        sent
    }

    /// Connects and signs in, and sends nothing; for `doctor`.
    pub async fn probe(&self) -> Result<(), String> {
        let connected = within(WHOLE, self.connect()).await;
        farewell(connected.map_err(|failure| failure.reason().to_owned())?).await;
        Ok(())
    }

    /// A connection that may be given a message: protected, and signed in.
    async fn connect(&self) -> Result<AsyncSmtpConnection, Failure> {
        let Parts { config, tls, name, .. } = &*self.0;
        let private = self.private();
        let addresses = connect::addresses(&config.host, config.port).await?;
        let connected = if config.security == SmtpSecurity::Tls {
            let (addresses, tls) = (addresses.as_slice(), tls.clone());
            AsyncSmtpConnection::connect_tokio1(addresses, Some(CONNECT), name, tls, None).await
        } else {
            let stream = Box::new(Bytewise::new(connect::open(&addresses).await?));
            AsyncSmtpConnection::connect_with_transport(stream, name).await
        };
        let mut connection =
            connected.map_err(|error| Failure::later("connecting", &error, &private))?;
        if let (SmtpSecurity::StartTls, Some(tls)) = (config.security, tls) {
            if !connection.can_starttls() {
                farewell(connection).await;
                return Err(Failure::Later(
                    "the server offers no STARTTLS, so it is sent nothing".into(),
                ));
            }
            connection
                .starttls(tls.clone(), name)
                .await
                .map_err(|error| Failure::later("STARTTLS", &error, &private))?;
        }
        if let Some(credentials) = &config.credentials {
            let (user, password) = (&credentials.user, &credentials.password);
            let credentials =
                Credentials::new(user.reveal().to_owned(), password.reveal().to_owned());
            connection
                .auth(DEFAULT_MECHANISMS, &credentials)
                .await
                .map_err(|error| Failure::later("signing in", &error, &private))?;
        }
        Ok(connection)
    }

    /// One message. Which of the three it is about decides what a refusal means.
    async fn deliver(
        &self,
        connection: &mut AsyncSmtpConnection,
        letter: Letter,
    ) -> Result<(), Failure> {
        let sender = self.0.from.email.clone();
        let local = letter.to.user().to_owned();
        let mut private = self.private();
        private.push(&local);
        connection
            .command(Sender::new(Some(sender), Vec::new()))
            .await
            .map_err(|error| Failure::later("sender", &error, &private))?;
        connection
            .command(Rcpt::new(letter.to, Vec::new()))
            .await
            .map_err(|error| Failure::verdict("recipient", &error, &private))?;
        let answer = connection
            .command(Data)
            .await
            .map_err(|error| Failure::verdict("message", &error, &private))?;
        expect(&answer, Severity::PositiveIntermediate)?;
        let answer = connection
            .message(&letter.bytes)
            .await
            .map_err(|error| Failure::verdict("message", &error, &private))?;
        expect(&answer, Severity::PositiveCompletion)
    }

    /// What a server may repeat to us, and we to nobody.
    fn private(&self) -> Vec<&str> {
        let credentials = self.0.config.credentials.as_ref();
        credentials.map_or_else(Vec::new, |credentials| {
            vec![credentials.user.reveal(), credentials.password.reveal()]
        })
    }
}

/// An answer of another kind belongs to another question.
fn expect(answer: &Response, severity: Severity) -> Result<(), Failure> {
    if answer.code().severity == severity {
        return Ok(());
    }
    Err(Failure::Later("the server's answers are out of step".into()))
}

async fn farewell(mut connection: AsyncSmtpConnection) {
    // Whether the server says goodbye changes nothing.
    let _ = tokio::time::timeout(FAREWELL, connection.abort()).await;
}

fn tls(config: &SmtpConfig) -> Result<TlsParameters, Fault> {
    // An address in a certificate has no brackets.
    let host = match &config.host {
        Host::Domain(name) => name.clone(),
        Host::Ipv4(address) => address.to_string(),
        Host::Ipv6(address) => address.to_string(),
    };
    let mut builder = TlsParametersBuilder::new(host);
    if let Some(authorities) = &config.authorities {
        builder = builder.add_root_certificate(authorities.certificate().clone());
    }
    builder
        .build_rustls()
        .map_err(|error| Fault::new(format!("TLS for the mail server can't be set up: {error}")))
}

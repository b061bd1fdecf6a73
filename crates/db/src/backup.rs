use crate::sqlite::Borrowed;
use crate::{Db, Error, Result, Target};
use sqlx::postgres::{PgConnectOptions, PgSslMode};
use std::fs::OpenOptions;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

impl Db {
    /// Writes a consistent copy of the database to a new file, while it runs.
    pub async fn backup(&self, target: &Target, file: &Path) -> Result<()> {
        // Made empty first: never over another file, and at no moment open to
        // others. Both databases write into an empty file.
        OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(file)
            .map_err(|error| Error::Backup(format!("{} can't be made: {error}", file.display())))?;
        let written = self.copy(target, file).await;
        if written.is_err() {
            // Half a copy must not look like one, nor be in the way of the next try.
            let _ = std::fs::remove_file(file);
        }
        written
    }

    async fn copy(&self, target: &Target, file: &Path) -> Result<()> {
        match (self, target) {
            (Self::Sqlite { readers, .. }, _) => {
                let file =
                    file.to_str().ok_or_else(|| Error::Backup("the path must be UTF-8".into()))?;
                let file = file.to_owned();
                let copy = move |own: &mut Borrowed| {
                    own.get()?.execute("VACUUM INTO ?1", [file]).map(drop).map_err(Error::from)
                };
                readers.acquire().await?.blocking(copy).await
            }
            (Self::Postgres { .. }, Target::Postgres(url)) => dump(url, file).await,
            (Self::Postgres { .. }, Target::Sqlite(_)) => {
                Err(Error::Backup("the target is not the connected database".into()))
            }
        }
    }
}

/// `pg_dump` reads one snapshot, so the copy is consistent. What the URL says
/// goes by the environment, because an argument would show the password to every
/// process.
async fn dump(url: &str, file: &Path) -> Result<()> {
    let options: PgConnectOptions = url
        .parse()
        .map_err(|error| Error::Target(format!("this PostgreSQL URL can't be read: {error}")))?;
    let host = options
        .get_socket()
        .map_or_else(|| options.get_host().into(), |socket| socket.clone().into_os_string());
    let mut command = tokio::process::Command::new("pg_dump");
    command
        .arg("--format=custom")
        .arg("--no-password")
        .arg("--file")
        .arg(file)
        .env("PGHOST", host)
        .env("PGPORT", options.get_port().to_string())
        .env("PGUSER", options.get_username())
        .env("PGDATABASE", options.get_database().unwrap_or(options.get_username()))
        .env("PGSSLMODE", ssl_mode(options.get_ssl_mode()));
    if let Some(password) = password(url)? {
        command.env("PGPASSWORD", password);
    }
    let output = command.output().await.map_err(|error| {
        Error::Backup(format!(
            "pg_dump can't be run ({error}). Install the PostgreSQL client tools"
        ))
    })?;
    if output.status.success() {
        Ok(())
    } else {
        Err(Error::Backup(String::from_utf8_lossy(&output.stderr).trim().to_owned()))
    }
}

/// The password, from either of the two places in a URL where one can stand.
fn password(url: &str) -> Result<Option<String>> {
    let url = url::Url::parse(url).map_err(|error| Error::Target(error.to_string()))?;
    let decode = |text| percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned();
    let in_query =
        || url.query_pairs().find(|(name, _)| name == "password").map(|(_, text)| text.into());
    Ok(url.password().map(decode).or_else(in_query))
}

const fn ssl_mode(mode: PgSslMode) -> &'static str {
    match mode {
        PgSslMode::Disable => "disable",
        PgSslMode::Allow => "allow",
        PgSslMode::Prefer => "prefer",
        PgSslMode::Require => "require",
        PgSslMode::VerifyCa => "verify-ca",
        PgSslMode::VerifyFull => "verify-full",
    }
}

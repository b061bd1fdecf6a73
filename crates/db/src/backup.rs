use crate::{Db, Error, Result, Target};
use std::path::Path;

impl Db {
    /// Writes a consistent copy of the database to a new file, while it runs.
    pub async fn backup(&self, target: &Target, file: &Path) -> Result<()> {
        if file.exists() {
            return Err(Error::Backup(format!("{} exists already", file.display())));
        }
        match (self, target) {
            (Self::Sqlite { readers, .. }, _) => {
                let file =
                    file.to_str().ok_or_else(|| Error::Backup("the path must be UTF-8".into()))?;
                sqlx::query("VACUUM INTO $1").bind(file).execute(readers).await?;
                Ok(())
            }
            (Self::Postgres { .. }, Target::Postgres(url)) => dump(url, file).await,
            (Self::Postgres { .. }, Target::Sqlite(_)) => {
                Err(Error::Backup("the target is not the connected database".into()))
            }
        }
    }
}

/// `pg_dump` reads one snapshot, so the copy is consistent. The URL goes by the
/// environment, because an argument would show the password to every process.
async fn dump(url: &str, file: &Path) -> Result<()> {
    let options: sqlx::postgres::PgConnectOptions = url
        .parse()
        .map_err(|error| Error::Target(format!("this PostgreSQL URL can't be read: {error}")))?;
    let parsed = url::Url::parse(url).map_err(|error| Error::Target(error.to_string()))?;
    let password = parsed.password().map(|password| {
        percent_encoding::percent_decode_str(password).decode_utf8_lossy().into_owned()
    });
    let mut command = tokio::process::Command::new("pg_dump");
    command
        .arg("--format=custom")
        .arg("--file")
        .arg(file)
        .env("PGHOST", options.get_host())
        .env("PGPORT", options.get_port().to_string())
        .env("PGUSER", options.get_username())
        .env("PGDATABASE", options.get_database().unwrap_or(options.get_username()));
    if let Some(password) = password {
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

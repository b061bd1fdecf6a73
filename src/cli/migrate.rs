//! `portcullis migrate`

use super::Reply;
use crate::app;
use crate::config::Config;
use crate::data_dir;
use crate::error::{Error, Fault};
use portcullis_db::{Db, Target};
use serde_json::json;

pub(super) async fn run(config: &Config) -> Reply {
    let held = match &config.database {
        Target::Postgres(_) => None,
        Target::Sqlite(_) => match data_dir::lock(config) {
            Ok(Some(lock)) => Some(lock),
            Ok(None) => {
                return Reply::refused(
                    "a server uses this database; it brought the schema up to date when it started",
                );
            }
            Err(fault) => return fault.into(),
        },
    };
    let reply = match migrate(config).await {
        Ok((before, after)) => {
            let text = if before == after {
                format!("the schema is at version {after} already")
            } else {
                format!("the schema went from version {before} to {after}")
            };
            Reply::done(text, json!({ "from": before, "to": after }))
        }
        Err(error) => error.into(),
    };
    drop(held);
    reply
}

async fn migrate(config: &Config) -> Result<(i64, i64), Error> {
    let db = Db::connect(&config.database).await?;
    let before = db.schema_version().await?;
    app::migrate(&db).await.map_err(|error| Fault::new(error.to_string()))?;
    let after = db.schema_version().await?;
    db.close().await;
    Ok((before, after))
}

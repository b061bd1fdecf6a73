//! `portcullis backup`

use super::{Reply, USAGE};
use crate::app::{App, make_folder};
use crate::error::{Fault, Result};
use crate::features::administration;
use clap::Args;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

#[derive(Debug, Args)]
pub(super) struct Command {
    /// A folder for the copy; it is made, and must not hold one yet
    #[arg(long, value_name = "FOLDER")]
    to: PathBuf,
    /// Leave the key file out, because it is kept elsewhere
    #[arg(long)]
    without_key: bool,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Order {
    folder: PathBuf,
    with_key: bool,
}

impl Command {
    /// The server's working folder may be another, so the path is made absolute
    /// here.
    pub(super) fn order(self) -> std::result::Result<Order, Reply> {
        let folder = std::path::absolute(&self.to)
            .map_err(|error| Reply::problem(USAGE, format!("{}: {error}", self.to.display())))?;
        Ok(Order { folder, with_key: !self.without_key })
    }
}

pub(super) async fn carry_out(app: &App, order: Order) -> Result<Reply> {
    make_folder(&order.folder)?;
    let name = match app.db.kind() {
        "SQLite" => "portcullis.db",
        _ => "portcullis.dump",
    };
    let database = order.folder.join(name);
    if database.exists() {
        return Ok(Reply::refused(format!("{} exists already", database.display())));
    }
    app.db
        .backup(&app.config.database, &database)
        .await
        .map_err(|error| Fault::new(format!("the backup failed: {error}")))?;
    for_owner_only(&database)?;
    let mut files = vec![database];
    if order.with_key {
        let key = order.folder.join("portcullis.key");
        std::fs::copy(&app.config.key_file, &key)
            .map_err(|error| Fault::new(format!("the key file can't be copied: {error}")))?;
        for_owner_only(&key)?;
        files.push(key);
    }
    administration::note_backup(app).await?;
    let names: Vec<String> = files.iter().map(|file| file.display().to_string()).collect();
    Ok(Reply::done(format!("written:\n{}", names.join("\n")), json!({ "files": names })))
}

fn for_owner_only(path: &Path) -> Result<()> {
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600))
        .map_err(|error| Fault::new(format!("{}: {error}", path.display())).into())
}

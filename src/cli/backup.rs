//! `portcullis backup`

use super::{Reply, USAGE};
use crate::app::{App, make_folder};
use crate::error::{Fault, Result};
use crate::features::administration;
use clap::Args;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::fs::OpenOptions;
use std::os::unix::fs::OpenOptionsExt;
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
    let key = order.folder.join("portcullis.key");
    // The key file is looked for too: copied onto itself it would be emptied.
    let wanted = [Some(&database), order.with_key.then_some(&key)];
    if let Some(there) = wanted.into_iter().flatten().find(|file| file.exists()) {
        return Ok(Reply::refused(format!("{} exists already", there.display())));
    }
    app.db
        .backup(&app.config.database, &database)
        .await
        .map_err(|error| Fault::new(format!("the backup failed: {error}")))?;
    let mut files = vec![database];
    if order.with_key {
        if let Err(error) = copy_key(&app.config.key_file, &key) {
            // Without the key the copy is of no use, and must not look complete.
            let _ = files.iter().try_for_each(std::fs::remove_file);
            return Err(Fault::new(format!("the key file can't be copied: {error}")).into());
        }
        files.push(key);
    }
    administration::note_backup(app).await?;
    let names: Vec<String> = files.iter().map(|file| file.display().to_string()).collect();
    Ok(Reply::done(format!("written:\n{}", names.join("\n")), json!({ "files": names })))
}

/// A new file, at no moment open to others.
fn copy_key(from: &Path, to: &Path) -> std::io::Result<()> {
    let mut source = std::fs::File::open(from)?;
    let mut copy = OpenOptions::new().write(true).create_new(true).mode(0o600).open(to)?;
    std::io::copy(&mut source, &mut copy)?;
    copy.sync_all()
}

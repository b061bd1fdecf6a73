//! `portcullis config`

use super::Reply;
use crate::config::example;
use clap::Subcommand;
use serde_json::json;

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Print a configuration file with every key, its meaning and its default
    Example,
}

impl Command {
    /// Needs no configuration, so that it helps where there is none or a bad one.
    pub(super) fn reply(&self) -> Reply {
        match self {
            Self::Example => {
                let text = example();
                Reply::done(text.trim_end(), json!({ "example": text }))
            }
        }
    }
}

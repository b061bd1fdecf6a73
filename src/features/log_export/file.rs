//! An export as a file that is sent while it is read.

use super::Export;
use crate::error::{Refused, Result};
use crate::features::security_log::export::Format;
use crate::http::api::File;
use crate::time::Timestamp;
use axum::body::Body;

/// What is sent as a whole, and so with its length, because it is here already.
const WHOLE: usize = 256 * 1024;

/// What fits is sent as a whole, so that a browser knows how much there is; what
/// does not is sent while it is read.
pub async fn file(mut export: Export, format: Format, now: Timestamp) -> Result<File> {
    let media_type = format.media_type();
    let day = jiff::Timestamp::from_millisecond(now.millis()).map_err(|_| Refused::Unreadable)?;
    let name = format!("security-log-{}.{}", day.strftime("%Y-%m-%d"), format.tag());
    let mut first = Vec::new();
    while first.len() < WHOLE {
        match export.next().await? {
            Some(more) => first.extend(more),
            None => return Ok(File { name, media_type, body: Body::from(first) }),
        }
    }
    let rest = futures_util::stream::try_unfold((Some(first), export), |(first, mut export)| {
        let next = async move {
            let lines = match first {
                Some(first) => Some(first),
                None => export.next().await.map_err(|error| cut_short(&error))?,
            };
            Ok::<_, std::io::Error>(lines.map(|lines| (lines, (None, export))))
        };
        Box::pin(next)
    });
    Ok(File { name, media_type, body: Body::from_stream(rest) })
}

/// The connection is cut, so that no part of a file is taken for the whole.
fn cut_short(error: &crate::error::Error) -> std::io::Error {
    tracing::warn!(?error, "an export was cut short");
    std::io::Error::other("cut short")
}

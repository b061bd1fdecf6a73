//! What was typed into a form that a fresh proof came before: the browser keeps
//! it for a few minutes, sealed, and the form's page has it once more. It is of
//! use in one session and on one page only, and no secret is ever in it. What is too long
//! for a cookie is a draft of the session, and the cookie says only for which page it is.

use super::cookies::{self, Name};
use super::csrf;
use super::routes::Route;
use super::visit::Visit;
use crate::error::Result;
use crate::features::drafts;
use crate::features::sessions::Session;
use crate::ids::SessionId;
use crate::sealed::{self, Place, Sealed};
use cookie::Cookie;
use serde::{Deserialize, Serialize};
use std::time::Duration;

const LIFETIME: Duration = Duration::from_mins(10);
/// Browsers keep 4,096 bytes, and this is sealed and in hexadecimal.
const MOST: usize = 1_800;
/// Names of fields that hold what nobody else may know, or what is the form's.
const LEFT_OUT: &[&str] = &["csrf", "password", "code"];

#[derive(Serialize, Deserialize)]
struct Kept {
    path: String,
    until: i64,
    fields: Vec<(String, String)>,
    /// Whether the fields are the session's draft.
    #[serde(default)]
    is_draft: bool,
}

const fn place(session: &Session) -> Place {
    Place { table: "cookies", column: "kept", row: session.id.uuid(), owner: None }
}

/// The cookie that keeps a form of ours for the page at this path; none where
/// nothing worth keeping was typed.
pub(super) async fn keep(visit: &Visit, path: &str) -> Result<Option<Cookie<'static>>> {
    let Some((session, fields)) = typed(visit) else { return Ok(None) };
    let until = visit.now.plus(LIFETIME);
    let mut kept = Kept { path: path.to_owned(), until: until.millis(), fields, is_draft: false };
    let mut plain = serde_json::to_vec(&kept).unwrap_or_default();
    if plain.len() > MOST {
        let whole = serde_json::to_vec(&kept.fields).unwrap_or_default();
        if !drafts::keep(&visit.app, session.id, &whole, until).await? {
            return Ok(None);
        }
        (kept.fields, kept.is_draft) = (Vec::new(), true);
        plain = serde_json::to_vec(&kept).unwrap_or_default();
    }
    let app = &visit.app;
    let sealed = sealed::seal(&app.keys, &app.random, place(session), &plain)?;
    let text = format!("{}.{}", sealed.key_id, hex::encode(sealed.bytes));
    Ok(Some(cookies::set(app, Name::Kept, text, Some(LIFETIME))))
}

/// What was typed into a form of ours, but for what is not kept.
fn typed(visit: &Visit) -> Option<(&Session, Vec<(String, String)>)> {
    let current = visit.current.as_ref()?;
    let typed: Vec<(String, String)> = serde_urlencoded::from_bytes(&visit.form).ok()?;
    let token = typed.iter().find(|(name, _)| name == "csrf")?;
    if !csrf::matches(&visit.form_token, &token.1) {
        return None;
    }
    let is_kept = |name: &str| !LEFT_OUT.iter().any(|part| name.contains(part));
    let fields: Vec<_> = typed.into_iter().filter(|(name, _)| is_kept(name)).collect();
    (!fields.is_empty()).then_some((&current.session, fields))
}

/// What was kept for the page that is asked for, and the cookie that has done
/// its work.
pub(super) async fn read(
    visit: &Visit,
    route: &Route,
) -> Result<Option<(Vec<(String, String)>, Cookie<'static>)>> {
    let Some((session, kept)) = opened(visit, route) else { return Ok(None) };
    let done = cookies::remove(&visit.app, Name::Kept);
    if !kept.is_draft {
        return Ok(Some((kept.fields, done)));
    }
    let draft = drafts::find(&visit.app, session, visit.now).await?;
    let fields = draft.and_then(|plain| serde_json::from_slice(&plain).ok());
    Ok(Some((fields.unwrap_or_default(), done)))
}

fn opened(visit: &Visit, route: &Route) -> Option<(SessionId, Kept)> {
    let text = visit.cookies.get(Name::Kept)?;
    let current = visit.current.as_ref()?;
    let (key_id, bytes) = text.rsplit_once('.')?;
    let sealed = Sealed { key_id: key_id.to_owned(), bytes: hex::decode(bytes).ok()? };
    let plain = sealed::open(&visit.app.keys, place(&current.session), &sealed).ok()?;
    let kept: Kept = serde_json::from_slice(&plain).ok()?;
    let is_here = kept.path == visit.filled_in(route.path);
    let is_fresh = visit.now.millis() < kept.until;
    (is_here && is_fresh).then_some((current.session.id, kept))
}

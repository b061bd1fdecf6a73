//! The export for programs.

use super::file::file;
use super::{Asked, Asker, Order, ask};
use crate::features::activity_history::api::{FROM, UNTIL};
use crate::features::security_log::Area;
use crate::features::security_log::export::{Cursor, FORMATS, Format, Wanted, Whose};
use crate::http::api::{
    Call, Code, Declares, File, LogExport, OrganisationLog, Param, Problem, Result, Wrong, choices,
};
use serde_json::json;

/// What an export can be asked for.
pub static EXPORT: &[&dyn Declares] = &[&FORMAT, &AREAS, &FROM, &UNTIL, &AFTER];

static FORMAT: Param<Format> = Param {
    name: "format",
    about: "How events are written down; `jsonl` unless it is given.",
    schema: || choices(FORMATS.iter().map(|format| format.tag())),
    read: Format::from_tag,
    wrong: "no such format",
};

static AREAS: Param<Vec<Area>> = Param {
    name: "areas",
    about: "What the events are about: areas with commas between, all of them unless it is given.",
    schema: || {
        let tags: Vec<&str> = Area::ALL.iter().map(|area| area.tag()).collect();
        let tags = tags.join("|");
        json!({"type": "string", "pattern": format!("^({tags})(,({tags}))*$")})
    },
    read: |text| text.split(',').map(Area::from_tag).collect(),
    wrong: "no areas with commas between",
};

static AFTER: Param<Cursor> = Param {
    name: "after",
    about: "In the order of commits, after this event: the `cursor` of the last one that was \
            taken, or `0.00000000-0000-0000-0000-000000000000` to begin. Neither `from` nor \
            `until` can stand beside it.",
    schema: || json!({"type": "string", "pattern": "^[0-9]+\\.[0-9a-f-]{36}$"}),
    read: |text| text.parse().ok(),
    wrong: "no cursor of this log",
};

/// The account's own log.
pub async fn export(call: Call, LogExport(bearer): LogExport) -> Result<File> {
    let token = call.token().ok_or(Code::InvalidToken)?;
    let asker = Asker::Program(&bearer, &token, &call.source);
    send(&call, asker, Whose::Account(bearer.account.id)).await
}

/// The log of an organisation that the account is an owner or admin of.
pub async fn export_of_organisation(
    call: Call,
    OrganisationLog(bearer, granted): OrganisationLog,
) -> Result<File> {
    let token = call.token().ok_or(Code::InvalidToken)?;
    let id = granted.organisation.id;
    let asker = Asker::ProgramOf(&bearer, &token, &call.source, id);
    send(&call, asker, Whose::Organisation(id)).await
}

async fn send(call: &Call, asker: Asker<'_>, whose: Whose) -> Result<File> {
    let mut query = call.query();
    let format = query.read(&FORMAT).unwrap_or(Format::JsonLines);
    let areas = query.read(&AREAS).unwrap_or_else(|| Area::ALL.to_vec());
    let (from, until) = (query.read(&FROM), query.read(&UNTIL));
    let after = query.read(&AFTER);
    if after.is_some() && (from.is_some() || until.is_some()) {
        query.wrong(AFTER.name, "neither `from` nor `until` can stand beside it");
    }
    if let (Some(from), Some(until)) = (from, until)
        && until <= from
    {
        query.wrong(UNTIL.name, "not after `from`");
    }
    query.done()?;
    let wanted = Wanted { whose, from, until: until.unwrap_or(Wanted::OPEN), areas };
    let order = after.map_or(Order::Time, Order::Commits);
    match ask(&call.app, asker, wanted, format, order).await? {
        Asked::Granted(export) => Ok(file(*export, format, call.now).await?),
        Asked::Wait(wait) => Err(Problem::too_many(wait).into()),
        Asked::WrongCursor => {
            let (name, message) = (AFTER.name.to_owned(), AFTER.wrong.to_owned());
            Err(Problem::wrong(vec![Wrong { name, message }]).into())
        }
    }
}

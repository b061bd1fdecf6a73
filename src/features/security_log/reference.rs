//! The reference of events, out of the very types that are written.

use super::export::{FIELDS, FORMATS};
use super::{Area, Kind, Method, Object, Reason};
use crate::text::{Catalogues, Language, Text};
use crate::time::Timestamp;
use jiff::tz::TimeZone;
use std::fmt::Write;
use std::sync::Arc;

const HEAD: &str = "\
<!-- Made by `cargo xtask events`; a test compares it with the program. -->

# Security events

Every act that matters for security, done or refused, is one event. It is written in the transaction of the act, \
never changed but for what is erased with an account, and removed after `log_retention_days`. *Export log*, the \
pages under `/admin` and `portcullis log export` give it out ([how](operations.md#taking-the-log-elsewhere)).

## Formats

Both formats are UTF-8 and have the same fields, oldest event first.

- **CSV** (`csv`): RFC 4180, with a line of names, lines that end in CR LF, and no byte order mark. A field that is \
absent is empty. A cell that begins with `=`, `+`, `-`, `@` (or a full-width form of these), a tab or a line break \
has an apostrophe before it, so that a spreadsheet takes it for text.
- **JSON Lines** (`jsonl`): one object a line, ended by LF. All values are strings, or null where a field is absent. \
Everything is as it was written.

Fields may be added at the end, and kinds and reasons anywhere. A program should pass over what it does not know.

## Order and cursors

A page's export is in the order of time. The command line's is in the order of commits, in which nothing can come in \
between later: who goes on after the last `cursor` misses no event and gets none twice, over any number of nodes and \
restarts. A cursor is a number and an event's id with a dot between. Numbers grow, with gaps; events of one \
transaction share one, and stand in the order of their ids. Events from before there were numbers have 0.

On SQLite an event is shown once it is committed; on PostgreSQL once no older transaction of the cluster is open that \
has written something. A cursor that is ahead of the log, because an older backup was put back, is refused.

## Seals

Each minute what has been committed is sealed, in the order of commits, at most 500 events and the events of one hour \
under a seal. `portcullis log verify` reckons everything anew ([what to run](operations.md#proving-the-log)):

- An event's **leaf** is `leaf_hash`: SHA-256 over a zero byte, a version, and its fields. For each personal field it \
covers a commitment, SHA-256 over a random salt and the value. Erasing removes value and salt; the commitment and so \
the leaf stay.
- A seal's **root** is that of the Merkle tree of RFC 6962 over entries, each SHA-256 over a zero byte, \
`portcullis/log-seal/v1/entry`, the number of the event's cursor (8 bytes, big-endian) and its leaf.
- A seal's **head** is SHA-256 over `portcullis/log-seal/v1/head` and, each with its length before it (8 bytes): the \
head before, the seal's number, the number and id of its last event, how many events it has, when the newest of them \
happened, the root, and when it was made. It is written as `NUMBER.HASH`.
- An HMAC over the head, by a key derived from the key file, proves that this installation has made it.

Events older than `log_retention_days` are removed a whole seal at a time, the oldest first. The seal stays, with a \
second HMAC over when that was. What is younger than a minute is not sealed, and whoever has the database can still \
change it unseen; so can those who have the key file, too, but for heads that were noted elsewhere.

";

/// The whole reference, in Markdown.
pub fn reference() -> String {
    let catalogues = Arc::new(Catalogues::default());
    let now = Timestamp::from_millis(0);
    let text = Text::new(catalogues, Language::EnglishUnitedKingdom, TimeZone::UTC, now);
    let mut all = HEAD.to_owned();
    table(&mut all, "Fields", ["field", "meaning"], FIELDS.iter().map(|it| [it.name, it.meaning]));
    let kinds = Kind::ALL.iter().map(|kind| row(&text, *kind));
    table(&mut all, "Kinds", ["kind", "area", "what was done or tried", "refused for"], kinds);
    let areas = Area::ALL.iter().map(|it| [it.tag(), it.meaning()]);
    table(&mut all, "Areas", ["area", "what it is about"], areas);
    let reasons = Reason::ALL.iter().map(|it| [it.tag(), it.meaning()]);
    table(&mut all, "Reasons", ["reason", "why it was refused"], reasons);
    let objects = Object::ALL.iter().map(|it| [it.tag(), it.meaning()]);
    table(&mut all, "Objects", ["object_kind", "what it was done to"], objects);
    let methods = Method::ALL.iter().map(|it| [it.tag(), it.meaning()]);
    table(&mut all, "Methods", ["detail", "how a second factor was proved"], methods);
    let formats = FORMATS.map(|it| [it.tag(), it.media_type()]);
    table(&mut all, "Media types", ["format", "media type"], formats.into_iter());
    all
}

fn row(text: &Text, kind: Kind) -> [String; 4] {
    // A kind is refused for what people have a sentence for.
    let refused: Vec<String> = Reason::ALL
        .iter()
        .filter(|reason| text.has(&format!("event-{}-refused-{}", kind.tag(), reason.tag())))
        .map(|reason| format!("`{}`", reason.tag()))
        .collect();
    [kind.tag().into(), kind.area().tag().into(), kind.meaning().into(), refused.join(", ")]
}

fn table<const N: usize, T: AsRef<str>>(
    all: &mut String,
    title: &str,
    head: [&str; N],
    rows: impl Iterator<Item = [T; N]>,
) {
    // Writing to a text can't fail.
    let _ = writeln!(all, "## {title}\n\n| {} |\n|{}", head.join(" | "), " --- |".repeat(N));
    for row in rows {
        let mut cells = row.iter().map(T::as_ref);
        let first = cells.next().unwrap_or_default();
        let rest: Vec<&str> = cells.collect();
        let _ = writeln!(all, "| `{first}` | {} |", rest.join(" | "));
    }
    all.push('\n');
}

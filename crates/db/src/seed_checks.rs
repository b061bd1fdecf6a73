//! For benches and the chaos run alone: applications, and credentials whose secrets those
//! know, so that they can be presented.

use crate::seed::run;
use crate::{Db, Result};
use std::fmt::Write;

/// So many rows a statement.
const AT_ONCE: usize = 500;

/// What a bearer secret is stored as.
#[derive(Debug, Clone, Copy)]
pub struct Stored {
    /// The public id.
    pub id: [u8; 16],
    /// The hash of the secret.
    pub hash: [u8; 32],
}

/// One account with a session, an application session in it, and access tokens.
#[derive(Debug, Clone)]
pub struct Person {
    /// Its address is `check`, this number, and `@example.com`.
    pub number: u64,
    /// The account.
    pub account: [u8; 16],
    /// Its session.
    pub session: Stored,
    /// The application session.
    pub application_session: Stored,
    /// The access tokens, each with what it may do.
    pub tokens: Vec<(Stored, Vec<String>)>,
    /// The organisation that they are a member of, where there is one.
    pub organisation: Option<[u8; 16]>,
}

/// An organisation whose members an application's gate lets in at `/team`.
#[derive(Debug, Clone, Copy)]
pub struct Team<'a> {
    /// Its id.
    pub id: [u8; 16],
    /// Its place among organisations: its short name is [`slug`] of that.
    pub number: u64,
    /// The addresses of its owners, who are there.
    pub owners: [&'a str; 2],
}

/// The application that asks.
#[derive(Debug, Clone, Copy)]
pub struct Asker {
    /// Its client id.
    pub id: [u8; 16],
    /// Its secret.
    pub secret: Stored,
    /// Its place among the applications: where the gate stands before it is
    /// [`origin`] of that.
    pub number: u64,
}

/// What an application declares, and credentials carry.
pub fn permission(number: u64) -> String {
    match number {
        0 => "clients:read".to_owned(),
        _ => format!("clients{number}:read"),
    }
}

/// Where the gate stands before an application.
pub fn origin(number: u64) -> String {
    match number {
        0 => "https://app.example.com".to_owned(),
        _ => format!("https://app{number}.example.com"),
    }
}

/// An organisation's short name.
pub fn slug(number: u64) -> String {
    format!("team{number}")
}

fn bytes(db: &Db, bytes: &[u8]) -> String {
    let mut hex = String::new();
    for byte in bytes {
        let _ = write!(hex, "{byte:02x}");
    }
    match db {
        Db::Sqlite { .. } => format!("x'{hex}'"),
        Db::Postgres { .. } => format!("'\\x{hex}'::bytea"),
    }
}

/// Fills the tables. Nothing's use is due to be noted for an hour from `now`.
pub async fn fill(
    db: &Db,
    asker: Asker,
    people: impl Iterator<Item = Person>,
    now: i64,
) -> Result<()> {
    add_application(db, asker, now).await?;
    add_people(db, asker, people, now).await?;
    let analyse =
        if matches!(db, Db::Sqlite { .. }) { "PRAGMA optimize" } else { "VACUUM ANALYZE" };
    run(db, analyse.into()).await
}

/// Adds an application: people who are signed in may enter it.
pub async fn add_application(db: &Db, asker: Asker, now: i64) -> Result<()> {
    let bytes = |of: &[u8]| bytes(db, of);
    let (application, secret) = (bytes(&asker.id), asker.secret);
    let (origin, permission) = (origin(asker.number), permission(asker.number));
    run(
        db,
        format!(
            "INSERT INTO applications (id, name, kind, session_lifetime, id_token_algorithm, \
             created_at, revision) VALUES ({application}, 'Bench', 'confidential', 86400000, \
             'ES256', {now}, 0); \
             INSERT INTO application_secrets (id, application_id, secret_hash, tail, created_at) \
             VALUES ({}, {application}, {}, 'abcd', {now}); \
             INSERT INTO application_permissions (application_id, name, about) \
             VALUES ({application}, '{permission}', 'See clients'); \
             INSERT INTO application_addresses (application_id, kind, address) \
             VALUES ({application}, 'gate', '{origin}'); \
             INSERT INTO gate_rules (application_id, origin, path_prefix, requirement, permissions) \
             VALUES ({application}, '{origin}', '/', 'signed-in', ''), \
             ({application}, '{origin}', '/public', 'public', ''), \
             ({application}, '{origin}', '/admin', 'second-factor', '')",
            bytes(&secret.id),
            bytes(&secret.hash)
        ),
    )
    .await
}

/// Adds an organisation to an application that is there.
pub async fn add_team(db: &Db, asker: Asker, team: Team<'_>, now: i64) -> Result<()> {
    let bytes = |of: &[u8]| bytes(db, of);
    let (id, slug, origin) = (bytes(&team.id), slug(team.number), origin(asker.number));
    let [one, other] = team.owners;
    run(
        db,
        format!(
            "INSERT INTO organisations (id, slug, name, plan, created_at, revision) \
             VALUES ({id}, '{slug}', 'Team', 'enterprise', {now}, 0); \
             INSERT INTO members (organisation_id, account_id, role, joined_at) \
             SELECT {id}, a.id, 'owner', {now} FROM accounts a \
             WHERE a.email IN ('{one}', '{other}'); \
             INSERT INTO gate_rules (application_id, origin, path_prefix, requirement, \
             permissions, organisation) \
             VALUES ({}, '{origin}', '/team', 'signed-in', '', '{slug}')",
            bytes(&asker.id)
        ),
    )
    .await
}

/// Has an account hold an authenticator app, as far as others ask whether it does.
pub async fn hold_second_factor(db: &Db, account: [u8; 16]) -> Result<()> {
    let account = bytes(db, &account);
    run(db, format!("UPDATE accounts SET second_factors = 'authenticator' WHERE id = {account}"))
        .await
}

/// Adds people who are signed in to an application.
pub async fn add_people(
    db: &Db,
    asker: Asker,
    people: impl Iterator<Item = Person>,
    now: i64,
) -> Result<()> {
    let bytes = |of: &[u8]| bytes(db, of);
    let (application, permission) = (bytes(&asker.id), permission(asker.number));
    let (used, expires) = (now + 3_600_000, now + 30 * 86_400_000);
    let mut people = people.peekable();
    while people.peek().is_some() {
        let mut rows: [Vec<String>; 6] = Default::default();
        for person in people.by_ref().take(AT_ONCE) {
            let (account, session) = (bytes(&person.account), bytes(&person.session.id));
            let (own, n) = (person.application_session, person.number);
            let email = format!("check{n}@example.com");
            let key = bytes(email.as_bytes());
            let [accounts, sessions, children, tokens, permissions, members] = &mut rows;
            accounts.push(format!(
                "({account}, '{email}', '{email}', {now}, 'Person {n}', 'en-GB', \
                 'Europe/London', {now}, 0, '', {key})"
            ));
            sessions.push(format!(
                "({session}, {account}, {}, {now}, {used}, {expires}, {now}, '203.0.113.7', \
                 'Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0')",
                bytes(&person.session.hash)
            ));
            children.push(format!(
                "({}, {session}, {account}, {application}, {}, \
                 '{permission} email openid profile', {now}, {expires}, {used})",
                bytes(&own.id),
                bytes(&own.hash)
            ));
            let member = |team: [u8; 16]| format!("({}, {account}, 'member', {now})", bytes(&team));
            members.extend(person.organisation.map(member));
            for (token, may) in &person.tokens {
                let id = bytes(&token.id);
                tokens.push(format!(
                    "({id}, {account}, {}, 'A program', 'abcd', '', {id}, {now}, {expires}, {used})",
                    bytes(&token.hash)
                ));
                permissions.extend(may.iter().map(|name| format!("({id}, '{name}')")));
            }
        }
        let tables = [
            "accounts (id, email, email_canonical, email_verified_at, name, language, time_zone, \
             created_at, revision, second_factors, email_key)",
            "sessions (id, account_id, secret_hash, created_at, last_active_at, expires_at, \
             password_at, address, user_agent)",
            "application_sessions (id, session_id, account_id, application_id, secret_hash, \
             scopes, created_at, expires_at, last_used_at)",
            "access_tokens (id, account_id, secret_hash, name, tail, sources, form_id, created_at, \
             expires_at, last_used_at)",
            "access_token_permissions (token_id, permission)",
            "members (organisation_id, account_id, role, joined_at)",
        ];
        let mut all = String::from("BEGIN;");
        for (table, rows) in tables.into_iter().zip(&rows).filter(|(_, rows)| !rows.is_empty()) {
            let _ = write!(all, "INSERT INTO {table} VALUES {};", rows.join(", "));
        }
        all.push_str("COMMIT");
        run(db, all).await?;
    }
    Ok(())
}

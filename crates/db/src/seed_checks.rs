//! For benches alone: applications, and credentials whose secrets the bench knows, so
//! that they can be presented.

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

/// One account with a session, an application session in it, and an access token.
#[derive(Debug, Clone, Copy)]
pub struct Person {
    /// The account.
    pub account: [u8; 16],
    /// Its session.
    pub session: [u8; 16],
    /// The application session.
    pub application_session: Stored,
    /// The access token.
    pub token: Stored,
}

/// The application that asks.
#[derive(Debug, Clone, Copy)]
pub struct Asker {
    /// Its client id.
    pub id: [u8; 16],
    /// Its secret.
    pub secret: Stored,
}

/// What an application of the bench declares, and every credential carries.
pub const PERMISSION: &str = "clients:read";

/// Where the gate stands before it.
const ORIGIN: &str = "https://app.example.com";

/// Fills the tables. Nothing's use is due to be noted for an hour from `now`.
pub async fn fill(
    db: &Db,
    asker: Asker,
    people: impl Iterator<Item = Person>,
    now: i64,
) -> Result<()> {
    let bytes = |bytes: &[u8]| {
        let mut hex = String::new();
        for byte in bytes {
            let _ = write!(hex, "{byte:02x}");
        }
        match db {
            Db::Sqlite { .. } => format!("x'{hex}'"),
            Db::Postgres { .. } => format!("'\\x{hex}'::bytea"),
        }
    };
    let text = |id: &[u8; 16]| bytes(id);
    let (application, secret) = (bytes(&asker.id), asker.secret);
    run(
        db,
        format!(
            "INSERT INTO applications (id, name, kind, session_lifetime, id_token_algorithm, \
             created_at, revision) VALUES ({application}, 'Bench', 'confidential', 86400000, \
             'ES256', {now}, 0); \
             INSERT INTO application_secrets (id, application_id, secret_hash, tail, created_at) \
             VALUES ({}, {application}, {}, 'abcd', {now}); \
             INSERT INTO application_permissions (application_id, name, about) \
             VALUES ({application}, '{PERMISSION}', 'See clients'); \
             INSERT INTO application_addresses (application_id, kind, address) \
             VALUES ({application}, 'gate', '{ORIGIN}'); \
             INSERT INTO gate_rules (application_id, origin, path_prefix, requirement, permissions) \
             VALUES ({application}, '{ORIGIN}', '/', 'signed-in', ''), \
             ({application}, '{ORIGIN}', '/public', 'public', ''), \
             ({application}, '{ORIGIN}', '/admin', 'second-factor', '')",
            text(&secret.id),
            bytes(&secret.hash)
        ),
    )
    .await?;
    let (used, expires) = (now + 3_600_000, now + 30 * 86_400_000);
    let mut people = people.enumerate().peekable();
    while people.peek().is_some() {
        let mut rows: [Vec<String>; 5] = Default::default();
        for (n, person) in people.by_ref().take(AT_ONCE) {
            let (account, session) = (text(&person.account), text(&person.session));
            let (own, token) = (person.application_session, person.token);
            let email = format!("check{n}@example.com");
            let key = bytes(email.as_bytes());
            let [accounts, sessions, children, tokens, permissions] = &mut rows;
            accounts.push(format!(
                "({account}, '{email}', '{email}', {now}, 'Person {n}', 'en-GB', \
                 'Europe/London', {now}, 0, '', {key})"
            ));
            sessions.push(format!(
                "({session}, {account}, {}, {now}, {used}, {expires}, {now}, '203.0.113.7', \
                 'Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0')",
                bytes(&own.hash)
            ));
            children.push(format!(
                "({}, {session}, {account}, {application}, {}, \
                 '{PERMISSION} email openid profile', {now}, {expires}, {used})",
                text(&own.id),
                bytes(&own.hash)
            ));
            let id = text(&token.id);
            tokens.push(format!(
                "({id}, {account}, {}, 'A program', 'abcd', '', {id}, {now}, {expires}, {used})",
                bytes(&token.hash)
            ));
            permissions.push(format!("({id}, '{PERMISSION}')"));
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
        ];
        let mut all = String::from("BEGIN;");
        for (table, rows) in tables.into_iter().zip(&rows) {
            let _ = write!(all, "INSERT INTO {table} VALUES {};", rows.join(", "));
        }
        all.push_str("COMMIT");
        run(db, all).await?;
    }
    let analyse =
        if matches!(db, Db::Sqlite { .. }) { "PRAGMA optimize" } else { "VACUUM ANALYZE" };
    run(db, analyse.into()).await
}

//! For benches alone: believable data, made by the database itself, because a
//! million rows by one statement each take minutes. Leaf hashes are of nothing.

use crate::{Db, Result};
use sqlx::AssertSqlSafe;

/// So many rows a statement: SQLite's journal stays small, and there is progress.
const STEP: i64 = 250_000;

/// What is to be there.
#[derive(Debug, Clone, Copy)]
pub struct Amount {
    /// Accounts, each with a session.
    pub accounts: i64,
    /// Events, a millisecond or more apart, up to the last moment.
    pub events: i64,
    /// The moment of the newest event, in unix milliseconds.
    pub until: i64,
}

/// Fills the tables. Half of the events are the owner's, where one is given; the
/// rest are spread over the other accounts.
pub async fn fill(db: &Db, amount: Amount, owner: Option<&str>) -> Result<()> {
    for statement in [accounts(db, amount), sessions(db, amount)] {
        run(db, statement).await?;
    }
    let mut first = 0;
    while first < amount.events {
        let last = (first + STEP).min(amount.events) - 1;
        run(db, events(db, amount, owner, first, last)).await?;
        first = last + 1;
    }
    for statement in [hours(amount), countries(amount), seal(db, amount)] {
        run(db, statement).await?;
    }
    let analyse =
        if matches!(db, Db::Sqlite { .. }) { "PRAGMA optimize" } else { "VACUUM ANALYZE" };
    run(db, analyse.into()).await
}

pub(crate) async fn run(db: &Db, sql: String) -> Result<()> {
    match db {
        Db::Sqlite { writer, .. } => {
            let act =
                move |own: &mut crate::sqlite::Borrowed| Ok(own.get()?.execute_batch(&sql)?);
            writer.acquire().await?.blocking(act).await
        }
        Db::Postgres { pool, .. } => {
            let mut connection = pool.acquire().await?;
            sqlx::raw_sql("SET statement_timeout = 0").execute(&mut *connection).await?;
            sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut *connection).await?;
            Ok(())
        }
    }
}

/// Numbers from one to another as `n`.
fn numbers(db: &Db, first: i64, last: i64) -> String {
    match db {
        Db::Sqlite { .. } => format!(
            "WITH RECURSIVE numbers (n) AS (SELECT {first} UNION ALL \
             SELECT n + 1 FROM numbers WHERE n < {last})"
        ),
        Db::Postgres { .. } => {
            format!("WITH numbers AS (SELECT generate_series({first}::bigint, {last}) AS n)")
        }
    }
}

/// A UUIDv7 of a moment and a number, in bytes.
fn uuid(db: &Db, millis: &str, number: &str) -> String {
    match db {
        Db::Sqlite { .. } => {
            format!(
                "unhex(printf('%012x7000%016x', {millis}, -9223372036854775807 - 1 + {number}))"
            )
        }
        Db::Postgres { .. } => format!(
            "decode(lpad(to_hex({millis}), 12, '0') || '7000' || '8' || \
             lpad(to_hex({number}), 15, '0'), 'hex')"
        ),
    }
}

/// Bytes of a hash, of the row's number.
fn hash(db: &Db) -> &'static str {
    match db {
        Db::Sqlite { .. } => "randomblob(32)",
        Db::Postgres { .. } => "sha256(n::text::bytea)",
    }
}

fn salt(db: &Db) -> &'static str {
    match db {
        Db::Sqlite { .. } => "randomblob(16)",
        Db::Postgres { .. } => "substr(sha256(n::text::bytea), 1, 16)",
    }
}

/// Two years before the last event accounts began to be made.
const MADE: &str = "1700000000000";

fn accounts(db: &Db, amount: Amount) -> String {
    let (numbers, id) = (numbers(db, 1, amount.accounts), uuid(db, MADE, "n"));
    let key = match db {
        Db::Sqlite { .. } => "CAST('person' || n || '@example.com' AS BLOB)",
        Db::Postgres { .. } => "convert_to('person' || n || '@example.com', 'UTF8')",
    };
    format!(
        "INSERT INTO accounts (id, email, email_canonical, email_verified_at, name, language, \
         time_zone, created_at, revision, second_factors, email_key) {numbers} SELECT {id}, \
         'person' || n || '@example.com', 'person' || n || '@example.com', {MADE}, \
         'Person ' || n, 'en-GB', 'Europe/London', {MADE}, 0, '', {key} FROM numbers"
    )
}

fn sessions(db: &Db, amount: Amount) -> String {
    let numbers = numbers(db, 1, amount.accounts);
    let (id, account) = (uuid(db, &amount.until.to_string(), "n"), uuid(db, MADE, "n"));
    let (until, hash) = (amount.until, hash(db));
    format!(
        "INSERT INTO sessions (id, account_id, secret_hash, created_at, last_active_at, expires_at, \
         password_at, address, user_agent) {numbers} SELECT {id}, {account}, {hash}, {until}, \
         {until}, {until} + 2592000000, {until}, '203.0.113.' || (n % 250), {AGENT} FROM numbers"
    )
}

const AGENT: &str = "CASE n % 3 \
    WHEN 0 THEN 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0' \
    WHEN 1 THEN 'Mozilla/5.0 (iPhone; CPU iPhone OS 19_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.1 Mobile/15E148 Safari/604.1' \
    ELSE 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.1 Safari/605.1.15' END";

fn events(db: &Db, amount: Amount, owner: Option<&str>, first: i64, last: i64) -> String {
    let Amount { accounts, events, until } = amount;
    // Over four hundred days, or a millisecond apart where there are more.
    let apart = (400 * 86_400_000 / events.max(1)).max(1);
    let at = format!("({until} - ({events} - n) * {apart})");
    let (numbers, id) = (numbers(db, first, last), uuid(db, &at, "n"));
    let other = uuid(db, MADE, &format!("(n * 7919 % {} + 1)", accounts.max(1)));
    let account = match (owner, db) {
        (None, _) => other,
        (Some(owner), Db::Sqlite { .. }) => {
            format!("CASE n % 2 WHEN 0 THEN x'{owner}' ELSE {other} END")
        }
        (Some(owner), Db::Postgres { .. }) => {
            format!("CASE n % 2 WHEN 0 THEN decode('{owner}', 'hex') ELSE {other} END")
        }
    };
    let kind = "CASE n % 20 WHEN 0 THEN 'password-changed' WHEN 1 THEN 'step-up' \
                WHEN 2 THEN 'sign-out' WHEN 3 THEN 'profile-changed' WHEN 4 THEN 'session-ended' \
                ELSE 'sign-in' END";
    let area = "CASE n % 20 WHEN 0 THEN 'passwords' WHEN 1 THEN 'sessions' WHEN 2 THEN 'sessions' \
                WHEN 3 THEN 'account' WHEN 4 THEN 'sessions' ELSE 'sign-ins' END";
    let (hash, salt) = (hash(db), salt(db));
    format!(
        "INSERT INTO security_events (id, occurred_at, kind, result, reason, account_id, actor_kind, \
         actor_id, session_id, address, address_salt, address_commitment, user_agent, \
         user_agent_salt, user_agent_commitment, leaf_version, leaf_hash, area, commit_number) \
         {numbers} SELECT {id}, {at}, {kind}, \
         CASE n % 20 WHEN 9 THEN 'refused' ELSE 'succeeded' END, \
         CASE n % 20 WHEN 9 THEN 'wrong-password' END, {account}, \
         CASE n % 20 WHEN 9 THEN 'anonymous' ELSE 'account' END, \
         CASE n % 20 WHEN 9 THEN NULL ELSE {account} END, NULL, \
         '203.0.113.' || (n % 250), {salt}, {hash}, {AGENT}, {salt}, {hash}, 1, {hash}, {area}, 0 \
         FROM numbers"
    )
}

/// A chart's days.
const SHOWN: i64 = 31 * 86_400_000;

fn hours(Amount { until, .. }: Amount) -> String {
    let from = |minute: i64, result: &str| {
        format!(
            "SUM(CASE WHEN result = '{result}' AND occurred_at % 3600000 >= {} THEN 1 ELSE 0 END)",
            minute * 60_000
        )
    };
    let sums: Vec<String> = ["succeeded", "refused"]
        .iter()
        .flat_map(|result| [0, 15, 30, 45].map(|minute| from(minute, result)))
        .collect();
    format!(
        "INSERT INTO sign_in_hours (account_id, hour, succeeded, succeeded_15, succeeded_30, \
         succeeded_45, refused, refused_15, refused_30, refused_45) SELECT account_id, \
         occurred_at - occurred_at % 3600000, {} FROM security_events WHERE kind = 'sign-in' \
         AND occurred_at > {until} - {SHOWN} GROUP BY 1, 2",
        sums.join(", ")
    )
}

fn countries(Amount { until, .. }: Amount) -> String {
    format!(
        "INSERT INTO sign_in_countries (account_id, day, country, succeeded, refused) \
         SELECT account_id, occurred_at - occurred_at % 86400000, 'unknown', \
         SUM(CASE WHEN result = 'succeeded' THEN 1 ELSE 0 END), \
         SUM(CASE WHEN result = 'refused' THEN 1 ELSE 0 END) FROM security_events \
         WHERE kind = 'sign-in' AND occurred_at > {until} - {SHOWN} GROUP BY 1, 2"
    )
}

/// One over all of them, of nothing, so that a server is not busy with sealing.
fn seal(db: &Db, amount: Amount) -> String {
    let Amount { events, until, .. } = amount;
    let hash = match db {
        Db::Sqlite { .. } => "randomblob(32)",
        Db::Postgres { .. } => "sha256('seal'::bytea)",
    };
    format!(
        "INSERT INTO log_seals (number, last_commit, last_event, events, newest_at, root, \
         sealed_at, head, key_id, mac) SELECT 1, 0, id, {events}, {until}, {hash}, {until}, \
         {hash}, 'seed', {hash} FROM security_events WHERE commit_number = 0 \
         ORDER BY commit_number DESC, id DESC LIMIT 1"
    )
}

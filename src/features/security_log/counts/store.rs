use super::Counts;
use super::days::{Block, Quarter, Span};
use crate::error::Result;
use crate::ids::AccountId;
use crate::time::Timestamp;
use portcullis_db::{FromRow, Reader, Row, Tx, args, statements};

impl FromRow for Block {
    fn from_row(row: &Row) -> portcullis_db::Result<Self> {
        Ok(Self {
            index: row.get(0)?,
            all: Counts { succeeded: row.get(1)?, refused: row.get(2)? },
            early: Counts { succeeded: row.get(3)?, refused: row.get(4)? },
        })
    }
}

/// Sums, since a chart of a full month else reads hundreds of rows.
macro_rules! blocks {
    ($minute:literal) => {
        concat!(
            "SELECT (hour - $2) / 86400000, CAST(SUM(succeeded) AS BIGINT), CAST(SUM(refused) AS BIGINT), \
             CAST(SUM(CASE WHEN (hour - $2) % 86400000 = 0 THEN succeeded - succeeded_",
            $minute,
            " ELSE 0 END) AS BIGINT), CAST(SUM(CASE WHEN (hour - $2) % 86400000 = 0 THEN refused - refused_",
            $minute,
            " ELSE 0 END) AS BIGINT) FROM sign_in_hours WHERE account_id = $1 AND hour >= $2 AND hour < $3 GROUP BY 1"
        )
    };
}

statements! {
    RAISE_HOUR = "INSERT INTO sign_in_hours (account_id, hour, succeeded, refused, succeeded_15, refused_15, \
                  succeeded_30, refused_30, succeeded_45, refused_45) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) \
                  ON CONFLICT (account_id, hour) DO UPDATE SET succeeded = sign_in_hours.succeeded + $3, \
                  refused = sign_in_hours.refused + $4, succeeded_15 = sign_in_hours.succeeded_15 + $5, \
                  refused_15 = sign_in_hours.refused_15 + $6, succeeded_30 = sign_in_hours.succeeded_30 + $7, \
                  refused_30 = sign_in_hours.refused_30 + $8, succeeded_45 = sign_in_hours.succeeded_45 + $9, \
                  refused_45 = sign_in_hours.refused_45 + $10";
    RAISE_COUNTRY = "INSERT INTO sign_in_countries (account_id, day, country, succeeded, refused) \
                     VALUES ($1, $2, $3, $4, $5) ON CONFLICT (account_id, day, country) DO UPDATE \
                     SET succeeded = sign_in_countries.succeeded + $4, refused = sign_in_countries.refused + $5";
    BLOCKS_15 = blocks!("15");
    BLOCKS_30 = blocks!("30");
    BLOCKS_45 = blocks!("45");
    COUNTRIES = "SELECT country, CAST(SUM(succeeded) AS BIGINT), CAST(SUM(refused) AS BIGINT) FROM sign_in_countries \
                 WHERE account_id = $1 AND day >= $2 GROUP BY country";
    REMOVE_HOURS = "DELETE FROM sign_in_hours WHERE account_id = $1";
    REMOVE_COUNTRIES = "DELETE FROM sign_in_countries WHERE account_id = $1";
    PRUNE_HOURS = "DELETE FROM sign_in_hours WHERE hour < $1";
    PRUNE_COUNTRIES = "DELETE FROM sign_in_countries WHERE day < $1";
}

pub(super) async fn raise_hour(
    tx: &mut Tx,
    account: AccountId,
    hour: Timestamp,
    all: Counts,
    late: [Counts; 3],
) -> Result<()> {
    let mut values = args![account, hour];
    for counts in [all].into_iter().chain(late) {
        values.extend(args![counts.succeeded, counts.refused]);
    }
    tx.execute(&RAISE_HOUR, values).await?;
    Ok(())
}

pub(super) async fn raise_country(
    tx: &mut Tx,
    account: AccountId,
    day: Timestamp,
    country: &str,
    counts: Counts,
) -> Result<()> {
    let values = args![account, day, country, counts.succeeded, counts.refused];
    tx.execute(&RAISE_COUNTRY, values).await?;
    Ok(())
}

pub(super) async fn blocks(
    db: &mut impl Reader,
    account: AccountId,
    span: &Span,
) -> Result<Vec<Block>> {
    let statement = match span.quarter {
        None | Some(Quarter::First) => &BLOCKS_15,
        Some(Quarter::Second) => &BLOCKS_30,
        Some(Quarter::Third) => &BLOCKS_45,
    };
    Ok(db.fetch_all(statement, args![account, span.from, span.until]).await?)
}

pub(super) async fn countries(
    db: &mut impl Reader,
    account: AccountId,
    since: Timestamp,
) -> Result<Vec<(String, Counts)>> {
    let rows: Vec<(String, i64, i64)> = db.fetch_all(&COUNTRIES, args![account, since]).await?;
    let counted = |(country, succeeded, refused)| (country, Counts { succeeded, refused });
    Ok(rows.into_iter().map(counted).collect())
}

pub(super) async fn remove_account(tx: &mut Tx, account: AccountId) -> Result<()> {
    tx.execute(&REMOVE_HOURS, args![account]).await?;
    tx.execute(&REMOVE_COUNTRIES, args![account]).await?;
    Ok(())
}

pub(super) async fn prune(tx: &mut Tx, before: Timestamp) -> Result<u64> {
    let hours = tx.execute(&PRUNE_HOURS, args![before]).await?;
    Ok(hours + tx.execute(&PRUNE_COUNTRIES, args![before]).await?)
}

use crate::changes::{Changes, NUMBER, PostgresTables, acknowledged, number, settled};
use crate::sqlite::Borrowed;
use crate::subject::{Subject, SubjectKind};
use crate::{Db, Error, FromRow, Result, Row, Statement, Value};
use sqlx::postgres::{PgPool, PgRow};
use sqlx::{Executor as _, Postgres};
use std::future::Future;
use std::sync::Arc;

/// What answers reads: the pool, or a transaction that also sees its own
/// writes.
pub trait Reader: Send {
    /// All rows of a statement.
    fn fetch_all<T: FromRow + Send>(
        &mut self,
        statement: &Statement,
        args: Vec<Value>,
    ) -> impl Future<Output = Result<Vec<T>>> + Send;

    /// The first row, if there is one.
    fn fetch_optional<T: FromRow + Send>(
        &mut self,
        statement: &Statement,
        args: Vec<Value>,
    ) -> impl Future<Output = Result<Option<T>>> + Send;
}

/// An open write transaction. Dropped without [`Tx::commit`] it is rolled back.
pub struct Tx {
    inner: Inner,
    changes: Arc<Changes>,
    named: Vec<Subject>,
    /// What has been written of watched tables.
    owing: Vec<(Statement, &'static [SubjectKind])>,
    /// Whether there was nothing to write in one of them, or it is known otherwise that what is
    /// wanted was done before.
    was_done: bool,
}

enum Inner {
    /// Begun `IMMEDIATE`: it holds the one write lock from its first moment.
    Sqlite(Borrowed),
    /// `READ COMMITTED`: invariants over rows rest on guarded writes.
    Postgres { tx: sqlx::Transaction<'static, Postgres>, side: PgPool },
}

/// A change of more is one of everything.
const MOST_SUBJECTS: usize = 200;

macro_rules! bound {
    ($statement:expr, $args:expr) => {{
        let mut query = sqlx::query($statement.sql);
        for value in $args {
            query = match value {
                Value::Text(value) => query.bind(value),
                Value::BigInt(value) => query.bind(value),
                Value::Bytes(value) => query.bind(value),
            };
        }
        query
    }};
}

fn rows<T: FromRow>(rows: &[PgRow]) -> Result<Vec<T>> {
    rows.iter().map(|row| T::from_row(&Row::postgres(row))).collect()
}

fn row<T: FromRow>(row: Option<&PgRow>) -> Result<Option<T>> {
    row.map(|row| T::from_row(&Row::postgres(row))).transpose()
}

impl Tx {
    /// Runs a statement that changes rows; the number changed.
    pub async fn execute(&mut self, statement: &Statement, args: Vec<Value>) -> Result<u64> {
        let changed = match &mut self.inner {
            Inner::Sqlite(tx) => {
                tx.take_turns().await;
                tx.execute(statement, &args)?
            }
            Inner::Postgres { tx, .. } => {
                bound!(statement, args).execute(&mut **tx).await?.rows_affected()
            }
        };
        self.wrote(statement, changed > 0);
        Ok(changed)
    }

    /// Runs a guarded write: true when it changed exactly the one row that it
    /// was to change, false when the guard did not hold.
    pub async fn execute_guarded(
        &mut self,
        statement: &Statement,
        args: Vec<Value>,
    ) -> Result<bool> {
        Ok(self.execute(statement, args).await? == 1)
    }

    /// Says that what anybody may remember of somebody or something is not to be relied
    /// upon once this transaction is committed.
    pub fn changed(&mut self, subject: impl Into<Subject>) {
        let subject = subject.into();
        if self.named.contains(&subject) {
            return;
        }
        if self.named.len() >= MOST_SUBJECTS {
            self.named.clear();
            self.named.push(Subject::INSTALLATION);
        }
        self.named.push(subject);
    }

    fn wrote(&mut self, statement: &Statement, anything: bool) {
        let Some(about) = self.changes.to_name(statement) else { return };
        if !anything {
            self.was_done = true;
        } else if self.owing.iter().all(|(own, _)| own != statement) {
            self.owing.push((*statement, about));
        }
    }

    /// The first statement of which it was not said whom it is about.
    fn unnamed(&self) -> Option<&Statement> {
        let named = |kinds: &[SubjectKind]| {
            self.named.iter().any(|subject| {
                subject.kind() == SubjectKind::Installation || kinds.contains(&subject.kind())
            })
        };
        self.owing.iter().find(|(_, kinds)| !named(kinds)).map(|(statement, _)| statement)
    }

    /// Says that somebody is about to be told that what they want was done before: whoever did
    /// it may still wait, so the commit does, too.
    pub const fn found_done(&mut self) {
        self.was_done = true;
    }

    /// Makes everything durable, and returns when no node answers from before it any more.
    pub async fn commit(self) -> Result<()> {
        if let Some(Statement { name: statement, writes, .. }) = self.unnamed() {
            return Err(Error::Unnamed { statement, table: writes.unwrap_or("") });
        }
        let Self { inner, changes, named, was_done, .. } = self;
        match inner {
            Inner::Sqlite(tx) if named.is_empty() => tx.commit(|| ()).await,
            Inner::Sqlite(tx) => tx.commit(move || changes.made_here(&named)).await,
            Inner::Postgres { tx, side } if named.is_empty() => {
                tx.commit().await?;
                // What was to be ended had ended: by somebody who may not have been told so.
                if was_done {
                    settled(&changes, &PostgresTables::new(side)).await;
                }
                Ok(())
            }
            Inner::Postgres { mut tx, side } => {
                let revision: i64 = sqlx::query_scalar(NUMBER)
                    .bind(Subject::write(&named))
                    .fetch_one(&mut *tx)
                    .await?;
                tx.commit().await?;
                let revision = number(revision);
                changes.made_under(&named, revision);
                acknowledged(&changes, &PostgresTables::new(side), revision).await;
                Ok(())
            }
        }
    }
}

impl Reader for Tx {
    async fn fetch_all<T: FromRow + Send>(
        &mut self,
        statement: &Statement,
        args: Vec<Value>,
    ) -> Result<Vec<T>> {
        let found: Vec<T> = match &mut self.inner {
            Inner::Sqlite(tx) => {
                tx.take_turns().await;
                tx.fetch_all(statement, &args)?
            }
            Inner::Postgres { tx, .. } => {
                rows(&bound!(statement, args).fetch_all(&mut **tx).await?)?
            }
        };
        self.wrote(statement, !found.is_empty());
        Ok(found)
    }

    async fn fetch_optional<T: FromRow + Send>(
        &mut self,
        statement: &Statement,
        args: Vec<Value>,
    ) -> Result<Option<T>> {
        let found: Option<T> = match &mut self.inner {
            Inner::Sqlite(tx) => {
                tx.take_turns().await;
                tx.fetch_optional(statement, &args)?
            }
            Inner::Postgres { tx, .. } => {
                row(bound!(statement, args).fetch_optional(&mut **tx).await?.as_ref())?
            }
        };
        self.wrote(statement, found.is_some());
        Ok(found)
    }
}

impl Reader for &Db {
    async fn fetch_all<T: FromRow + Send>(
        &mut self,
        statement: &Statement,
        args: Vec<Value>,
    ) -> Result<Vec<T>> {
        match self {
            Db::Sqlite { readers, .. } => readers.acquire().await?.fetch_all(statement, &args),
            Db::Postgres { pool, .. } => rows(&bound!(statement, args).fetch_all(pool).await?),
        }
    }

    async fn fetch_optional<T: FromRow + Send>(
        &mut self,
        statement: &Statement,
        args: Vec<Value>,
    ) -> Result<Option<T>> {
        match self {
            Db::Sqlite { readers, .. } => readers.acquire().await?.fetch_optional(statement, &args),
            Db::Postgres { pool, .. } => {
                row(bound!(statement, args).fetch_optional(pool).await?.as_ref())
            }
        }
    }
}

impl Db {
    /// Opens a write transaction.
    pub async fn begin(&self) -> Result<Tx> {
        let inner = match self {
            Self::Sqlite { writer, .. } => {
                let mut writer = writer.acquire().await?;
                writer.begin().await?;
                Inner::Sqlite(writer)
            }
            Self::Postgres { pool, side, .. } => {
                Inner::Postgres { tx: pool.begin().await?, side: side.clone() }
            }
        };
        let changes = Arc::clone(self.changes());
        Ok(Tx { inner, changes, named: Vec::new(), owing: Vec::new(), was_done: false })
    }

    /// Returns when no node answers from before what is committed now, by anybody: for whoever
    /// is to be told that something is over, and has nothing to write.
    pub async fn settled(&self) {
        match self {
            // Who writes tells this process before the next one may.
            Self::Sqlite { writer, .. } => drop(writer.acquire().await),
            Self::Postgres { side, changes, .. } => {
                settled(changes, &PostgresTables::new(side.clone())).await;
            }
        }
    }

    /// Prepares a statement without running it, to prove that this database
    /// understands it.
    pub async fn prepare(&self, statement: &Statement) -> Result<()> {
        match self {
            Self::Sqlite { readers, .. } => {
                readers.acquire().await?.get()?.prepare(statement.sql)?;
            }
            Self::Postgres { pool, .. } => {
                pool.acquire().await?.prepare(sqlx::SqlStr::from_static(statement.sql)).await?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::subject::Watched;
    use crate::{Target, args};

    const WATCHED: &[Watched] = &[Watched { table: "t", about: &[SubjectKind::Account] }];
    const WRITE: Statement = Statement::new("WRITE", "INSERT INTO t (x) VALUES ($1)", None);
    const NONE: Statement = Statement::new("NONE", "DELETE FROM t WHERE x = 99", None);
    const QUIET: Statement = Statement::new("QUIET", "DELETE FROM t", Some("a test"));
    const RETURNING: Statement =
        Statement::new("RETURNING", "UPDATE t SET x = x RETURNING x", None);
    const MIRA: Subject = Subject::new(SubjectKind::Account, [1; 16]);
    const SHOP: Subject = Subject::new(SubjectKind::Application, [1; 16]);

    async fn database() -> (tempfile::TempDir, Db) {
        let folder = tempfile::tempdir().unwrap();
        let db = Db::connect(&Target::Sqlite(folder.path().join("test.db"))).await.unwrap();
        let made = Statement::new("MAKE", "CREATE TABLE t (x BIGINT)", None);
        let mut tx = db.begin().await.unwrap();
        tx.execute(&made, args![]).await.unwrap();
        tx.commit().await.unwrap();
        db.watch(WATCHED);
        (folder, db)
    }

    #[tokio::test]
    async fn who_writes_what_is_watched_has_to_say_whom_it_is_about() {
        let (_folder, db) = database().await;
        for (named, is_enough) in [
            (None, false),
            (Some(SHOP), false),
            (Some(MIRA), true),
            (Some(Subject::INSTALLATION), true),
        ] {
            let mut tx = db.begin().await.unwrap();
            tx.execute(&WRITE, args![1_i64]).await.unwrap();
            if let Some(subject) = named {
                tx.changed(subject);
            }
            let committed = tx.commit().await;
            assert_eq!(committed.is_ok(), is_enough, "{named:?}");
            if let Err(error) = committed {
                assert!(error.to_string().starts_with("WRITE writes t,"), "{error}");
            }
        }
        let rows: Vec<(i64,)> = (&db)
            .fetch_all(&Statement::new("ALL", "SELECT x FROM t", None), args![])
            .await
            .unwrap();
        assert_eq!(rows.len(), 2, "what was refused is not there");
        let mut tx = db.begin().await.unwrap();
        let found: Vec<(i64,)> = tx.fetch_all(&RETURNING, args![]).await.unwrap();
        assert_eq!(found.len(), 2);
        assert!(matches!(tx.commit().await, Err(Error::Unnamed { table: "t", .. })));
    }

    #[tokio::test]
    async fn what_writes_nothing_or_is_said_to_end_nothing_needs_no_name() {
        let (_folder, db) = database().await;
        let before = db.view().unwrap().stamp(&[MIRA, Subject::INSTALLATION]);
        let mut tx = db.begin().await.unwrap();
        tx.execute(&NONE, args![]).await.unwrap();
        tx.execute(&QUIET, args![]).await.unwrap();
        tx.commit().await.unwrap();
        assert!(db.view().unwrap().is_current(&before));
    }

    #[tokio::test]
    async fn what_was_named_is_changed_at_the_commit_and_not_before() {
        let (_folder, db) = database().await;
        let before = db.view().unwrap().stamp(&[MIRA]);
        let mut tx = db.begin().await.unwrap();
        tx.changed(MIRA);
        assert!(db.view().unwrap().is_current(&before));
        tx.commit().await.unwrap();
        assert!(!db.view().unwrap().is_current(&before));
        // Rolled back, it has not changed.
        let before = db.view().unwrap().stamp(&[MIRA]);
        let mut tx = db.begin().await.unwrap();
        tx.changed(MIRA);
        drop(tx);
        assert!(db.view().unwrap().is_current(&before));
    }

    #[tokio::test]
    async fn so_many_subjects_are_everything() {
        let (_folder, db) = database().await;
        let everybody = db.view().unwrap().stamp(&[Subject::INSTALLATION]);
        let mut tx = db.begin().await.unwrap();
        for id in 0..=u8::try_from(MOST_SUBJECTS).unwrap() {
            tx.changed(Subject::new(SubjectKind::Account, [id; 16]));
        }
        tx.commit().await.unwrap();
        assert!(!db.view().unwrap().is_current(&everybody));
    }
}

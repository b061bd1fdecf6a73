//! `SQLite`, asked on the thread of the request: a look-up in its cache takes
//! less than two thread switches do. Only what waits for the disk (COMMIT, a
//! backup, a migration) goes to a thread that may block.

use crate::changes::{Ticks, nanos};
use crate::{Error, FromRow, Result, Row, Statement, Value};
use rusqlite::Connection;
use rusqlite::types::{ToSqlOutput, Value as Owned, ValueRef};
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// A journal of 16 MiB before it is folded into the file: pages that are written
/// again and again are folded once.
const WAL_PAGES: i64 = 4096;
/// What one connection keeps of the file at most.
const CACHE_KIB: i64 = 8_000;
const STATEMENTS: usize = 256;
/// A transaction that has had a thread for so long lets others have it: one processor answers
/// checks on it, too.
const TURN: Duration = Duration::from_micros(150);
/// Between two tries to begin while another process writes.
const PAUSE: Duration = Duration::from_millis(10);

/// A fixed number of connections to one file, opened when first needed.
#[derive(Clone)]
pub struct Connections {
    path: Arc<Path>,
    idle: Arc<Mutex<Vec<Connection>>>,
    places: Arc<Semaphore>,
    limit: u32,
    patience: Duration,
}

impl Connections {
    /// None is opened yet.
    pub fn new(path: &Path, limit: u32, patience: Duration) -> Self {
        Self {
            path: path.into(),
            idle: Arc::default(),
            places: Arc::new(Semaphore::new(limit as usize)),
            limit,
            patience,
        }
    }

    /// One connection for oneself, until it is dropped.
    pub async fn acquire(&self) -> Result<Borrowed> {
        let place = tokio::time::timeout(self.patience, self.places.clone().acquire_owned());
        let place = match place.await {
            Ok(Ok(place)) => place,
            Ok(Err(_)) => return Err(Error::Unreachable("the database is closed".into())),
            Err(_) => {
                let seconds = self.patience.as_secs();
                return Err(Error::Unreachable(format!("no connection free within {seconds} s")));
            }
        };
        let idle = locked(&self.idle).pop();
        let connection = match idle {
            Some(connection) => connection,
            None => open(&self.path, self.patience)?,
        };
        Ok(Borrowed {
            connection: Some(connection),
            in_transaction: false,
            turn: 0,
            home: self.idle.clone(),
            patience: self.patience,
            _place: place,
        })
    }

    /// Waits for what is in flight, lets nobody in any more, and closes all.
    pub async fn close(&self) {
        let all = self.places.acquire_many(self.limit).await;
        self.places.close();
        drop(all);
        let connections = std::mem::take(&mut *locked(&self.idle));
        // The last one folds the journal into the file.
        let _ = tokio::task::spawn_blocking(move || drop(connections)).await;
    }
}

fn locked(idle: &Mutex<Vec<Connection>>) -> MutexGuard<'_, Vec<Connection>> {
    idle.lock().unwrap_or_else(PoisonError::into_inner)
}

fn open(path: &Path, patience: Duration) -> Result<Connection> {
    let connection = Connection::open(path)?;
    connection.busy_timeout(patience)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    connection.pragma_update(None, "journal_mode", "WAL")?;
    // FULL: an answer is durable before it is given (design §4.15).
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "wal_autocheckpoint", WAL_PAGES)?;
    connection.pragma_update(None, "cache_size", -CACHE_KIB)?;
    Ok(connection)
}

/// A connection that goes back to its place when it is dropped, after what is
/// open on it has been rolled back; one that can't be is closed.
pub struct Borrowed {
    connection: Option<Connection>,
    in_transaction: bool,
    /// Since when it has the thread.
    turn: u64,
    home: Arc<Mutex<Vec<Connection>>>,
    patience: Duration,
    _place: OwnedSemaphorePermit,
}

impl Borrowed {
    /// The connection.
    pub fn get(&mut self) -> Result<&mut Connection> {
        self.connection.as_mut().ok_or_else(|| Error::Unreachable("the connection was lost".into()))
    }

    /// Begins a transaction that holds the one write lock from its first moment.
    pub async fn begin(&mut self) -> Result<()> {
        let mut waited = Duration::ZERO;
        let patience = self.patience;
        // In this process there is one writer. Another process may hold the
        // lock, and waiting for it must not hold a thread that answers requests.
        self.get()?.busy_timeout(Duration::ZERO)?;
        let begun = loop {
            match self.run("BEGIN IMMEDIATE") {
                Err(Error::Unreachable(_)) if waited < patience => {
                    tokio::time::sleep(PAUSE).await;
                    waited += PAUSE;
                }
                begun => break begun,
            }
        };
        self.get()?.busy_timeout(patience)?;
        begun?;
        self.in_transaction = true;
        self.turn = Ticks::Machine.now();
        Ok(())
    }

    /// Between two statements of a transaction.
    pub async fn take_turns(&mut self) {
        if Ticks::Machine.now().saturating_sub(self.turn) >= nanos(TURN) {
            tokio::task::yield_now().await;
            self.turn = Ticks::Machine.now();
        }
    }

    fn run(&mut self, sql: &str) -> Result<()> {
        self.get()?.prepare_cached(sql)?.raw_execute()?;
        Ok(())
    }

    /// Makes what was written durable, and then tells of it; it does both also when nobody
    /// waits for it, and tells of it also where it can't be known whether it is durable.
    pub async fn commit(self, tell: impl FnOnce() + Send + 'static) -> Result<()> {
        self.blocking(|own| {
            let committed = own.run("COMMIT");
            tell();
            committed?;
            own.in_transaction = false;
            Ok(())
        })
        .await
    }

    /// Does something that waits for the disk, on a thread that may.
    pub async fn blocking<T: Send + 'static>(
        mut self,
        act: impl FnOnce(&mut Self) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        tokio::task::spawn_blocking(move || act(&mut self))
            .await
            .map_err(|error| Error::Unreachable(error.to_string()))?
    }

    /// Runs a statement that changes rows; the number changed.
    pub fn execute(&mut self, statement: &Statement, args: &[Value]) -> Result<u64> {
        let mut prepared = self.get()?.prepare_cached(statement.sql)?;
        bind(&mut prepared, args)?;
        // A statement with RETURNING answers rows also to one who wants none.
        if prepared.column_count() == 0 {
            return Ok(prepared.raw_execute()? as u64);
        }
        let mut rows = prepared.raw_query();
        let mut count = 0;
        while rows.next()?.is_some() {
            count += 1;
        }
        Ok(count)
    }

    /// All rows of a statement.
    pub fn fetch_all<T: FromRow>(
        &mut self,
        statement: &Statement,
        args: &[Value],
    ) -> Result<Vec<T>> {
        let mut prepared = self.get()?.prepare_cached(statement.sql)?;
        bind(&mut prepared, args)?;
        let mut rows = prepared.raw_query();
        let mut all = Vec::new();
        while let Some(row) = rows.next()? {
            all.push(T::from_row(&Row::sqlite(row))?);
        }
        Ok(all)
    }

    /// The first row of a statement, if there is one.
    pub fn fetch_optional<T: FromRow>(
        &mut self,
        statement: &Statement,
        args: &[Value],
    ) -> Result<Option<T>> {
        let mut prepared = self.get()?.prepare_cached(statement.sql)?;
        bind(&mut prepared, args)?;
        let mut rows = prepared.raw_query();
        let first = match rows.next()? {
            Some(row) => Some(T::from_row(&Row::sqlite(row))?),
            None => None,
        };
        // A statement that changes rows changes all of them.
        while rows.next()?.is_some() {}
        Ok(first)
    }
}

impl Drop for Borrowed {
    fn drop(&mut self) {
        let Some(connection) = self.connection.take() else { return };
        if !self.in_transaction || connection.execute_batch("ROLLBACK").is_ok() {
            locked(&self.home).push(connection);
        }
    }
}

/// `$3` is a name to `SQLite`, numbered by where it first stands; it means the
/// third value, as on `PostgreSQL`.
fn bind(statement: &mut rusqlite::Statement<'_>, args: &[Value]) -> Result<()> {
    for index in 1..=statement.parameter_count() {
        let value = statement
            .parameter_name(index)
            .and_then(|name| name.strip_prefix('$'))
            .and_then(|number| number.parse::<usize>().ok())
            .and_then(|number| args.get(number.checked_sub(1)?))
            .ok_or_else(|| Error::Target(format!("placeholder {index} has no value")))?;
        let value = match value {
            Value::Text(Some(text)) => ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes())),
            Value::Bytes(Some(bytes)) => ToSqlOutput::Borrowed(ValueRef::Blob(bytes)),
            Value::BigInt(Some(number)) => ToSqlOutput::Owned(Owned::Integer(*number)),
            Value::Text(None) | Value::Bytes(None) | Value::BigInt(None) => {
                ToSqlOutput::Owned(Owned::Null)
            }
        };
        statement.raw_bind_parameter(index, value)?;
    }
    Ok(())
}

fn is_busy(error: &rusqlite::Error) -> bool {
    matches!(
        error.sqlite_error_code(),
        Some(rusqlite::ErrorCode::DatabaseBusy | rusqlite::ErrorCode::DatabaseLocked)
    )
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ffi::{SQLITE_CONSTRAINT_PRIMARYKEY, SQLITE_CONSTRAINT_UNIQUE};
        match &error {
            rusqlite::Error::SqliteFailure(failure, message)
                if matches!(
                    failure.extended_code,
                    SQLITE_CONSTRAINT_PRIMARYKEY | SQLITE_CONSTRAINT_UNIQUE
                ) =>
            {
                Self::Duplicate { constraint: message.clone().unwrap_or_default() }
            }
            _ if is_busy(&error) => Self::Unreachable(error.to_string()),
            _ => Self::Driver(Box::new(error)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATIENCE: Duration = Duration::from_secs(5);

    async fn count(connections: &Connections) -> i64 {
        let mut own = connections.acquire().await.unwrap();
        own.get().unwrap().query_row("SELECT COUNT(*) FROM t", [], |row| row.get(0)).unwrap()
    }

    async fn insert(connections: &Connections) -> Borrowed {
        let mut own = connections.acquire().await.unwrap();
        own.begin().await.unwrap();
        own.get().unwrap().execute("INSERT INTO t VALUES (1)", []).unwrap();
        own
    }

    fn file() -> (tempfile::TempDir, Connections, Connections) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("test.db");
        let writer = Connections::new(&path, 1, PATIENCE);
        let other = Connections::new(&path, 1, PATIENCE);
        (folder, writer, other)
    }

    async fn table(writer: &Connections) {
        let mut own = writer.acquire().await.unwrap();
        own.get().unwrap().execute_batch("CREATE TABLE t (x BIGINT)").unwrap();
    }

    #[tokio::test]
    async fn what_is_dropped_is_rolled_back_and_what_is_committed_stays() {
        let (_folder, writer, other) = file();
        table(&writer).await;
        drop(insert(&writer).await);
        assert_eq!(count(&other).await, 0);
        insert(&writer).await.commit(|| ()).await.unwrap();
        assert_eq!(count(&other).await, 1);
        assert_eq!(count(&writer).await, 1);
    }

    /// Another process writes: who waits for it does not keep the thread, which
    /// here is the only one.
    #[tokio::test]
    async fn a_writer_elsewhere_is_waited_for() {
        let (_folder, writer, other) = file();
        table(&writer).await;
        let elsewhere = insert(&other).await;
        let waiting = tokio::spawn({
            let writer = writer.clone();
            async move { insert(&writer).await.commit(|| ()).await }
        });
        for _ in 0..10 {
            tokio::task::yield_now().await;
        }
        assert!(!waiting.is_finished());
        elsewhere.commit(|| ()).await.unwrap();
        waiting.await.unwrap().unwrap();
        assert_eq!(count(&writer).await, 2);
    }

    #[tokio::test]
    async fn whoever_stops_waiting_for_a_commit_leaves_a_whole_one() {
        let (_folder, writer, other) = file();
        table(&writer).await;
        for round in 1..=20 {
            let commit = insert(&writer).await.commit(|| ());
            // Asked once, so that it is under way, and let go.
            tokio::select! {
                biased;
                _ = commit => {}
                () = std::future::ready(()) => {}
            }
            assert_eq!(count(&writer).await, round);
            assert_eq!(count(&other).await, round);
        }
    }

    #[tokio::test]
    async fn closed_means_closed() {
        let (_folder, writer, _) = file();
        table(&writer).await;
        writer.close().await;
        assert!(matches!(writer.acquire().await, Err(Error::Unreachable(_))));
    }
}

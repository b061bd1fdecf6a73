/// One SQL statement, valid on both databases, known by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Statement {
    /// Its constant's name, for tests and faults.
    pub name: &'static str,
    /// The SQL, with `$1` placeholders.
    pub sql: &'static str,
    /// The table that it writes, if it writes one.
    pub writes: Option<&'static str>,
    /// Why it need not be told of where that table is watched
    /// ([`Watched`](crate::Watched)).
    pub quiet: Option<&'static str>,
}

impl Statement {
    /// Reads from the SQL which table is written.
    pub const fn new(name: &'static str, sql: &'static str, quiet: Option<&'static str>) -> Self {
        Self { name, sql, writes: written_table(sql), quiet }
    }
}

/// The one table that a statement writes. Worked out when the program is compiled, where
/// a statement that writes two fails.
#[expect(clippy::indexing_slicing, reason = "it runs when the program is compiled")]
const fn written_table(sql: &'static str) -> Option<&'static str> {
    let bytes = sql.as_bytes();
    let mut found: Option<&'static str> = None;
    let mut at = 0;
    while at < bytes.len() {
        if at == 0 || !is_letter(bytes[at - 1]) {
            let verbs: [&[u8]; 3] = [b"UPDATE ", b"INSERT INTO ", b"DELETE FROM "];
            let mut index = 0;
            while index < verbs.len() {
                if stands_at(bytes, at, verbs[index]) {
                    let name = word(sql, at + verbs[index].len());
                    // An upsert's second half is about the table that was named.
                    if !is_same(name, "SET") {
                        match found {
                            Some(other) => {
                                assert!(is_same(other, name), "a statement writes two tables");
                            }
                            None => found = Some(name),
                        }
                    }
                }
                index += 1;
            }
        }
        at += 1;
    }
    found
}

const fn is_letter(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

#[expect(clippy::indexing_slicing, reason = "it runs when the program is compiled")]
const fn stands_at(bytes: &[u8], at: usize, what: &[u8]) -> bool {
    let mut index = 0;
    while index < what.len() {
        if at + index >= bytes.len() || bytes[at + index] != what[index] {
            return false;
        }
        index += 1;
    }
    true
}

const fn is_same(one: &str, other: &str) -> bool {
    one.len() == other.len() && stands_at(one.as_bytes(), 0, other.as_bytes())
}

#[expect(clippy::indexing_slicing, reason = "it runs when the program is compiled")]
const fn word(sql: &'static str, from: usize) -> &'static str {
    let rest = sql.split_at(from).1;
    let bytes = rest.as_bytes();
    let mut end = 0;
    while end < bytes.len() && is_letter(bytes[end]) {
        end += 1;
    }
    rest.split_at(end).0
}

/// Declares a feature's statements as constants, and `ALL`, the list of them
/// that a test prepares on both databases. One that writes a watched table, and after
/// which nothing that was remembered is wrong, says so: `NAME quiet "why" = "UPDATE …"`.
#[macro_export]
macro_rules! statements {
    ($($(#[$doc:meta])* $name:ident $(quiet $why:literal)? = $sql:expr;)+) => {
        $($(#[$doc])* pub(super) const $name: $crate::Statement = $crate::Statement::new(
            stringify!($name),
            $sql,
            $crate::statements!(@quiet $($why)?),
        );)+
        /// Every statement of this store.
        pub const ALL: &[$crate::Statement] = &[$($name),+];
    };
    (@quiet) => { None };
    (@quiet $why:literal) => { Some($why) };
}

/// The values of a statement's placeholders, in order.
#[macro_export]
macro_rules! args {
    ($($value:expr),* $(,)?) => { vec![$($crate::Bind::bind(&$value)),*] };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_written_table_is_read_from_the_statement() {
        for (sql, table) in [
            ("SELECT id FROM accounts WHERE id = $1", None),
            ("UPDATE accounts SET revision = 1", Some("accounts")),
            ("DELETE FROM sessions WHERE id = $1", Some("sessions")),
            ("INSERT INTO t (a) SELECT a FROM accounts", Some("t")),
            ("INSERT INTO t (a) VALUES ($1) ON CONFLICT (a) DO UPDATE SET a = 1", Some("t")),
            ("WITH gone AS (DELETE FROM t WHERE a = 1 RETURNING a) SELECT a FROM gone", Some("t")),
            ("SELECT last_update FROM t", None),
        ] {
            assert_eq!(Statement::new("NAME", sql, None).writes, table, "{sql}");
        }
    }

    #[test]
    #[should_panic(expected = "two tables")]
    fn one_statement_writes_one_table() {
        written_table("WITH a AS (DELETE FROM t) UPDATE u SET b = 1");
    }
}

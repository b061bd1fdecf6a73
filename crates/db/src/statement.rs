/// One SQL statement, valid on both databases, known by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Statement {
    /// Its constant's name, for tests and faults.
    pub name: &'static str,
    /// The SQL, with `$1` placeholders.
    pub sql: &'static str,
}

/// Declares a feature's statements as constants, and `ALL`, the list of them
/// that a test prepares on both databases.
#[macro_export]
macro_rules! statements {
    ($($(#[$doc:meta])* $name:ident = $sql:expr;)+) => {
        $($(#[$doc])* pub(super) const $name: $crate::Statement = $crate::Statement {
            name: stringify!($name),
            sql: $sql,
        };)+
        /// Every statement of this store.
        pub const ALL: &[$crate::Statement] = &[$($name),+];
    };
}

/// The values of a statement's placeholders, in order.
#[macro_export]
macro_rules! args {
    ($($value:expr),* $(,)?) => { vec![$($crate::Bind::bind(&$value)),*] };
}

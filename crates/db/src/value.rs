/// A value on its way into a statement; a null carries its type, because
/// `PostgreSQL` wants to know it.
#[derive(Clone, PartialEq, Eq)]
pub enum Value {
    /// `TEXT`
    Text(Option<String>),
    /// `BIGINT`
    BigInt(Option<i64>),
    /// `BYTEA`
    Bytes(Option<Vec<u8>>),
}

impl std::fmt::Debug for Value {
    /// Names the type only: what is bound may be a secret or personal.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Text(_) => "Text(…)",
            Self::BigInt(_) => "BigInt(…)",
            Self::Bytes(_) => "Bytes(…)",
        })
    }
}

/// What can be bound to a placeholder.
pub trait Bind {
    /// The typed null of this kind.
    const NULL: Value;
    /// The value to bind.
    fn bind(&self) -> Value;
}

impl Bind for str {
    const NULL: Value = Value::Text(None);
    fn bind(&self) -> Value {
        Value::Text(Some(self.to_owned()))
    }
}

impl Bind for String {
    const NULL: Value = Value::Text(None);
    fn bind(&self) -> Value {
        self.as_str().bind()
    }
}

impl Bind for i64 {
    const NULL: Value = Value::BigInt(None);
    fn bind(&self) -> Value {
        Value::BigInt(Some(*self))
    }
}

impl Bind for [u8] {
    const NULL: Value = Value::Bytes(None);
    fn bind(&self) -> Value {
        Value::Bytes(Some(self.to_vec()))
    }
}

impl Bind for Vec<u8> {
    const NULL: Value = Value::Bytes(None);
    fn bind(&self) -> Value {
        self.as_slice().bind()
    }
}

impl<const N: usize> Bind for [u8; N] {
    const NULL: Value = Value::Bytes(None);
    fn bind(&self) -> Value {
        self.as_slice().bind()
    }
}

impl<T: Bind + ?Sized> Bind for &T {
    const NULL: Value = T::NULL;
    fn bind(&self) -> Value {
        (**self).bind()
    }
}

impl<T: Bind> Bind for Option<T> {
    const NULL: Value = T::NULL;
    fn bind(&self) -> Value {
        self.as_ref().map_or(T::NULL, Bind::bind)
    }
}

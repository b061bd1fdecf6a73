use portcullis_db::{Bind, Column, Row, Value};

macro_rules! stored {
    ($(#[$doc:meta])* $name:ident { $($(#[$of:meta])* $variant:ident = $tag:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum $name { $($(#[$of])* $variant,)+ }

        impl $name {
            /// All there are.
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            /// As stored and as asked for.
            pub const fn tag(self) -> &'static str {
                match self { $(Self::$variant => $tag,)+ }
            }

            /// The one that a tag names.
            pub fn from_tag(tag: &str) -> Option<Self> {
                match tag { $($tag => Some(Self::$variant),)+ _ => None }
            }
        }

        impl Bind for $name {
            const NULL: Value = Value::Text(None);
            fn bind(&self) -> Value {
                self.tag().bind()
            }
        }

        impl Column for $name {
            fn read(row: &Row, index: usize) -> portcullis_db::Result<Self> {
                let tag: String = row.get(index)?;
                Self::from_tag(&tag).ok_or_else(|| Self::invalid(index, "unknown here"))
            }
        }
    };
}

stored! {
    /// What an organisation can use.
    Plan {
        /// Members and roles.
        Free = "free",
        /// What it asks of its members besides.
        Enterprise = "enterprise",
    }
}

stored! {
    /// What a member may do; each may what those before it may.
    Role {
        /// Belong to it.
        Member = "member",
        /// Invite and remove, and set what is asked of members.
        Admin = "admin",
        /// Everything.
        Owner = "owner",
    }
}

impl Role {
    /// Whether somebody of this role may give, change or take away another: an admin all
    /// but an owner's.
    pub const fn may_manage(self, other: Self) -> bool {
        match (self, other) {
            (Self::Owner, _) | (Self::Admin, Self::Member | Self::Admin) => true,
            (Self::Admin, Self::Owner) | (Self::Member, _) => false,
        }
    }

    /// The roles that somebody of this role may give.
    pub fn gives(self) -> impl Iterator<Item = Self> {
        Self::ALL.iter().copied().filter(move |role| self.may_manage(*role))
    }
}

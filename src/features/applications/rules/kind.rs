/// Whether an application can keep a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ApplicationKind {
    /// It runs on a server, and proves itself by a secret.
    Confidential,
    /// It runs in a browser or on a device, where nothing can be kept from whoever has
    /// it: its id alone names it, and PKCE protects its sign-ins.
    Public,
}

impl ApplicationKind {
    /// Both.
    pub const ALL: &[Self] = &[Self::Confidential, Self::Public];

    /// As stored, shown to programs, and typed.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Confidential => "confidential",
            Self::Public => "public",
        }
    }

    /// The one that a tag names.
    pub fn from_tag(tag: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.tag() == tag)
    }
}

/// How an application's ID tokens are signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Algorithm {
    /// ECDSA on P-256.
    Es256,
    /// RSA, for programs that know nothing else.
    Rs256,
}

impl Algorithm {
    /// Both, the better first.
    pub const ALL: &[Self] = &[Self::Es256, Self::Rs256];

    /// Its name in JOSE.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Es256 => "ES256",
            Self::Rs256 => "RS256",
        }
    }

    /// The one of this name.
    pub fn from_tag(tag: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|algorithm| algorithm.tag() == tag)
    }
}

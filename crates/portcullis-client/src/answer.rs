use crate::denied::Denied;
use crate::organisation::{Organisation, Role};
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use serde::Deserialize;

/// Who asks: what Portcullis said of a credential that is live. Also an extractor, for
/// handlers behind a [`Protect`](crate::Protect) layer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller(Told);

/// The members of an answer that says "active".
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct Told {
    sub: String,
    #[serde(default)]
    username: Option<String>,
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    email: Option<String>,
    #[serde(default)]
    scope: String,
    #[serde(default)]
    exp: Option<i64>,
    #[serde(default)]
    auth_time: Option<i64>,
    #[serde(default)]
    amr: Vec<String>,
    #[serde(default)]
    acr: Option<String>,
    #[serde(default)]
    sid: Option<String>,
    #[serde(default)]
    jti: Option<String>,
    #[serde(default)]
    organisation: Option<Organisation>,
}

/// The one member that every answer has.
#[derive(Deserialize)]
struct Verdict {
    active: bool,
}

impl Caller {
    /// None where the credential is not active; an error where this is no answer.
    pub(crate) fn read(body: &[u8]) -> serde_json::Result<Option<Self>> {
        let Verdict { active } = serde_json::from_slice(body)?;
        if active { serde_json::from_slice(body).map(|told| Some(Self(told))) } else { Ok(None) }
    }

    /// The account's id: the same for ever, and never anybody else's.
    pub fn subject(&self) -> &str {
        &self.0.sub
    }

    /// What the account is called, where the credential lets this application know.
    pub fn name(&self) -> Option<&str> {
        self.0.name.as_deref()
    }

    /// Its e-mail address, where the credential lets this application know. It can
    /// change; [`subject`](Self::subject) can't.
    pub fn email(&self) -> Option<&str> {
        self.0.email.as_deref().or(self.0.username.as_deref())
    }

    /// The permissions of this application that the credential carries.
    pub fn permissions(&self) -> impl Iterator<Item = &str> {
        self.0.scope.split(' ').filter(|name| name.contains(':'))
    }

    /// Whether it carries a permission.
    pub fn may(&self, permission: &str) -> bool {
        self.permissions().any(|own| own == permission)
    }

    /// The same as a step that refuses: for a permission that depends on what is asked.
    ///
    /// ```
    /// # use portcullis_client::{Caller, Denied};
    /// async fn remove(caller: Caller) -> Result<&'static str, Denied> {
    ///     caller.require("clients:remove")?;
    ///     Ok("removed")
    /// }
    /// ```
    pub fn require(&self, permission: &str) -> Result<(), Denied> {
        if self.may(permission) {
            Ok(())
        } else {
            Err(Denied::Permission(vec![permission.to_owned()]))
        }
    }

    /// The organisation that the layer asks about, or that the session is for, and what the
    /// caller may do in it. Behind [`Protect::within`](crate::Protect::within) there always
    /// is one.
    pub const fn organisation(&self) -> Option<&Organisation> {
        self.0.organisation.as_ref()
    }

    /// The same as a step that refuses whoever may do less in it.
    ///
    /// ```
    /// # use portcullis_client::{Caller, Denied, Role};
    /// async fn rename(caller: Caller) -> Result<String, Denied> {
    ///     let acme = caller.require_role(Role::Admin)?;
    ///     Ok(format!("renamed by an admin of {}", acme.name()))
    /// }
    /// ```
    pub fn require_role(&self, at_least: Role) -> Result<&Organisation, Denied> {
        let known = at_least.max(Role::Member);
        self.organisation().filter(|own| own.role() >= known).ok_or(Denied::Role(known))
    }

    /// Whether this is of the organisation that was asked about. What knows nothing of
    /// organisations is not believed.
    pub(crate) fn is_within(&self, named: &str) -> bool {
        self.organisation().is_some_and(|own| own.is_named(named))
    }

    /// When the credential ends by itself, in unix seconds.
    pub const fn expires_at(&self) -> Option<i64> {
        self.0.exp
    }

    /// When the person last proved who they are, in unix seconds; none for a program's
    /// access token.
    pub const fn authenticated_at(&self) -> Option<i64> {
        self.0.auth_time
    }

    /// How they proved it (RFC 8176).
    pub fn methods(&self) -> impl Iterator<Item = &str> {
        self.0.amr.iter().map(String::as_str)
    }

    /// How sure that makes Portcullis.
    pub fn context_class(&self) -> Option<&str> {
        self.0.acr.as_deref()
    }

    /// The application session's id; none for an access token.
    pub fn session(&self) -> Option<&str> {
        self.0.sid.as_deref()
    }

    /// The access token's id; none for an application session.
    pub fn token(&self) -> Option<&str> {
        self.0.jti.as_deref()
    }
}

impl<S: Sync> FromRequestParts<S> for Caller {
    type Rejection = Denied;

    /// A route that no layer protects lets nobody in.
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Denied> {
        parts.extensions.get::<Self>().cloned().ok_or(Denied::Unprotected)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<Caller> {
        Caller::read(text.as_bytes()).unwrap()
    }

    #[test]
    fn an_answer_is_read() {
        let caller = read(
            "{\"active\":true,\"sub\":\"a\",\"scope\":\"openid clients:read clients:write\",\
             \"exp\":5,\"amr\":[\"pwd\",\"otp\"],\"new\":{\"later\":1}}",
        )
        .unwrap();
        assert_eq!(caller.subject(), "a");
        assert_eq!(caller.permissions().collect::<Vec<_>>(), ["clients:read", "clients:write"]);
        assert!(caller.may("clients:read") && caller.require("clients:write").is_ok());
        for lacking in ["clients", "clients:rea", "clients:remove", "openid", "", " "] {
            assert!(!caller.may(lacking), "{lacking:?}");
        }
        assert_eq!(caller.expires_at(), Some(5));
    }

    #[test]
    fn an_organisation_is_the_one_that_was_asked_about() {
        let of = |role: &str| {
            read(&format!(
                "{{\"active\":true,\"sub\":\"a\",\"organisation\":{{\"id\":\"01-ab\",\
                 \"slug\":\"acme\",\"name\":\"Acme\",\"role\":\"{role}\",\"new\":1}}}}"
            ))
            .unwrap()
        };
        let admin = of("admin");
        assert!(admin.is_within("acme") && admin.is_within("01-AB"));
        for other in ["umbrella", "ACME", "Acme", "", "01"] {
            assert!(!admin.is_within(other), "{other:?}");
        }
        assert_eq!(admin.require_role(Role::Admin).unwrap().name(), "Acme");
        assert_eq!(admin.require_role(Role::Owner), Err(Denied::Role(Role::Owner)));
        // Who may something that nobody has heard of may nothing.
        let unknown = of("emperor");
        for role in [Role::Unknown, Role::Member] {
            assert_eq!(unknown.require_role(role), Err(Denied::Role(Role::Member)));
        }
        let bare = read("{\"active\":true,\"sub\":\"a\"}").unwrap();
        assert!(!bare.is_within("acme") && bare.organisation().is_none());
        assert!(bare.require_role(Role::Member).is_err());
    }

    #[test]
    fn what_is_not_said_is_not_so() {
        assert_eq!(read("{\"active\":false}"), None);
        assert_eq!(read("{\"active\":false,\"sub\":\"a\"}"), None);
        let bare = read("{\"active\":true,\"sub\":\"a\"}").unwrap();
        assert!(bare.permissions().next().is_none());
        for none in [
            "{}",
            "",
            "[]",
            "true",
            "{\"active\":true}",
            "{\"active\":\"true\",\"sub\":\"a\"}",
            "{\"active\":1,\"sub\":\"a\"}",
            "{\"active\":false,\"active\":true,\"sub\":\"a\"}",
        ] {
            assert!(Caller::read(none.as_bytes()).is_err(), "{none}");
        }
    }
}

//! Who may call: the type of a handler's second argument, as with pages. What is not
//! declared is not reachable.

use super::call::Call;
use super::error::{Code, Failure};
use crate::features::application_sessions::Held;
use crate::features::applications::{Application, Claim};

/// Who calls a route, for the tests that walk the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Caller {
    /// Anybody.
    Anybody,
    /// An application that has proved itself by its secret.
    ProvedApplication,
    /// The same, or a public application, which only says which it is.
    AnyApplication,
    /// An application that its handler's own look-up proves.
    AskingApplication,
    /// Whoever holds the secret of an application session.
    Holder,
}

/// Who was found to call, before the handler runs.
#[derive(Debug, Clone)]
pub(super) enum Found {
    Nobody,
    Application(Box<Application>),
    Claim(Claim),
    Session(Box<Held>),
}

/// The proof that a call may reach a handler.
pub trait OauthAccess: Sized + Send + 'static {
    /// Its name in the table.
    const CALLER: Caller;

    /// Looks at who calls.
    fn prove(call: &Call) -> Result<Self, Failure>;
}

/// Anybody.
#[derive(Debug)]
pub struct Anybody;

/// An application that has proved itself by its secret.
#[derive(Debug)]
pub struct ProvedApplication(pub Application);

/// An application that has proved itself, or a public one, which can't.
#[derive(Debug)]
pub struct AnyApplication(pub Application);

/// What says that it is an application: the handler's action judges that in its one
/// look-up, and answers [`Code::InvalidClient`] where it is not.
#[derive(Debug)]
pub struct AskingApplication(pub Claim);

/// Whoever holds the secret of an application session that is good.
#[derive(Debug)]
pub struct Holder(pub Held);

impl OauthAccess for Anybody {
    const CALLER: Caller = Caller::Anybody;

    fn prove(_: &Call) -> Result<Self, Failure> {
        Ok(Self)
    }
}

impl OauthAccess for ProvedApplication {
    const CALLER: Caller = Caller::ProvedApplication;

    fn prove(call: &Call) -> Result<Self, Failure> {
        match &call.found {
            Found::Application(application) => Ok(Self(Application::clone(application))),
            _ => Err(Failure::new(Code::InvalidClient)),
        }
    }
}

impl OauthAccess for AnyApplication {
    const CALLER: Caller = Caller::AnyApplication;

    fn prove(call: &Call) -> Result<Self, Failure> {
        match &call.found {
            Found::Application(application) => Ok(Self(Application::clone(application))),
            _ => Err(Failure::new(Code::InvalidClient)),
        }
    }
}

impl OauthAccess for AskingApplication {
    const CALLER: Caller = Caller::AskingApplication;

    fn prove(call: &Call) -> Result<Self, Failure> {
        match &call.found {
            Found::Claim(claim) => Ok(Self(claim.clone())),
            _ => Err(Failure::new(Code::InvalidClient)),
        }
    }
}

impl OauthAccess for Holder {
    const CALLER: Caller = Caller::Holder;

    fn prove(call: &Call) -> Result<Self, Failure> {
        match &call.found {
            Found::Session(held) => Ok(Self(Held::clone(held))),
            _ => Err(Failure::new(Code::InvalidToken)),
        }
    }
}

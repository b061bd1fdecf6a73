//! Applications, and people who are signed in to them.

use super::{Browser, TestApp};
use portcullis::config::Outward;
use portcullis::features::account::rules::EmailAddress;
use portcullis::features::administration::By;
use portcullis::features::application_sessions::{self, New};
use portcullis::features::application_settings::rules::{Typed, Wanted};
use portcullis::features::application_settings::{Created, create};
use portcullis::features::applications::rules::Scopes;
use portcullis::features::sessions::{self, Current};
use portcullis::features::{account, applications, consents};
use portcullis::ids::{
    AccountId, ApplicationId, ApplicationSecretId, ApplicationSessionId, SessionId,
};
use portcullis::secret::{Kind, Token};

/// An application, and what its maker saw.
#[derive(Debug, Clone)]
pub struct MadeApplication {
    pub id: ApplicationId,
    pub secret: Option<String>,
    pub secret_id: Option<ApplicationSecretId>,
}

/// What is typed, if nothing is wrong with it.
pub fn wanted(typed: &Typed) -> Wanted {
    Wanted::read(typed, &Outward::default()).unwrap()
}

impl TestApp {
    /// An application with permissions, each with what it lets a program do.
    pub async fn makes_application(&self, name: &str, permissions: &[&str]) -> MadeApplication {
        let typed = Typed {
            name: name.to_owned(),
            permissions: permissions.join("\n"),
            return_addresses: "https://app.example.com/callback".to_owned(),
            ..Typed::new()
        };
        self.makes(&typed).await
    }

    /// The same, of whatever is typed.
    pub async fn makes(&self, typed: &Typed) -> MadeApplication {
        let id = ApplicationId::new(self.clock.now(), &self.random);
        match create(self, By::Operator, id, &wanted(typed)).await.unwrap() {
            Created::Done(secret) => MadeApplication {
                id,
                secret_id: secret.as_ref().map(|secret| secret.id),
                secret: secret.map(|secret| secret.text.reveal().to_owned()),
            },
            other => panic!("{other:?}"),
        }
    }

    /// Who is in this browser signs in to an application, and lets it see this.
    pub async fn signs_in_to(
        &self,
        browser: &Browser,
        application: &MadeApplication,
        scopes: &str,
    ) -> (ApplicationSessionId, Token) {
        self.tries_to_sign_in_to(browser, application, scopes).await.expect("no session was made")
    }

    /// The same, if it can be.
    pub async fn tries_to_sign_in_to(
        &self,
        browser: &Browser,
        application: &MadeApplication,
        scopes: &str,
    ) -> Option<(ApplicationSessionId, Token)> {
        let now = self.clock.now();
        let token = Token::parse(Kind::Session, &browser.session().unwrap()).unwrap();
        let session = SessionId::from_uuid(token.id());
        let mut tx = self.db.begin().await.unwrap();
        let account = self.account_of(session).await;
        if !account::lock_active(&mut tx, account).await.unwrap() {
            return None;
        }
        let found = applications::by_id(&mut tx, application.id).await.unwrap()?;
        let scopes = Scopes::parse(scopes);
        let names: Vec<&str> = scopes.permissions().collect();
        if !applications::hold(&mut tx, Some(found.id), names).await.unwrap() {
            return None;
        }
        let new =
            New { session, account, application: &found, scopes: &scopes, organisation: None };
        let made = application_sessions::make(&mut tx, self, new, now).await.unwrap()?;
        consents::grant(&mut tx, account, found.id, &scopes, now).await.unwrap();
        tx.commit().await.unwrap();
        Some(made)
    }

    async fn account_of(&self, session: SessionId) -> AccountId {
        let found = portcullis::features::sessions::still_there(self, session).await.unwrap();
        match found {
            Some(account) => account.id,
            // Of one that is over nobody is asked here.
            None => AccountId::new(self.clock.now(), &self.random),
        }
    }

    /// The account of an address.
    pub async fn email_id(&self, email: &str) -> AccountId {
        let email = EmailAddress::parse(email).unwrap();
        account::by_email(&mut &self.db, &email).await.unwrap().unwrap().id
    }

    /// Who is in this browser, as a handler knows them.
    pub async fn current_of(&self, browser: &Browser) -> Current {
        let token = Token::parse(Kind::Session, &browser.session().unwrap()).unwrap();
        let source = super::source_of(self, &browser.address.to_string());
        let found = sessions::authenticate(self, &token, &source, self.clock.now());
        found.await.unwrap().unwrap()
    }

    /// Whether the secret of an application session opens anything.
    pub async fn is_good(&self, secret: &Token) -> bool {
        let now = self.clock.now();
        application_sessions::authenticate(self, secret, now).await.unwrap().is_some()
    }
}

use crate::features::check::Answer;

/// Who has been let through, as it is signed.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Identity {
    /// The account's id.
    pub user: String,
    /// Its address.
    pub email: String,
    /// Its name.
    pub name: String,
    /// What of the application's permissions was allowed, in order.
    pub permissions: Vec<String>,
    /// The organisation that the rule names, by its short name, and the role in it.
    pub organisation: Option<(String, String)>,
}

impl Identity {
    /// Whose answer it is.
    pub fn of(answer: &Answer) -> Self {
        let account = answer.account();
        let organisation = answer.organisation();
        Self {
            user: account.id.to_string(),
            email: account.email.clone(),
            name: account.name.clone(),
            permissions: answer.scopes().permissions().map(str::to_owned).collect(),
            organisation: organisation
                .map(|granted| (granted.organisation.slug.clone(), granted.role.tag().to_owned())),
        }
    }
}

//! What somebody types about an application, and what it comes to.

use super::Details;
use crate::config::Outward;
use crate::features::account::rules::{Name, NotAName};
use crate::features::applications::rules::{
    AddressKind, Algorithm, ApplicationKind, GateOrigin, LogoutUrl, MOST_ADDRESSES,
    MOST_PERMISSIONS, NotAPermission, NotAnAddress, PermissionName, ReturnAddress, SessionLifetime,
};
use crate::features::applications::{Addresses, Properties};
use std::collections::BTreeMap;

/// What is typed: of what there can be several, one a line.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Typed {
    /// What people know it by.
    pub name: String,
    /// Whether it can keep a secret.
    pub kind: String,
    /// How long a session of its own lives at most.
    pub session_lifetime: String,
    /// How its ID tokens are signed.
    pub id_token_algorithm: String,
    /// Where a browser may be sent with the code of a sign-in.
    pub return_addresses: String,
    /// Where it may be sent after signing out.
    pub after_sign_out_addresses: String,
    /// What the gate stands before.
    pub gate_origins: String,
    /// Each with what it lets a program do.
    pub permissions: String,
    /// Where it hears that a session of its own has ended.
    pub back_channel_logout_url: String,
    /// Whether the gate hands it a signed assertion of who has passed.
    pub identity_assertion: bool,
}

impl Typed {
    /// As it stands in the fields of a new application.
    pub fn new() -> Self {
        Self {
            kind: ApplicationKind::Confidential.tag().to_owned(),
            session_lifetime: SessionLifetime::DEFAULT.text(),
            id_token_algorithm: Algorithm::Es256.tag().to_owned(),
            ..Self::default()
        }
    }

    /// As an application is now.
    pub fn of(details: &Details) -> Self {
        let application = &details.application;
        let lines = |kind| details.addresses.of(kind).join("\n");
        let permissions = details.permissions.iter();
        let permissions = permissions.map(|own| format!("{} {}", own.name, own.about));
        Self {
            name: application.name.clone(),
            kind: application.kind.tag().to_owned(),
            session_lifetime: application.session_lifetime.text(),
            id_token_algorithm: application.id_token_algorithm.tag().to_owned(),
            return_addresses: lines(AddressKind::Return),
            after_sign_out_addresses: lines(AddressKind::AfterSignOut),
            gate_origins: lines(AddressKind::Gate),
            permissions: permissions.collect::<Vec<_>>().join("\n"),
            back_channel_logout_url: application
                .back_channel_logout_url
                .clone()
                .unwrap_or_default(),
            identity_assertion: application.identity_assertion,
        }
    }
}

/// What an application is to be: nothing in it is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    properties: Properties,
    addresses: Addresses,
    gates: Vec<GateOrigin>,
    permissions: Vec<(PermissionName, String)>,
}

/// What is wrong in a list, and in which line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WrongLine<T> {
    /// This line is.
    Line(usize, T),
    /// There are more than so many.
    TooMany(usize),
}

/// Why a line declares no permission.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotDeclared {
    /// Its name is none.
    Name(NotAPermission),
    /// It does not say, or not in a short line, what it lets a program do.
    About(NotAName),
    /// It stands there twice.
    Twice,
}

/// What is wrong, field by field.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wrong {
    /// The name.
    pub name: Option<NotAName>,
    /// The kind is none.
    pub kind: bool,
    /// The lifetime is none.
    pub session_lifetime: bool,
    /// Nothing is signed so.
    pub id_token_algorithm: bool,
    /// The addresses, by what they are for.
    pub addresses: BTreeMap<AddressKind, Vec<WrongLine<NotAnAddress>>>,
    /// The permissions.
    pub permissions: Vec<WrongLine<NotDeclared>>,
    /// The address for ends of sessions.
    pub back_channel_logout_url: Option<NotAnAddress>,
}

impl Wanted {
    /// What was typed, if nothing is wrong with it.
    pub fn read(typed: &Typed, allowed: &Outward) -> Result<Self, Wrong> {
        let mut wrong = Wrong::default();
        let name = Name::parse(&typed.name).map_err(|why| wrong.name = Some(why)).ok();
        let kind = ApplicationKind::from_tag(&typed.kind);
        wrong.kind = kind.is_none();
        let lifetime = SessionLifetime::parse(typed.session_lifetime.trim()).ok();
        wrong.session_lifetime = lifetime.is_none();
        let algorithm = Algorithm::from_tag(&typed.id_token_algorithm);
        wrong.id_token_algorithm = algorithm.is_none();
        // Addresses are judged as those of the stricter kind where there is none.
        let judged = kind.unwrap_or(ApplicationKind::Confidential);
        let mut addresses = Vec::new();
        for (of, text) in [
            (AddressKind::Return, &typed.return_addresses),
            (AddressKind::AfterSignOut, &typed.after_sign_out_addresses),
        ] {
            let read = |line: &str| ReturnAddress::parse(line, judged);
            let own = list(text, MOST_ADDRESSES, read);
            let own = own.map_err(|lines| wrong.addresses.insert(of, lines)).unwrap_or_default();
            addresses.extend(own.into_iter().map(|own| (of, own.as_str().to_owned())));
        }
        let gates = list(&typed.gate_origins, MOST_ADDRESSES, GateOrigin::parse);
        let gates = gates
            .map_err(|lines| wrong.addresses.insert(AddressKind::Gate, lines))
            .unwrap_or_default();
        addresses.extend(gates.iter().map(|own| (AddressKind::Gate, own.as_str().to_owned())));
        let permissions = permissions(&typed.permissions)
            .map_err(|lines| wrong.permissions = lines)
            .unwrap_or_default();
        let url = typed.back_channel_logout_url.trim();
        let url = if url.is_empty() {
            None
        } else {
            LogoutUrl::parse(url, allowed)
                .map_err(|why| wrong.back_channel_logout_url = Some(why))
                .ok()
        };
        match (name, kind, lifetime, algorithm) {
            (Some(name), Some(kind), Some(lifetime), Some(algorithm))
                if wrong == Wrong::default() =>
            {
                Ok(Self {
                    properties: Properties {
                        name: name.as_str().to_owned(),
                        kind,
                        session_lifetime: lifetime,
                        id_token_algorithm: algorithm,
                        back_channel_logout_url: url.map(|url| url.as_str().to_owned()),
                        identity_assertion: typed.identity_assertion,
                    },
                    addresses: addresses.into_iter().collect(),
                    gates,
                    permissions,
                })
            }
            _ => Err(wrong),
        }
    }

    /// What it is, beside what is added to it.
    pub const fn properties(&self) -> &Properties {
        &self.properties
    }

    /// Where it lives.
    pub const fn addresses(&self) -> &Addresses {
        &self.addresses
    }

    /// Those of them that the gate stands before.
    pub fn gates(&self) -> &[GateOrigin] {
        &self.gates
    }

    /// What it declares, with what each lets a program do.
    pub fn permissions(&self) -> &[(PermissionName, String)] {
        &self.permissions
    }
}

/// The lines that hold something, each read.
fn list<T, E>(
    text: &str,
    most: usize,
    read: impl Fn(&str) -> Result<T, E>,
) -> Result<Vec<T>, Vec<WrongLine<E>>> {
    let (mut good, mut wrong) = (Vec::new(), Vec::new());
    for (index, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() {
            continue;
        }
        match read(line) {
            Ok(one) => good.push(one),
            Err(why) => wrong.push(WrongLine::Line(index + 1, why)),
        }
    }
    if good.len() > most {
        wrong.push(WrongLine::TooMany(most));
    }
    if wrong.is_empty() { Ok(good) } else { Err(wrong) }
}

type Permissions = Vec<(PermissionName, String)>;

/// A name a line, and behind it what it lets a program do.
fn permissions(text: &str) -> Result<Permissions, Vec<WrongLine<NotDeclared>>> {
    let read = |line: &str| {
        let (name, about) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
        let name = PermissionName::parse(name).map_err(NotDeclared::Name)?;
        let about = Name::parse(about).map_err(NotDeclared::About)?;
        Ok((name, about.as_str().to_owned()))
    };
    let read = list(text, MOST_PERMISSIONS, read)?;
    for (index, (name, _)) in read.iter().enumerate() {
        if read.iter().take(index).any(|(other, _)| other == name) {
            let names = |line: &str| line.split_whitespace().next() == Some(name.as_str());
            let line = text.lines().enumerate().filter(|(_, line)| names(line)).last();
            let line = line.map_or(0, |(line, _)| line + 1);
            return Err(vec![WrongLine::Line(line, NotDeclared::Twice)]);
        }
    }
    Ok(read)
}

/// Whether something that is declared is declared no more.
pub(super) fn takes_back(before: &Details, wanted: &Wanted) -> bool {
    let stays = |name: &str| wanted.permissions.iter().any(|(own, _)| own.as_str() == name);
    before.permissions.iter().any(|own| !stays(&own.name))
}

/// What a change comes to, for the log: the names of what is otherwise, which permissions
/// came and went, and which origins have lost the rules that they had at the gate.
pub(super) fn what_changes(before: &Details, wanted: &Wanted, closed: &[String]) -> String {
    let (old, new) = (&before.application, &wanted.properties);
    let mut changes: Vec<String> = Vec::new();
    let (before_signed, signed) = (old.id_token_algorithm, new.id_token_algorithm);
    for (name, is_other) in [
        ("name", old.name != new.name),
        ("session-lifetime", old.session_lifetime != new.session_lifetime),
        ("id-token-algorithm", before_signed != signed),
        ("back-channel-logout-url", old.back_channel_logout_url != new.back_channel_logout_url),
        ("identity-assertion", old.identity_assertion != new.identity_assertion),
    ] {
        changes.extend(is_other.then(|| name.to_owned()));
    }
    for kind in AddressKind::ALL {
        if before.addresses.of(*kind) != wanted.addresses.of(*kind) {
            changes.push(format!("addresses-{}", kind.tag()));
        }
    }
    changes.extend(closed.iter().map(|origin| format!("-rules:{origin}")));
    let held = |name: &str| before.permissions.iter().find(|own| own.name == name);
    for (name, about) in &wanted.permissions {
        match held(name.as_str()) {
            None => changes.push(format!("+{}", name.as_str())),
            Some(own) if own.about != *about => changes.push(format!("~{}", name.as_str())),
            Some(_) => {}
        }
    }
    let kept = |name: &str| wanted.permissions.iter().any(|(own, _)| own.as_str() == name);
    let gone = before.permissions.iter().filter(|own| !kept(&own.name));
    changes.extend(gone.map(|own| format!("-{}", own.name)));
    changes.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed() -> Typed {
        Typed {
            name: " Billing ".into(),
            return_addresses: "https://billing.example.com/callback\n\n https://b.example.com/\r\n"
                .into(),
            gate_origins: "https://billing.example.com".into(),
            permissions: "invoices:read  See  your invoices\ninvoices:pay Pay them".into(),
            ..Typed::new()
        }
    }

    #[test]
    fn what_is_typed_is_read_line_by_line() {
        let wanted = Wanted::read(&typed(), &Outward::default()).unwrap();
        assert_eq!(wanted.properties().name, "Billing");
        assert_eq!(wanted.addresses().of(AddressKind::Return).len(), 2);
        assert_eq!(wanted.permissions()[0].1, "See your invoices");
        assert_eq!(wanted.gates().len(), 1);
    }

    #[test]
    fn each_wrong_line_is_named() {
        let wrong = Typed {
            name: String::new(),
            kind: "both".into(),
            session_lifetime: "soon".into(),
            id_token_algorithm: "none".into(),
            return_addresses: "https://ok.example.com/\nhttp://no.example.com/\n*".into(),
            permissions: "invoices:read See them\nadmin:read Everything\ninvoices:pay\n".into(),
            back_channel_logout_url: "https://169.254.169.254/".into(),
            ..typed()
        };
        let wrong = Wanted::read(&wrong, &Outward::default()).unwrap_err();
        assert!(wrong.kind && wrong.session_lifetime && wrong.id_token_algorithm);
        assert_eq!(wrong.name, Some(NotAName::Empty));
        let lines = [
            WrongLine::Line(2, NotAnAddress::Insecure),
            WrongLine::Line(3, NotAnAddress::Wildcard),
        ];
        assert_eq!(wrong.addresses[&AddressKind::Return], lines);
        let lines = [
            WrongLine::Line(2, NotDeclared::Name(NotAPermission::Own)),
            WrongLine::Line(3, NotDeclared::About(NotAName::Empty)),
        ];
        assert_eq!(wrong.permissions, lines);
        assert_eq!(wrong.back_channel_logout_url, Some(NotAnAddress::Network));
        let twice = Typed { permissions: "a:b One\nc:d Two\na:b Three".into(), ..typed() };
        let wrong = Wanted::read(&twice, &Outward::default()).unwrap_err();
        assert_eq!(wrong.permissions, [WrongLine::Line(3, NotDeclared::Twice)]);
        let many = (0..=MOST_PERMISSIONS).map(|number| format!("a:b{number} One\n"));
        let many = Typed { permissions: many.collect(), ..typed() };
        let wrong = Wanted::read(&many, &Outward::default()).unwrap_err();
        assert_eq!(wrong.permissions, [WrongLine::TooMany(MOST_PERMISSIONS)]);
    }
}

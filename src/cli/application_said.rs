//! How `portcullis application …` shows applications, and what is wrong with one.

use super::rfc3339;
use crate::features::account::rules::NotAName;
use crate::features::application_settings::rules::{NotDeclared, Typed, Wrong, WrongLine};
use crate::features::application_settings::{Details, Taken};
use crate::features::applications::Application;
use crate::features::applications::rules::{AddressKind, NotAPermission, NotAnAddress};
use serde_json::{Value, json};

pub(super) fn line(application: &Application) -> String {
    let Application { id, kind, name, .. } = application;
    format!("{id}  {:<12}  {name}", kind.tag())
}

pub(super) fn short(application: &Application) -> Value {
    json!({
        "id": application.id.to_string(),
        "name": application.name,
        "kind": application.kind.tag(),
        "session_lifetime": application.session_lifetime.text(),
        "id_token_algorithm": application.id_token_algorithm.tag(),
        "back_channel_logout_url": application.back_channel_logout_url,
        "identity_assertion": application.identity_assertion,
        "created_at": rfc3339(application.created_at),
    })
}

pub(super) fn as_json(details: &Details) -> Value {
    let mut json = short(&details.application);
    let permissions = details.permissions.iter();
    let permissions: Vec<Value> =
        permissions.map(|own| json!({ "name": own.name, "about": own.about })).collect();
    let secret = |own: &crate::features::applications::Secret| {
        json!({
            "id": own.id.to_string(),
            "last_four": own.tail,
            "created_at": rfc3339(own.created_at),
            "expires_at": own.expires_at.map(rfc3339),
        })
    };
    let secrets: Vec<Value> = details.secrets.iter().map(secret).collect();
    if let Value::Object(fields) = &mut json {
        let of = |kind| json!(details.addresses.of(kind));
        fields.insert("return_addresses".into(), of(AddressKind::Return));
        fields.insert("after_sign_out_addresses".into(), of(AddressKind::AfterSignOut));
        fields.insert("gate_origins".into(), of(AddressKind::Gate));
        fields.insert("permissions".into(), json!(permissions));
        fields.insert("secrets".into(), json!(secrets));
    }
    json
}

pub(super) fn as_text(details: &Details) -> String {
    let application = &details.application;
    let mut lines = Vec::new();
    let mut add = |name: &str, value: String| lines.push(format!("{name:<23}  {value}"));
    add("client id", application.id.to_string());
    add("name", application.name.clone());
    add("kind", application.kind.tag().to_owned());
    add("session lifetime", application.session_lifetime.text());
    add("ID token algorithm", application.id_token_algorithm.tag().to_owned());
    if let Some(url) = &application.back_channel_logout_url {
        add("back-channel logout URL", url.clone());
    }
    for (kind, name) in [
        (AddressKind::Return, "return address"),
        (AddressKind::AfterSignOut, "after signing out"),
        (AddressKind::Gate, "gate origin"),
    ] {
        for address in details.addresses.of(kind) {
            add(name, address);
        }
    }
    if application.identity_assertion {
        add("identity assertion", "on".to_owned());
    }
    for own in &details.permissions {
        add("permission", format!("{} {}", own.name, own.about));
    }
    for own in &details.secrets {
        let until = own.expires_at.map(|at| format!(", until {}", rfc3339(at)));
        let (id, tail, until) = (own.id, &own.tail, until.unwrap_or_default());
        add("secret", format!("{id}  …{tail}  made {}{until}", rfc3339(own.created_at)));
    }
    lines.join("\n")
}

pub(super) fn say_taken(taken: &Taken) -> String {
    match taken {
        Taken::Permission(name) => format!("another application declares {name}"),
        Taken::Origin(origin) => format!("another application is behind the gate at {origin}"),
    }
}

/// Everything that is wrong, each with the option that it was given by.
pub(super) fn say_wrong(typed: &Typed, wrong: &Wrong) -> String {
    let mut said = Vec::new();
    match wrong.name {
        Some(NotAName::Empty) => said.push("--name: it is empty".to_owned()),
        Some(NotAName::TooLong) => said.push("--name: it is longer than 100 characters".to_owned()),
        None => {}
    }
    if wrong.session_lifetime {
        said.push("--session-lifetime: from 5m to 366d, such as 8h or 7d".to_owned());
    }
    if wrong.id_token_algorithm {
        said.push("--id-token-algorithm: ES256 or RS256".to_owned());
    }
    for (kind, lines) in &wrong.addresses {
        let (option, text) = match kind {
            AddressKind::Return => ("--return-address", &typed.return_addresses),
            AddressKind::AfterSignOut => ("--after-sign-out", &typed.after_sign_out_addresses),
            AddressKind::Gate => ("--gate-origin", &typed.gate_origins),
        };
        said.extend(lines.iter().map(|line| of_line(option, text, line, say_address)));
    }
    let permissions = wrong.permissions.iter();
    said.extend(permissions.map(|line| {
        of_line("--permission", &typed.permissions, line, |why| say_declared(*why).to_owned())
    }));
    if let Some(why) = &wrong.back_channel_logout_url {
        said.push(format!("--back-channel-logout-url: {}", say_address(why)));
    }
    said.join("\n")
}

fn of_line<T>(
    option: &str,
    text: &str,
    wrong: &WrongLine<T>,
    say: impl Fn(&T) -> String,
) -> String {
    match wrong {
        WrongLine::Line(line, why) => {
            let line = text.lines().nth(line.saturating_sub(1)).unwrap_or_default();
            format!("{option} {}: {}", line.escape_debug(), say(why))
        }
        WrongLine::TooMany(most) => format!("{option}: at most {most}"),
    }
}

fn say_address(why: &NotAnAddress) -> String {
    match why {
        NotAnAddress::Unreadable => "it is no URL".to_owned(),
        NotAnAddress::TooLong => "it is too long".to_owned(),
        NotAnAddress::Spelling(usual) => format!("write it as programs do: {usual}"),
        NotAnAddress::Insecure => "it is neither https nor on this machine".to_owned(),
        NotAnAddress::Scheme => {
            "it is not https, and only a public application has a scheme of its own, with a dot"
                .to_owned()
        }
        NotAnAddress::Fragment => "it has a fragment".to_owned(),
        NotAnAddress::User => "it has a user name".to_owned(),
        NotAnAddress::Wildcard => "no address stands for several".to_owned(),
        NotAnAddress::Path => "an origin has no path".to_owned(),
        NotAnAddress::Network => {
            "this is a network of your own: to let Portcullis send there, name the address in \
             application_networks, then start it again"
                .to_owned()
        }
    }
}

const fn say_declared(why: NotDeclared) -> &'static str {
    match why {
        NotDeclared::Name(NotAPermission::Form) => {
            "a permission is two words with a colon between, such as invoices:read"
        }
        NotDeclared::Name(NotAPermission::TooLong) => "the name is too long",
        NotDeclared::Name(NotAPermission::Own) => "permissions of that kind are Portcullis’s own",
        NotDeclared::About(NotAName::Empty) => "say behind the name what it lets a program do",
        NotDeclared::About(NotAName::TooLong) => "say what it is for in 100 characters",
        NotDeclared::Twice => "it is given twice",
    }
}

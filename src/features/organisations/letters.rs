//! What people are told of organisations by mail.

use super::Organisation;
use super::invitations::Invitation;
use super::rules::Role;
use super::web::role_name;
use crate::app::App;
use crate::delivery::{self, Letter, Purpose};
use crate::features::account::Account;
use crate::secret::SecretText;
use crate::text::Text;
use crate::time::Timestamp;

/// To whoever is asked to join.
pub(super) fn invitation(
    app: &App,
    text: &Text,
    organisation: &Organisation,
    invitation: &Invitation,
    by: Option<&str>,
    link: SecretText,
) -> Letter {
    let (product, name) = (&app.config.product_name, &organisation.name);
    let subject =
        text.say("mail-member-invited-subject").with("organisation", name).with("product", product);
    let role = role_name(text, invitation.role);
    let said = match by {
        Some(by) => text
            .say("mail-member-invited-by")
            .with("by", by)
            .with("organisation", name)
            .with("role", role.to_string())
            .to_string(),
        None => text
            .say("mail-member-invited-text")
            .with("organisation", name)
            .with("role", role.to_string())
            .to_string(),
    };
    let until = text.moment(invitation.expires_at).absolute;
    Letter::new(text, Purpose::MemberInvited, subject)
        .paragraph(said)
        .action(text.say("mail-member-invited-button"), link)
        .paragraph(text.say("mail-member-invited-until").with("until", until))
        .paragraph(text.say("mail-member-invited-unexpected"))
        .useful_until(invitation.expires_at)
}

/// To whoever an administrator has made a member.
pub(super) fn added(
    app: &App,
    account: &Account,
    organisation: &Organisation,
    role: Role,
    now: Timestamp,
) -> Letter {
    let text = delivery::text_for(app, account, now);
    let name = &organisation.name;
    let page = SecretText::new(app.config.public_url.link(&organisation.path("")));
    let subject = text.say("mail-member-added-subject").with("organisation", name);
    let role = role_name(&text, role).to_string();
    Letter::new(&text, Purpose::MemberAdded, subject)
        .paragraph(text.say("mail-member-added-text").with("organisation", name).with("role", role))
        .action(text.say("mail-member-button"), page)
        .paragraph(text.say("mail-member-added-unexpected"))
}

/// To whoever has another role.
pub(super) fn role_changed(
    app: &App,
    account: &Account,
    organisation: &Organisation,
    role: Role,
    now: Timestamp,
) -> Letter {
    let text = delivery::text_for(app, account, now);
    let name = &organisation.name;
    let page = SecretText::new(app.config.public_url.link(&organisation.path("")));
    let subject = text.say("mail-member-role-subject").with("organisation", name);
    let role = role_name(&text, role).to_string();
    Letter::new(&text, Purpose::MemberRoleChanged, subject)
        .paragraph(text.say("mail-member-role-text").with("organisation", name).with("role", role))
        .action(text.say("mail-member-button"), page)
}

/// To whoever ran an organisation that is removed.
pub(super) fn ended(
    app: &App,
    account: &Account,
    organisation: &Organisation,
    now: Timestamp,
) -> Letter {
    let text = delivery::text_for(app, account, now);
    let name = &organisation.name;
    let subject = text.say("mail-organisation-removed-subject").with("organisation", name);
    Letter::new(&text, Purpose::MemberRemoved, subject)
        .paragraph(text.say("mail-organisation-removed-text").with("organisation", name))
        .paragraph(text.say("mail-member-removed-ask"))
}

/// To whoever belongs to it no more.
pub(super) fn removed(
    app: &App,
    account: &Account,
    organisation: &Organisation,
    now: Timestamp,
) -> Letter {
    let text = delivery::text_for(app, account, now);
    let name = &organisation.name;
    let subject = text.say("mail-member-removed-subject").with("organisation", name);
    Letter::new(&text, Purpose::MemberRemoved, subject)
        .paragraph(text.say("mail-member-removed-text").with("organisation", name))
        .paragraph(text.say("mail-member-removed-ask"))
}

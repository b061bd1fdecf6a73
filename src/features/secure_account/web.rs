//! The guided page.

use super::{Secure, look, rules};
use crate::error::{Refused, Result};
use crate::features::access_tokens::rules::State;
use crate::features::access_tokens::web::{Names, TokenRow, token_row};
use crate::features::account::FactorKind;
use crate::features::active_sessions::sign_out_others as end_others;
use crate::features::known_devices::forget_others;
use crate::features::password::web::{ChangeForm, Tried, try_to_change};
use crate::features::second_factor::{Managed, remove};
use crate::features::security_log::{Entry, EventRow, event_row};
use crate::features::sessions::Current;
use crate::http::{Answer, Page, SignedIn, SteppedUp, SteppedUpForSecondFactors, Visit};
use crate::seen::Seen;
use crate::text::Moment;
use crate::time::Timestamp;
use askama::Template;
use serde::Deserialize;

const PAGE: &str = "/settings/security/review/secure";

/// Known browsers on the page; the rest are on their own.
const DEVICES_SHOWN: usize = 10;

#[derive(Template)]
#[template(path = "features/secure_account/secure.html")]
struct SecurePage {
    page: Page,
    others: i64,
    password_changed: Moment,
    password_done: bool,
    form: ChangeForm,
    factors: Vec<Thing>,
    factors_recent: bool,
    codes: Option<CodesView>,
    email: String,
    email_changed: Option<Thing>,
    devices: Vec<Thing>,
    other_devices: i64,
    more_devices: i64,
    devices_recent: bool,
    tokens: Vec<TokenRow>,
    recent_tokens: usize,
    more_tokens: i64,
    done: Vec<EventRow>,
}

/// Something that came to the account at some time, from somewhere.
struct Thing {
    tag: &'static str,
    icon: &'static str,
    name: String,
    agent: String,
    from: String,
    came: Moment,
    recent: bool,
    this: bool,
    one_of_several: bool,
}

struct CodesView {
    left: i64,
    made: Moment,
    recent: bool,
}

#[derive(Deserialize)]
struct Form {
    #[serde(default)]
    kind: String,
}

/// Step by step.
pub async fn page(visit: Visit, SignedIn(current): SignedIn) -> Result<Answer> {
    let form = ChangeForm::empty(&visit, &current);
    show(&visit, &current, form).await
}

/// Signs everybody else out.
pub async fn sign_out_others(visit: Visit, SignedIn(current): SignedIn) -> Result<Answer> {
    end_others(&visit.app, &current, &visit.source).await?;
    Ok(Answer::redirect(PAGE).flash(&visit.app, "flash-other-sessions-ended"))
}

/// Changes the password, and signs everybody else out.
pub async fn change_password(visit: Visit, SignedIn(current): SignedIn) -> Result<Answer> {
    match try_to_change(&visit, &current, true).await? {
        Tried::Changed(session) => Ok(Answer::redirect(PAGE)
            .session(&visit.app, &session)
            .flash(&visit.app, "flash-password-changed-others-ended")),
        Tried::Refused(refused) => {
            let page = show(&visit, &current, refused.form).await?;
            Ok(refused.refusal.of(page))
        }
    }
}

/// Takes a second factor off.
pub async fn remove_factor(
    visit: Visit,
    SteppedUpForSecondFactors(current): SteppedUpForSecondFactors,
) -> Result<Answer> {
    let form: Form = visit.form()?;
    let kind = FactorKind::from_tag(&form.kind).ok_or(Refused::NotFound)?;
    match remove(&visit.app, &current, kind, &visit.source).await? {
        Managed::Done(session) => {
            let answer = Answer::redirect(PAGE).flash(&visit.app, "flash-second-factor-removed");
            Ok(match session {
                Some(session) => answer.session(&visit.app, &session),
                None => answer,
            })
        }
        Managed::Last => {
            Ok(Answer::redirect(PAGE).flash(&visit.app, "flash-refused-last-second-factor"))
        }
        Managed::NotHeld => Err(Refused::NotFound.into()),
    }
}

/// Forgets every browser but this one.
pub async fn forget_devices(visit: Visit, SteppedUp(current): SteppedUp) -> Result<Answer> {
    forget_others(&visit.app, &current, &visit.source).await?;
    Ok(Answer::redirect(PAGE).flash(&visit.app, "flash-devices-forgotten"))
}

async fn show(visit: &Visit, current: &Current, form: ChangeForm) -> Result<Answer> {
    let secure = look(&visit.app, current, visit.now).await?;
    let factors = factors(visit, &secure);
    let mut devices = devices(visit, current, &secure);
    let others = devices.iter().filter(|device| !device.this).count();
    let devices_recent = devices.iter().any(|device| device.recent && !device.this);
    let more = devices.len().saturating_sub(DEVICES_SHOWN);
    devices.truncate(DEVICES_SHOWN);
    let names = Names::of(&visit.app, current.account.id).await?;
    Answer::page(&SecurePage {
        page: visit.page("title-secure", "security"),
        others: i64::try_from(secure.others).unwrap_or(i64::MAX),
        password_changed: visit.text.moment(secure.password_changed),
        password_done: rules::has_new_password(&secure.done),
        form,
        factors_recent: factors.iter().any(|factor| factor.recent),
        factors,
        codes: secure.codes.map(|(left, made_at)| CodesView {
            left,
            made: visit.text.moment(made_at),
            recent: is_recent(visit, made_at),
        }),
        email: current.account.email.clone(),
        email_changed: secure.email_changed.as_ref().map(|entry| email_changed(visit, entry)),
        other_devices: i64::try_from(others).unwrap_or(i64::MAX),
        devices_recent,
        more_devices: i64::try_from(more).unwrap_or(i64::MAX),
        devices,
        recent_tokens: {
            let tokens = secure.tokens.iter();
            tokens.filter(|token| is_recent(visit, token.created_at)).count()
        },
        more_tokens: secure.live_tokens - i64::try_from(secure.tokens.len()).unwrap_or(0),
        tokens: secure.tokens.into_iter().map(|token| token_row(visit, token, &names)).collect(),
        done: secure
            .done
            .into_iter()
            .map(|entry| event_row(&visit.text, &visit.app.places, entry))
            .collect(),
    })
}

fn is_recent(visit: &Visit, at: Timestamp) -> bool {
    at >= rules::recent_since(visit.now)
}

fn seen(visit: &Visit, address: Option<&str>, agent: &str) -> Seen {
    Seen::new(&visit.text, &visit.app.places, address, agent)
}

fn factors(visit: &Visit, secure: &Secure) -> Vec<Thing> {
    let thing = |factor: &crate::features::second_factor::SecondFactor| {
        let seen = seen(visit, factor.address.as_deref(), &factor.user_agent);
        let name = visit.text.say(format!("factor-{}", factor.kind.tag())).to_string();
        let number = secure.number.as_ref().filter(|_| factor.kind == FactorKind::Phone);
        Thing {
            tag: factor.kind.tag(),
            icon: "phone",
            name: number.map_or_else(|| name.clone(), |number| format!("{name} · {number}")),
            from: format!("{} · {}", seen.device, seen.place),
            agent: seen.agent,
            came: visit.text.moment(factor.created_at),
            recent: is_recent(visit, factor.created_at),
            this: false,
            one_of_several: secure.factors.len() > 1,
        }
    };
    secure.factors.iter().map(thing).collect()
}

fn devices(visit: &Visit, current: &Current, secure: &Secure) -> Vec<Thing> {
    let thing = |device: &crate::features::known_devices::KnownDevice| {
        let seen = seen(visit, device.address.as_deref(), &device.user_agent);
        Thing {
            tag: "",
            icon: seen.icon,
            name: seen.device,
            from: seen.place,
            agent: seen.agent,
            came: visit.text.moment(device.first_used_at),
            recent: is_recent(visit, device.first_used_at),
            this: Some(device.id) == current.session.device,
            one_of_several: true,
        }
    };
    // Those that came last are most likely not one's own.
    let mut newest: Vec<_> = secure.devices.iter().collect();
    newest.sort_by_key(|device| std::cmp::Reverse(device.first_used_at));
    let mut devices: Vec<Thing> = newest.into_iter().map(thing).collect();
    devices.sort_by_key(|device| !device.this);
    devices
}

fn email_changed(visit: &Visit, entry: &Entry) -> Thing {
    let agent = entry.user_agent.as_deref().unwrap_or_default();
    let seen = seen(visit, entry.address.as_deref(), agent);
    Thing {
        tag: "",
        icon: "mail",
        name: String::new(),
        from: format!("{} · {}", seen.device, seen.place),
        agent: seen.agent,
        came: visit.text.moment(entry.occurred_at),
        recent: true,
        this: false,
        one_of_several: false,
    }
}

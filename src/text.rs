//! What people read: Fluent catalogues, and dates in their zone.

pub mod days;

use crate::time::Timestamp;
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};
use jiff::tz::TimeZone;
use std::fmt;
use std::sync::Arc;
use unic_langid::LanguageIdentifier;

const CATALOGUE: &[&str] = &[
    include_str!("../locales/en/common.ftl"),
    include_str!("../locales/en/access_tokens.ftl"),
    include_str!("../locales/en/account.ftl"),
    include_str!("../locales/en/account_lock.ftl"),
    include_str!("../locales/en/activity_history.ftl"),
    include_str!("../locales/en/administration.ftl"),
    include_str!("../locales/en/applications.ftl"),
    include_str!("../locales/en/closing.ftl"),
    include_str!("../locales/en/countries.ftl"),
    include_str!("../locales/en/devices.ftl"),
    include_str!("../locales/en/email_change.ftl"),
    include_str!("../locales/en/gate.ftl"),
    include_str!("../locales/en/known_devices.ftl"),
    include_str!("../locales/en/log_export.ftl"),
    include_str!("../locales/en/login_notifications.ftl"),
    include_str!("../locales/en/mail.ftl"),
    include_str!("../locales/en/open_id.ftl"),
    include_str!("../locales/en/organisation_policy.ftl"),
    include_str!("../locales/en/organisations.ftl"),
    include_str!("../locales/en/password.ftl"),
    include_str!("../locales/en/places.ftl"),
    include_str!("../locales/en/recovery.ftl"),
    include_str!("../locales/en/second_factor.ftl"),
    include_str!("../locales/en/security_log.ftl"),
    include_str!("../locales/en/sign_in.ftl"),
    include_str!("../locales/en/sign_up.ftl"),
    include_str!("../locales/en/step_up.ftl"),
    include_str!("../locales/en/suspicious_activity.ftl"),
];

/// A language that an account can choose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// English with day before month and a 24-hour clock.
    EnglishUnitedKingdom,
    /// English with month before day and a 12-hour clock.
    EnglishUnitedStates,
    /// Accented and lengthened English that shows what is not translated.
    Pseudo,
}

impl Language {
    /// Those offered to people.
    pub const OFFERED: [Self; 2] = [Self::EnglishUnitedKingdom, Self::EnglishUnitedStates];

    /// BCP 47 tag, as stored.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::EnglishUnitedKingdom => "en-GB",
            Self::EnglishUnitedStates => "en-US",
            Self::Pseudo => "en-XA",
        }
    }

    /// Its own name for itself.
    pub const fn own_name(self) -> &'static str {
        match self {
            Self::EnglishUnitedKingdom => "English (United Kingdom)",
            Self::EnglishUnitedStates => "English (United States)",
            Self::Pseudo => "[Ƥşḗŭḓǿ]",
        }
    }

    /// The language of a stored tag.
    pub fn from_tag(tag: &str) -> Option<Self> {
        [Self::EnglishUnitedKingdom, Self::EnglishUnitedStates, Self::Pseudo]
            .into_iter()
            .find(|language| language.tag() == tag)
    }
}

/// The loaded catalogues.
pub struct Catalogues {
    plain: FluentBundle<FluentResource>,
    pseudo: FluentBundle<FluentResource>,
}

impl Default for Catalogues {
    fn default() -> Self {
        let mut pseudo = bundle();
        pseudo.set_transform(Some(|text| {
            fluent_pseudo::transform(text, false, true).into_owned().into()
        }));
        Self { plain: bundle(), pseudo }
    }
}

fn bundle() -> FluentBundle<FluentResource> {
    // "en" is a language identifier; an empty one would only lose plural rules.
    let english: LanguageIdentifier = "en".parse().unwrap_or_default();
    let mut bundle = FluentBundle::new_concurrent(vec![english]);
    bundle.set_use_isolating(false);
    for source in CATALOGUE {
        let resource = match FluentResource::try_new((*source).to_owned()) {
            Ok(resource) => resource,
            Err((resource, errors)) => {
                tracing::error!(?errors, "a catalogue has errors");
                resource
            }
        };
        if let Err(errors) = bundle.add_resource(resource) {
            tracing::error!(?errors, "two catalogues have the same message");
        }
    }
    bundle
}

/// A stranger's text, bounded, and without what moves a cursor, a line or a reading
/// direction (attacks LG-01, SE-14).
pub fn one_line(text: &str, limit: usize) -> String {
    text.chars().take(limit).map(|c| if is_printable(c) { c } else { '\u{fffd}' }).collect()
}

fn is_printable(c: char) -> bool {
    !c.is_control()
        && !matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// Text for one reader: language and time zone.
#[derive(Clone)]
pub struct Text {
    catalogues: Arc<Catalogues>,
    language: Language,
    zone: TimeZone,
    now: Timestamp,
}

/// A point in time as a page shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moment {
    /// For programs, RFC 3339 in UTC.
    pub iso: String,
    /// Date and time in the reader's zone.
    pub absolute: String,
    /// How long ago, or in how long.
    pub relative: String,
}

impl Text {
    /// Text for a reader, at a moment.
    pub const fn new(
        catalogues: Arc<Catalogues>,
        language: Language,
        zone: TimeZone,
        now: Timestamp,
    ) -> Self {
        Self { catalogues, language, zone, now }
    }

    /// The reader's language.
    pub const fn language(&self) -> Language {
        self.language
    }

    /// A message, to which arguments can be added.
    pub fn say(&self, key: impl Into<String>) -> Say<'_> {
        Say { text: self, key: key.into(), args: FluentArgs::new() }
    }

    /// Whether there is such a message.
    pub fn has(&self, key: &str) -> bool {
        self.catalogues.plain.has_message(key)
    }

    /// A time as this reader sees it.
    pub fn moment(&self, at: Timestamp) -> Moment {
        let Ok(instant) = jiff::Timestamp::from_millisecond(at.millis()) else {
            return Moment { iso: String::new(), absolute: String::new(), relative: String::new() };
        };
        let zoned = instant.to_zoned_datetime(self.zone.clone());
        let (date_time, date) = match self.language {
            Language::EnglishUnitedStates => ("%b %-d, %Y, %-I:%M %p %Z", "%b %-d, %Y"),
            Language::EnglishUnitedKingdom | Language::Pseudo => {
                ("%-d %b %Y, %H:%M %Z", "%-d %b %Y")
            }
        };
        // What is past by the units that are over, what is to come by the nearest.
        let whole = |seconds: u64| i64::try_from(seconds).unwrap_or(i64::MAX);
        let minutes = whole(self.now.since(at).as_secs() / 60);
        let ahead = whole(at.since(self.now).as_secs().div_ceil(60));
        let relative = match minutes {
            0 if ahead > 11520 => zoned.strftime(date).to_string(),
            0 if ahead >= 1440 => {
                let days = (ahead + 720) / 1440;
                self.say("time-in-days").number("count", days).to_string()
            }
            0 if ahead >= 60 => {
                let hours = (ahead + 30) / 60;
                self.say("time-in-hours").number("count", hours).to_string()
            }
            0 if ahead > 0 => self.say("time-in-minutes").number("count", ahead).to_string(),
            0 => self.say("time-just-now").to_string(),
            1..60 => self.say("time-minutes-ago").number("count", minutes).to_string(),
            60..1440 => self.say("time-hours-ago").number("count", minutes / 60).to_string(),
            1440..11520 => self.say("time-days-ago").number("count", minutes / 1440).to_string(),
            _ => zoned.strftime(date).to_string(),
        };
        Moment {
            iso: instant.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
            absolute: zoned.strftime(date_time).to_string(),
            relative,
        }
    }
}

/// A message with its arguments, ready to be shown.
pub struct Say<'text> {
    text: &'text Text,
    key: String,
    args: FluentArgs<'static>,
}

impl Say<'_> {
    /// Adds a text.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl AsRef<str>) -> Self {
        self.args.set(name, value.as_ref().to_owned());
        self
    }

    /// Adds a number, which can choose a plural form.
    #[must_use]
    pub fn number(mut self, name: &'static str, value: impl std::borrow::Borrow<i64>) -> Self {
        self.args.set(name, *value.borrow());
        self
    }
}

impl fmt::Display for Say<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bundle = match self.text.language {
            Language::Pseudo => &self.text.catalogues.pseudo,
            Language::EnglishUnitedKingdom | Language::EnglishUnitedStates => {
                &self.text.catalogues.plain
            }
        };
        let pattern = bundle.get_message(&self.key).and_then(|message| message.value());
        let Some(pattern) = pattern else {
            tracing::error!(key = self.key, "there is no such message");
            return f.write_str(&self.key);
        };
        let mut errors = Vec::new();
        let text = bundle.format_pattern(pattern, Some(&self.args), &mut errors);
        if !errors.is_empty() {
            tracing::error!(key = self.key, ?errors, "a message lacks an argument");
        }
        f.write_str(&text)
    }
}

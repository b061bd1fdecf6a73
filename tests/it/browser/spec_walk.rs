//! The users' own help page, read line by line and done as it says, by the
//! words that are on the screen. A line that nobody does here fails.

use super::driver::{Scripts, until};
use super::person::Person;
use super::site::Site;
use super::spec::{Line, lines};
use super::spec_organisations::Allowlist;
use super::spec_sessions::Devices;
use super::spec_tokens::Tokens;
use super::spec_two_factor::TwoFactor;
use crate::support::{Backend, PASSWORD};

pub const EMAIL: &str = "mira@example.com";
const NEW_PASSWORD: &str = "Quiet-harbour 27";
pub const LAST_PASSWORD: &str = "Lantern-window 9 east";

async fn walk(site: &Site, person: &Person<'_>) {
    site.account(EMAIL).await;
    person.signs_in(EMAIL, PASSWORD).await;
    person.open("/settings/profile").await;
    let mut two_factor = TwoFactor::default();
    let mut devices = Devices::default();
    let mut tokens = Tokens::default();
    let mut allowlist = Allowlist::default();
    let mut done = 0;
    for line in lines() {
        match line.chapter {
            // The name of the page, and what it promises: every line below.
            "Security Settings" | "Password Management" => {}
            "Changing Password" => changing_password(site, person, line).await,
            "Password Requirements" => password_requirements(site, person, line).await,
            "Password Recovery" => password_recovery(site, person, line).await,
            "Enabling 2FA" => two_factor.enabling(site, person, line).await,
            "Backup Codes" => two_factor.backup_codes(site, person, line).await,
            "Disabling 2FA" => two_factor.disabling(site, person, line).await,
            "Viewing Sessions" => devices.viewing(site, person, line).await,
            "Managing Sessions" => devices.managing(site, person, line).await,
            "Activity History" => activity_history(person, line).await,
            "Personal Access Tokens" => tokens.making(site, person, line).await,
            "Revoking Tokens" => tokens.revoking(site, person, line).await,
            "Export Log" => export_log(site, person, line).await,
            "IP Allowlist (Enterprise)" => allowlist.enabling(site, person, line).await,
            "Login Notifications" => login_notifications(site, person, line).await,
            _ => panic!("nobody does {line:?}"),
        }
        done += 1;
    }
    assert!(done >= 40, "{done}");
}

async fn changing_password(site: &Site, person: &Person<'_>, line: Line) {
    match line.text {
        "Go to Settings → Security" => {
            let script = "const nav = document.querySelector('nav');
                const title = document.getElementById(nav.getAttribute('aria-labelledby'));
                return title.textContent";
            assert_eq!(person.run(script, &[]).await, "Settings");
            person.press("Security").await;
            person.arrives("/settings/security").await;
        }
        "Click Change Password" => {
            person.press("Change Password").await;
            person.arrives("/settings/security/password").await;
        }
        "Enter current password" => person.fill("Current password", PASSWORD).await,
        "Enter new password (min 12 characters)" => {
            person.sees("Minimum 12 characters").await;
            person.fill("New password", NEW_PASSWORD).await;
        }
        "Confirm new password" => person.fill("Confirm new password", NEW_PASSWORD).await,
        "Click Update Password" => {
            person.press("Update Password").await;
            person.sees("Your password is changed").await;
            assert_eq!(changes(site).await, 1);
            person.press("Sign out").await;
            person.sees("You are signed out.").await;
            person.fill("Email", EMAIL).await;
            person.fill("Password", PASSWORD).await;
            person.press("Sign in").await;
            person.sees("The email address or the password is not right.").await;
            person.signs_in(EMAIL, NEW_PASSWORD).await;
            person.press("Change Password").await;
            person.arrives("/settings/security/password").await;
        }
        _ => panic!("nobody does {line:?}"),
    }
}

/// Each is on the page, and a password that breaks this one only is refused.
async fn password_requirements(site: &Site, person: &Person<'_>, line: Line) {
    let (broken, error) = match line.text {
        "Minimum 12 characters" => ("Harbour-27.", "Use at least 12 characters."),
        "At least one uppercase letter" => ("quiet-harbour 27", "Add an uppercase letter."),
        "At least one lowercase letter" => ("QUIET-HARBOUR 27", "Add a lowercase letter."),
        "At least one number" => ("Quiet-harbour qu", "Add a number."),
        "At least one special character" => ("Quietharbour27qu", "Add a special character,"),
        _ => panic!("nobody does {line:?}"),
    };
    let script = "return [...document.querySelectorAll('.requirements')]
        .map((part) => part.innerText).join('\\n')";
    let listed = person.run(script, &[]).await;
    let listed = listed.as_str().unwrap();
    assert!(listed.contains(line.chapter) && listed.contains(line.text), "{listed:?}");
    person.fill("Current password", NEW_PASSWORD).await;
    person.fill("New password", broken).await;
    person.fill("Confirm new password", broken).await;
    person.press("Update Password").await;
    person.sees(error).await;
    let errors = person.run("return document.querySelectorAll('.field-error').length", &[]).await;
    assert_eq!(errors, 1);
    assert_eq!(changes(site).await, 1, "{broken:?} was taken");
}

async fn password_recovery(site: &Site, person: &Person<'_>, line: Line) {
    match line.text {
        "Click Forgot Password on login" => {
            person.press("Sign out").await;
            person.sees("You are signed out.").await;
            person.press("Forgot Password").await;
            person.arrives("/forgot-password").await;
        }
        "Enter your email" => {
            person.fill("Email", EMAIL).await;
            person.press("Send the link").await;
        }
        "Check inbox for reset link" => {
            person.sees("Check your inbox").await;
            person.sees("Look in your spam folder").await;
            site.post().await;
            let mail = site.mail().await.remove(0);
            assert_eq!(
                (mail.to.as_str(), mail.subject.starts_with("Create a new pass")),
                (EMAIL, true)
            );
            person.open(&site.link(EMAIL, "password-reset").await).await;
        }
        "Create new password" => {
            person.sees("Create new password").await;
            person.fill("New password", "Quiet-harbour").await;
            person.fill("Confirm new password", "Quiet-harbour").await;
            person.press("Create new password").await;
            person.sees("Add a number.").await;
            person.fill("New password", LAST_PASSWORD).await;
            person.fill("Confirm new password", LAST_PASSWORD).await;
            person.press("Create new password").await;
            person.sees("Your new password is set, and every device is signed out.").await;
            person.fill("Email", EMAIL).await;
            person.fill("Password", NEW_PASSWORD).await;
            person.press("Sign in").await;
            person.sees("The email address or the password is not right.").await;
            person.signs_in(EMAIL, LAST_PASSWORD).await;
        }
        _ => panic!("nobody does {line:?}"),
    }
}

/// Each kind that the page names is there to be chosen, and what was done in this
/// walk is under it.
async fn activity_history(person: &Person<'_>, line: Line) {
    const LOG: &str = "/settings/security/log";
    let done = match line.text {
        "View security-related events:" => {
            person.press("Security Log").await;
            person.arrives(LOG).await;
            person.sees("Security Log").await;
            person.sees(line.chapter).await;
            return;
        }
        "Login attempts" => "Sign-in refused: wrong password",
        "Password changes" => "Password changed",
        "2FA changes" => "Two-factor authentication switched off",
        "Session activity" => "Signed out",
        _ => panic!("nobody does {line:?}"),
    };
    person.open(LOG).await;
    person.press("Filter").await;
    person.field("Kind").await.select_by_label(line.text).await.unwrap();
    person.press("Apply").await;
    person.sees(done).await;
}

async fn export_log(site: &Site, person: &Person<'_>, line: Line) {
    assert_eq!(line.text, "Download security log for audit purposes.");
    person.press("Security Log").await;
    person.press("Export log").await;
    if person.path().await.starts_with("/step-up") {
        person.sees("To export your security log, enter your password once more.").await;
        person.fill("Password", LAST_PASSWORD).await;
        person.press("Confirm").await;
    }
    person.arrives("/settings/security/log/export").await;
    person.sees(line.text).await;
    person.downloads("Export log").await;
    until(
        || "an export in the log".to_owned(),
        async || {
            let events = site.events().await;
            events.iter().any(|event| event == "log-exported succeeded").then_some(())
        },
    )
    .await;
    person.open("/settings/security/log").await;
    person.sees("Security log exported").await;
}

async fn login_notifications(site: &Site, person: &Person<'_>, line: Line) {
    if line.text == "Get notified of new logins:" {
        person.press(line.chapter).await;
        person.arrives("/settings/security/notifications").await;
        // A phone abroad has signed in before.
        let mail = site.all_mail().await;
        let notices = mail.iter().filter(|mail| mail.subject.starts_with("New sign-in"));
        let words = "a new device, a new browser and a new location";
        let told = notices.filter(|mail| mail.to == EMAIL && mail.text.contains(words)).count();
        assert_eq!(told, 1);
        return;
    }
    person.press_beside(line.text, "Turn off").await;
    if person.path().await.starts_with("/step-up") {
        person.sees("To switch off a notification").await;
        person.fill("Password", LAST_PASSWORD).await;
        person.press("Confirm").await;
        person.press_beside(line.text, "Turn off").await;
    }
    person.sees("The notification is off.").await;
    person.press_beside(line.text, "Turn on").await;
    person.sees("The notification is on.").await;
}

async fn changes(site: &Site) -> usize {
    let events = site.events().await;
    events.iter().filter(|event| *event == "password-changed succeeded").count()
}

async fn walks(backend: Backend, scripts: Scripts) {
    Site::with(backend, &[("sms_countries", "GB")], async |site| {
        site.meet(scripts, async |person| walk(site, person).await).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "minutes: for the long lane"]
async fn long_sqlite_with_scripts() {
    walks(Backend::Sqlite, Scripts::On).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sqlite_without_scripts() {
    walks(Backend::Sqlite, Scripts::Off).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres_with_scripts() {
    walks(Backend::Postgres, Scripts::On).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "minutes: for the long lane"]
async fn long_postgres_without_scripts() {
    walks(Backend::Postgres, Scripts::Off).await;
}

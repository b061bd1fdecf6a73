//! PW-20: the same passwords are refused wherever one is chosen.

use crate::both;
use crate::support::{Browser, PASSWORD, TestApp};
use portcullis::features::administration::set_up_link;

/// A password that breaks one rule, what the pages say, and what the command
/// line says.
const REFUSED: [(&str, &str, &str); 6] = [
    ("Short-one 1", "Use at least 12 characters.", "at least 12 characters"),
    ("all-lower-case 1", "Add an uppercase letter.", "an uppercase letter"),
    ("ALL-UPPER-CASE 1", "Add a lowercase letter.", "a lowercase letter"),
    ("No-number at all", "Add a number.", "a number"),
    (
        "NothingSpecial12",
        "Add a special character, such as a dash, a dot or a space.",
        "a special character",
    ),
    (
        "Password1234!",
        "This password is common or was found in a breach. Choose another one.",
        "to be on no list of common passwords",
    ),
];

async fn set_up_path(app: &TestApp) -> String {
    let link = set_up_link(app).await.unwrap().unwrap();
    link.reveal().strip_prefix(app.config.public_url.origin()).unwrap().to_owned()
}

/// The doors at which a password is chosen.
struct Doors<'a> {
    app: &'a TestApp,
    path: String,
    /// A reset link, an invitation and a sign-up link.
    links: [String; 3],
    stranger: Browser,
    mira: Browser,
}

impl<'a> Doors<'a> {
    async fn new(app: &'a TestApp) -> Self {
        app.account("mira@example.com").await;
        let mut mira = app.browser();
        mira.signs_in("mira@example.com", PASSWORD).await;
        for (page, email) in
            [("/forgot-password", "lost@example.com"), ("/sign-up", "zoe@example.com")]
        {
            if page == "/forgot-password" {
                app.account(email).await;
            }
            let mut browser = app.browser();
            browser.get(page).await;
            browser.post(page, &[("email", email)]).await.is(200);
        }
        app.post().await;
        let links = [
            app.link("lost@example.com", "password-reset").await,
            app.invite("guest@example.com").await.1,
            app.link("zoe@example.com", "sign-up").await,
        ];
        Self { app, path: set_up_path(app).await, links, stranger: app.browser(), mira }
    }

    async fn refuse(&mut self, password: &str, sentence: &str, want: &str) {
        self.mira.change_password(PASSWORD, password).await.is(422).shows(sentence);
        self.stranger.get(&self.path).await.is(200);
        let fields = [
            ("name", "Ada"),
            ("email", "ada@example.com"),
            ("new_password", password),
            ("confirm_new_password", password),
        ];
        self.stranger.post(&self.path, &fields).await.is(422).shows(sentence);
        for link in &self.links {
            self.stranger.signs_up(link, "Zoe", password).await.is(422).shows(sentence);
        }
        let create = [
            "account",
            "create",
            "--email",
            "bob@example.com",
            "--name",
            "Bob",
            "--password-stdin",
        ];
        let (done, said) = self.app.cli(&create, &format!("{password}\n")).await;
        assert!(!done && said.contains(want), "{password}: {said}");
    }
}

both!(pw_20_one_policy_at_every_door, async |app: TestApp| {
    let app = app.restart(&[("sign_up", "open")]).await;
    let mut doors = Doors::new(&app).await;
    for (password, sentence, want) in REFUSED {
        doors.refuse(password, sentence, want).await;
    }
    assert_eq!(app.count("SELECT COUNT(*) FROM accounts").await, 3);
    assert_eq!(app.count("SELECT COUNT(*) FROM mailed_links WHERE used_at IS NOT NULL").await, 0);
    assert_eq!(app.count("SELECT COUNT(*) FROM set_up_links WHERE used_at IS NOT NULL").await, 0);
    // One that keeps every rule passes at all of them.
    let good = "Good-enough 4 all";
    doors.mira.change_password(PASSWORD, good).await.leads_to("/settings/security");
    for link in &doors.links {
        assert_eq!(app.browser().signs_up(link, "Zoe", good).await.status.as_u16(), 303);
    }
    let create =
        ["account", "create", "--email", "bob@example.com", "--name", "Bob", "--password-stdin"];
    assert!(app.cli(&create, &format!("{good}\n")).await.0);
    app.browser().signs_in("bob@example.com", good).await;
});

both!(pw_20_the_nist_preset_holds_at_every_door, async |app: TestApp| {
    let app = app.restart(&[("password_policy", "nist"), ("sign_up", "open")]).await;
    let mut doors = Doors::new(&app).await;
    let too_short = "Use at least 15 characters.";
    doors.refuse("Fourteen-chr 1", too_short, "at least 15 characters").await;
    let (_, sentence, want) = REFUSED[5];
    doors.refuse("passwordpassword", sentence, want).await;
    doors.mira.change_password(PASSWORD, "vivid anchor plum").await.leads_to("/settings/security");
});

both!(pw_20_a_made_up_password_keeps_the_policy, async |app: TestApp| {
    let create = ["--json", "account", "create", "--email", "bob@example.com", "--name", "Bob"];
    let (done, said) = app.cli(&create, "").await;
    assert!(done, "{said}");
    let made: serde_json::Value = serde_json::from_str(&said).unwrap();
    let mut bob = app.browser();
    bob.signs_in("bob@example.com", made["password"].as_str().unwrap()).await;
});

//! What somebody must have proved to open what lies under a path.

use super::path::RequestPath;
use crate::features::applications::rules::Scopes;
use std::collections::BTreeSet;

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Requirement {
    /// Nothing: it is open to anybody.
    Public,
    /// Who they are.
    SignedIn,
    /// Who they are, by two factors.
    SecondFactor,
    /// All of these permissions.
    Permissions(BTreeSet<String>),
}

impl Requirement {
    /// As stored, and as the command line and the log name it.
    pub const fn tag(&self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::SignedIn => "signed-in",
            Self::SecondFactor => "second-factor",
            Self::Permissions(_) => "permissions",
        }
    }

    /// From what is stored; the permissions have blanks between.
    pub fn read(tag: &str, permissions: &str) -> Option<Self> {
        let names: BTreeSet<String> = permissions.split_whitespace().map(str::to_owned).collect();
        match (tag, names.is_empty()) {
            ("public", true) => Some(Self::Public),
            ("signed-in", true) => Some(Self::SignedIn),
            ("second-factor", true) => Some(Self::SecondFactor),
            ("permissions", false) => Some(Self::Permissions(names)),
            _ => None,
        }
    }

    /// The permissions that it names, as stored.
    pub fn permissions(&self) -> String {
        match self {
            Self::Permissions(names) => {
                names.iter().map(String::as_str).collect::<Vec<_>>().join(" ")
            }
            _ => String::new(),
        }
    }

    /// Its line as a person types it, and reads it.
    pub fn line(&self) -> String {
        format!("{} {}", self.tag(), self.permissions()).trim_end().to_owned()
    }
}

/// What lies under a path, and what it takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// The path and all that lies below it.
    pub prefix: RequestPath,
    /// What it takes.
    pub requirement: Requirement,
    /// The short name of the organisation that one has to belong to besides, from where and
    /// with what it asks for.
    pub organisation: Option<String>,
}

impl Rule {
    /// What it takes, as a person types it, and reads it.
    pub fn line(&self) -> String {
        match &self.organisation {
            Some(slug) => format!("{} in {slug}", self.requirement.line()),
            None => self.requirement.line(),
        }
    }

    fn takes_the_same(&self, other: &Self) -> bool {
        self.requirement == other.requirement && self.organisation == other.organisation
    }
}

/// The rules of one origin.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rules {
    all: Vec<Rule>,
    /// The prefix of each, as a careless application reads it.
    careless: Vec<RequestPath>,
}

/// What the rules say of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ruling<'a> {
    /// It takes what this one says.
    Takes(&'a Rule),
    /// No rule opens it.
    Closed,
    /// A careless application could open by it what another rule is about.
    Ambiguous,
}

impl Rules {
    /// Of these; the longest prefix counts, so their order does not matter.
    pub fn new(mut rules: Vec<Rule>) -> Self {
        rules.sort_by(|a, b| {
            let length = |rule: &Rule| rule.prefix.text().len();
            length(b).cmp(&length(a)).then_with(|| a.prefix.cmp(&b.prefix))
        });
        let careless = rules.iter().map(|rule| rule.prefix.carelessly().into_owned()).collect();
        Self { all: rules, careless }
    }

    /// All of them, the longest prefix first.
    pub fn all(&self) -> &[Rule] {
        &self.all
    }

    /// What a path takes: the longest prefix says so, and without one it is closed.
    pub fn of(&self, path: &RequestPath) -> Ruling<'_> {
        let Some(rule) = self.all.iter().find(|rule| path.is_below(&rule.prefix)) else {
            return Ruling::Closed;
        };
        let careless = path.carelessly();
        let mut both = self.all.iter().zip(&self.careless);
        let other = both.find(|(_, prefix)| careless.is_below(prefix));
        if other.is_some_and(|(other, _)| other.takes_the_same(rule)) {
            Ruling::Takes(rule)
        } else {
            Ruling::Ambiguous
        }
    }
}

/// What somebody has proved, and was allowed.
#[derive(Debug, Clone, Copy)]
pub struct Standing<'a> {
    /// Whether they have proved two factors in this very sign-in.
    pub second_factor: bool,
    /// What they were allowed.
    pub scopes: &'a Scopes,
}

/// Whether somebody passes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// They do.
    Pass,
    /// They must sign in first.
    SignIn,
    /// They must prove a second factor first.
    SecondFactor,
    /// They lack a permission.
    Forbidden,
    /// Nobody does.
    Closed,
}

/// Decides, but for the organisation that a rule names. Whoever is not known has no part in
/// anything but what is public.
pub fn decide(ruling: &Ruling<'_>, standing: Option<Standing<'_>>) -> Decision {
    let Ruling::Takes(rule) = ruling else { return Decision::Closed };
    match (&rule.requirement, standing) {
        (Requirement::Public, _) | (Requirement::SignedIn, Some(_)) => Decision::Pass,
        (_, None) => Decision::SignIn,
        (Requirement::SecondFactor, Some(standing)) if standing.second_factor => Decision::Pass,
        (Requirement::SecondFactor, Some(_)) => Decision::SecondFactor,
        (Requirement::Permissions(names), Some(standing)) => {
            if names.iter().all(|name| standing.scopes.permit(name)) {
                Decision::Pass
            } else {
                Decision::Forbidden
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn rule(prefix: &str, line: &str) -> Rule {
        let (line, organisation) = match line.split_once(" in ") {
            Some((line, slug)) => (line, Some(slug.to_owned())),
            None => (line, None),
        };
        let (tag, permissions) = line.split_once(' ').unwrap_or((line, ""));
        let requirement = Requirement::read(tag, permissions).unwrap();
        Rule { prefix: RequestPath::parse_typed(prefix).unwrap(), requirement, organisation }
    }

    fn rules() -> Rules {
        Rules::new(vec![
            rule("/public", "public"),
            rule("/", "signed-in"),
            rule("/admin", "permissions app:admin"),
            rule("/admin/vault", "second-factor"),
        ])
    }

    fn said(rules: &Rules, target: &str) -> String {
        match rules.of(&RequestPath::parse(target).unwrap()) {
            Ruling::Takes(rule) => rule.line(),
            Ruling::Closed => "closed".into(),
            Ruling::Ambiguous => "ambiguous".into(),
        }
    }

    #[test]
    fn the_longest_prefix_says_what_it_takes() {
        let rules = rules();
        for (target, line) in [
            ("/", "signed-in"),
            ("/x", "signed-in"),
            ("/public", "public"),
            ("/public/x?/admin", "public"),
            ("/publicity", "signed-in"),
            ("/admin?/public", "permissions app:admin"),
            ("/admin/x", "permissions app:admin"),
            ("/admin/vault/x", "second-factor"),
            ("/admin/vaults", "permissions app:admin"),
        ] {
            assert_eq!(said(&rules, target), line, "{target}");
        }
    }

    /// FA-04: what a careless application takes for another path is closed.
    #[test]
    fn fa_04_letters_and_trailing_dots_open_nothing() {
        let rules = rules();
        for target in [
            "/ADMIN",
            "/Admin/x",
            "/admin./x",
            "/admin%20/x",
            "/admin/VAULT",
            "/PUBLIC",
            "/admin%3Fx/vault",
            "/%ef%bd%81dmin",
        ] {
            assert_eq!(said(&rules, target), "ambiguous", "{target}");
        }
        // Where every reading takes the same, nothing is lost.
        for target in ["/About.", "/What%3F", "/ABOUT"] {
            assert_eq!(said(&rules, target), "signed-in", "{target}");
        }
    }

    /// Two rules that name different organisations don't take the same.
    #[test]
    fn what_could_be_read_as_another_organisation_s_is_closed() {
        let rules = Rules::new(vec![
            rule("/", "signed-in"),
            rule("/acme", "signed-in in acme"),
            rule("/umbrella", "second-factor in umbrella"),
        ]);
        for (target, line) in [
            ("/acme/x", "signed-in in acme"),
            ("/acmes", "signed-in"),
            ("/umbrella", "second-factor in umbrella"),
            ("/ACME/x", "ambiguous"),
            ("/umbrella./x", "ambiguous"),
        ] {
            assert_eq!(said(&rules, target), line, "{target}");
        }
    }

    #[test]
    fn without_a_rule_it_is_closed() {
        assert_eq!(said(&Rules::default(), "/"), "closed");
        let only = Rules::new(vec![rule("/public", "public")]);
        assert_eq!(said(&only, "/"), "closed");
        assert_eq!(said(&only, "/PUBLIC"), "closed");
    }

    #[test]
    fn decisions() {
        let none = Scopes::parse("");
        let admin = Scopes::parse("email app:admin");
        let stranger = None;
        let plain = Some(Standing { second_factor: false, scopes: &none });
        let strong = Some(Standing { second_factor: true, scopes: &none });
        let may = Some(Standing { second_factor: false, scopes: &admin });
        for (line, expected) in [
            ("public", [Decision::Pass, Decision::Pass, Decision::Pass, Decision::Pass]),
            ("signed-in", [Decision::SignIn, Decision::Pass, Decision::Pass, Decision::Pass]),
            (
                "second-factor",
                [Decision::SignIn, Decision::SecondFactor, Decision::Pass, Decision::SecondFactor],
            ),
            (
                "permissions app:admin",
                [Decision::SignIn, Decision::Forbidden, Decision::Forbidden, Decision::Pass],
            ),
            (
                "permissions app:admin app:x",
                [Decision::SignIn, Decision::Forbidden, Decision::Forbidden, Decision::Forbidden],
            ),
        ] {
            let rule = rule("/", line);
            let found = [stranger, plain, strong, may]
                .map(|standing| decide(&Ruling::Takes(&rule), standing));
            assert_eq!(found, expected, "{line}");
        }
        for ruling in [Ruling::Closed, Ruling::Ambiguous] {
            assert_eq!(decide(&ruling, strong), Decision::Closed);
        }
    }

    #[test]
    fn what_is_stored_reads_back() {
        for line in ["public", "signed-in", "second-factor", "permissions a:b c:d"] {
            let (tag, permissions) = line.split_once(' ').unwrap_or((line, ""));
            assert_eq!(Requirement::read(tag, permissions).unwrap().line(), line);
        }
        for (tag, permissions) in
            [("public", "a:b"), ("permissions", ""), ("permissions", " "), ("", ""), ("Public", "")]
        {
            assert_eq!(Requirement::read(tag, permissions), None);
        }
    }

    proptest! {
        /// The order in which rules are written does not matter.
        #[test]
        fn order_does_not_matter(seed in prop::collection::vec((0..4_usize, "/[ab]{0,2}(/[ab]{1,2})?"), 0..6), target in "/[abAB]{0,2}(/[ab]{1,2}){0,2}", turned in 0..6_usize) {
            let lines = ["public", "signed-in", "second-factor", "permissions a:b"];
            let mut seen = BTreeSet::new();
            let mut all: Vec<Rule> = Vec::new();
            for (which, prefix) in seed {
                let Ok(prefix) = RequestPath::parse_typed(&prefix) else { continue };
                if seen.insert(prefix.carelessly().into_owned()) {
                    all.push(rule(prefix.text(), lines[which]));
                }
            }
            let mut other = all.clone();
            if !other.is_empty() {
                let turned = turned % other.len();
                other.rotate_left(turned);
            }
            if let Ok(path) = RequestPath::parse(&target) {
                let (first, second) = (Rules::new(all), Rules::new(other));
                prop_assert_eq!(first.of(&path), second.of(&path));
            }
        }

        /// Nobody who is not known passes where something is asked for.
        #[test]
        fn strangers_pass_only_what_is_public(target in "(/[a-z]{1,6}|/public){1,3}") {
            let rules = rules();
            let path = RequestPath::parse(&target).unwrap();
            let passes = decide(&rules.of(&path), None) == Decision::Pass;
            prop_assert_eq!(passes, target == "/public" || target.starts_with("/public/"));
        }
    }
}

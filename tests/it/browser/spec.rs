//! The help page as its lines, each in its chapter.

const PAGE: &str = include_str!("../../spec/security-settings.md");

/// The headings, in the page's order; a heading is its chapter's first line.
const CHAPTERS: &[&str] = &[
    "Security Settings",
    "Password Management",
    "Changing Password",
    "Password Requirements",
    "Password Recovery",
    "Two-Factor Authentication (2FA)",
    "Enabling 2FA",
    "Backup Codes",
    "Disabling 2FA",
    "Active Sessions",
    "Viewing Sessions",
    "Managing Sessions",
    "Security Log",
    "Activity History",
    "Export Log",
    "API Keys",
    "Personal Access Tokens",
    "Revoking Tokens",
    "Advanced Security",
    "Login Notifications",
    "IP Allowlist (Enterprise)",
];

/// A line of the help page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line {
    pub chapter: &'static str,
    pub text: &'static str,
}

/// Every line but the headings.
pub fn lines() -> Vec<Line> {
    let mut chapters = CHAPTERS.iter().peekable();
    let mut chapter = "";
    let mut lines = Vec::new();
    for text in PAGE.lines().filter(|line| !line.is_empty()) {
        if let Some(next) = chapters.next_if(|next| **next == text) {
            chapter = next;
            continue;
        }
        lines.push(Line { chapter, text: text.strip_prefix("- ").unwrap_or(text) });
    }
    assert_eq!(chapters.next(), None, "a chapter is missing, or not where it was");
    lines
}

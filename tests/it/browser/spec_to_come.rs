//! Lines of the help page that are still to come, by chapter. Whoever builds one
//! takes it out here and does it in `spec_walk`.

pub const TO_COME: &[(&str, &[&str])] = &[
    ("API Keys", &["API Keys"]),
    (
        "Personal Access Tokens",
        &[
            "Personal Access Tokens",
            "Create tokens for API access:",
            "Click Generate Token",
            "Name the token",
            "Set expiration",
            "Select permissions",
            "Copy and store securely",
        ],
    ),
    (
        "Revoking Tokens",
        &["Revoking Tokens", "Click Revoke next to token", "Token is immediately invalidated"],
    ),
    (
        "IP Allowlist (Enterprise)",
        &[
            "IP Allowlist (Enterprise)",
            "Restrict access to specific IPs:",
            "Enable IP allowlist",
            "Add allowed IPs/ranges",
            "Save configuration",
        ],
    ),
];

//! Lines of the help page that are still to come, by chapter. Whoever builds one
//! takes it out here and does it in `spec_walk`.

pub const TO_COME: &[(&str, &[&str])] = &[(
    "IP Allowlist (Enterprise)",
    &[
        "IP Allowlist (Enterprise)",
        "Restrict access to specific IPs:",
        "Enable IP allowlist",
        "Add allowed IPs/ranges",
        "Save configuration",
    ],
)];

//! A real SMTP server, by the operator's URL.

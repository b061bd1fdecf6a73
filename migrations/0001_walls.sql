-- One dialect for SQLite and PostgreSQL: TEXT, BIGINT (unix milliseconds) and
-- BYTEA only. Ids are UUIDv7 in 16 bytes, made by the application.

CREATE TABLE installation (
    id BIGINT NOT NULL PRIMARY KEY CHECK (id = 1),
    created_at BIGINT NOT NULL,
    key_fingerprint TEXT NOT NULL,
    -- Raised before any change to an invariant over several accounts.
    revision BIGINT NOT NULL
);

CREATE TABLE set_up_links (
    id BYTEA NOT NULL PRIMARY KEY,
    secret_hash BYTEA NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT
);

CREATE TABLE accounts (
    id BYTEA NOT NULL PRIMARY KEY,
    email TEXT NOT NULL,
    email_canonical TEXT NOT NULL UNIQUE,
    email_verified_at BIGINT,
    name TEXT NOT NULL,
    language TEXT NOT NULL,
    time_zone TEXT NOT NULL,
    administrator_since BIGINT,
    suspended_at BIGINT,
    created_at BIGINT NOT NULL,
    -- Raised before any change to an invariant within the account.
    revision BIGINT NOT NULL
);
CREATE INDEX accounts_by_age ON accounts (created_at, id);

CREATE TABLE passwords (
    account_id BYTEA NOT NULL PRIMARY KEY REFERENCES accounts (id),
    phc TEXT NOT NULL,
    pepper_key_id TEXT,
    changed_at BIGINT NOT NULL
);

CREATE TABLE sessions (
    id BYTEA NOT NULL PRIMARY KEY,
    account_id BYTEA NOT NULL REFERENCES accounts (id),
    secret_hash BYTEA NOT NULL,
    created_at BIGINT NOT NULL,
    last_active_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    password_at BIGINT,
    totp_at BIGINT,
    sms_at BIGINT,
    passkey_at BIGINT,
    address TEXT,
    user_agent TEXT NOT NULL,
    device_id BYTEA,
    ended_at BIGINT,
    ended_reason TEXT
);
CREATE INDEX sessions_by_account ON sessions (account_id, ended_at, last_active_at);
CREATE INDEX sessions_by_end ON sessions (ended_at);
CREATE INDEX sessions_by_expiry ON sessions (expires_at);
CREATE INDEX sessions_by_activity ON sessions (last_active_at);

CREATE TABLE known_devices (
    device_id BYTEA NOT NULL,
    account_id BYTEA NOT NULL REFERENCES accounts (id),
    secret_hash BYTEA NOT NULL,
    user_agent TEXT NOT NULL,
    address TEXT,
    first_used_at BIGINT NOT NULL,
    last_used_at BIGINT NOT NULL,
    PRIMARY KEY (account_id, device_id)
);
CREATE INDEX known_devices_by_device ON known_devices (device_id);
CREATE INDEX known_devices_by_use ON known_devices (last_used_at);

CREATE TABLE failure_counters (
    kind TEXT NOT NULL,
    subject BYTEA NOT NULL,
    failures BIGINT NOT NULL,
    last_at BIGINT NOT NULL,
    wait_until BIGINT NOT NULL,
    PRIMARY KEY (kind, subject)
);
CREATE INDEX failure_counters_by_age ON failure_counters (last_at);

CREATE TABLE security_events (
    id BYTEA NOT NULL PRIMARY KEY,
    occurred_at BIGINT NOT NULL,
    kind TEXT NOT NULL,
    result TEXT NOT NULL,
    reason TEXT,
    -- Whose log it stands in; none for what no account is known for.
    account_id BYTEA,
    actor_kind TEXT NOT NULL,
    actor_id BYTEA,
    session_id BYTEA,
    -- What it was done to, where that is something else than the account.
    object_kind TEXT,
    object_id BYTEA,
    detail TEXT,
    -- Personal fields: each can be erased together with its salt, and the
    -- commitment still proves what the leaf was made over.
    address TEXT,
    address_salt BYTEA,
    address_commitment BYTEA,
    user_agent TEXT,
    user_agent_salt BYTEA,
    user_agent_commitment BYTEA,
    email TEXT,
    email_salt BYTEA,
    email_commitment BYTEA,
    place TEXT,
    place_salt BYTEA,
    place_commitment BYTEA,
    leaf_version BIGINT NOT NULL,
    leaf_hash BYTEA NOT NULL
);
CREATE INDEX security_events_by_account ON security_events (account_id, occurred_at, id);
CREATE INDEX security_events_by_time ON security_events (occurred_at, id);

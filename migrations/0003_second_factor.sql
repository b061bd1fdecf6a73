-- Second factors, backup codes, and sign-ins that wait for one.

-- The kinds of second factor that the account holds, separated by spaces, kept
-- with the rows of second_factors in the same transaction. A node that does not
-- know one of them must not take the account for one without.
ALTER TABLE accounts ADD COLUMN second_factors TEXT NOT NULL DEFAULT '';
ALTER TABLE sessions ADD COLUMN backup_code_at BIGINT;
-- Until when this browser need not prove a second factor.
ALTER TABLE known_devices ADD COLUMN trusted_at BIGINT;
ALTER TABLE known_devices ADD COLUMN trusted_until BIGINT;

-- Every second factor that was ever held, with when and from where it came; what
-- was secret in it goes when it is removed.
CREATE TABLE second_factors (
    id BYTEA NOT NULL PRIMARY KEY,
    account_id BYTEA NOT NULL REFERENCES accounts (id),
    kind TEXT NOT NULL,
    key_id TEXT,
    sealed BYTEA,
    -- The time step of the last code that was accepted; only larger ones are.
    last_step BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    address TEXT,
    user_agent TEXT NOT NULL,
    preferred_at BIGINT,
    last_used_at BIGINT,
    removed_at BIGINT,
    removed_reason TEXT
);
CREATE UNIQUE INDEX second_factors_held ON second_factors (account_id, kind) WHERE removed_at IS NULL;
CREATE INDEX second_factors_by_account ON second_factors (account_id, removed_at);

-- A second factor that is being set up: one an account, in one session.
CREATE TABLE enrolments (
    account_id BYTEA NOT NULL PRIMARY KEY REFERENCES accounts (id),
    id BYTEA NOT NULL,
    session_id BYTEA NOT NULL,
    kind TEXT NOT NULL,
    key_id TEXT NOT NULL,
    sealed BYTEA NOT NULL,
    last_step BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    -- When its first code was right.
    proved_at BIGINT
);
CREATE INDEX enrolments_by_expiry ON enrolments (expires_at);

CREATE TABLE backup_codes (
    id BYTEA NOT NULL PRIMARY KEY,
    account_id BYTEA NOT NULL REFERENCES accounts (id),
    place BIGINT NOT NULL,
    key_id TEXT NOT NULL,
    hash BYTEA NOT NULL,
    created_at BIGINT NOT NULL,
    used_at BIGINT,
    voided_at BIGINT
);
CREATE INDEX backup_codes_by_account ON backup_codes (account_id, voided_at);
CREATE INDEX backup_codes_by_voiding ON backup_codes (voided_at);

-- A set that its owner has not confirmed to have saved: one an account.
CREATE TABLE pending_backup_codes (
    account_id BYTEA NOT NULL PRIMARY KEY REFERENCES accounts (id),
    id BYTEA NOT NULL,
    session_id BYTEA NOT NULL,
    key_id TEXT NOT NULL,
    sealed BYTEA NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX pending_backup_codes_by_expiry ON pending_backup_codes (expires_at);

-- The password is proved, the second factor is not: this is no session.
CREATE TABLE pending_sign_ins (
    id BYTEA NOT NULL PRIMARY KEY,
    account_id BYTEA NOT NULL REFERENCES accounts (id),
    secret_hash BYTEA NOT NULL,
    device_id BYTEA,
    return_to TEXT,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    ended_at BIGINT,
    ended_reason TEXT
);
CREATE INDEX pending_sign_ins_by_account ON pending_sign_ins (account_id, ended_at);
CREATE INDEX pending_sign_ins_by_expiry ON pending_sign_ins (expires_at);

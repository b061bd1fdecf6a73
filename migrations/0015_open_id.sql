-- Keys that ID tokens and logout tokens are signed with. Only the private half is
-- stored, sealed; what is published is worked out from it.
CREATE TABLE signing_keys (
    -- Public: the `kid` of what it signs.
    id BYTEA NOT NULL PRIMARY KEY,
    algorithm TEXT NOT NULL,
    -- From 1 on for each algorithm, without gaps.
    number BIGINT NOT NULL,
    key_id TEXT NOT NULL,
    sealed BYTEA NOT NULL,
    created_at BIGINT NOT NULL,
    -- It signs from then on, until the next one does.
    signs_from BIGINT NOT NULL
);
CREATE UNIQUE INDEX signing_keys_by_number ON signing_keys (algorithm, number);
CREATE INDEX signing_keys_by_age ON signing_keys (number);

-- What an application exchanges for a session of its own. Used once.
CREATE TABLE authorization_codes (
    id BYTEA NOT NULL PRIMARY KEY,
    secret_hash BYTEA NOT NULL,
    application_id BYTEA NOT NULL REFERENCES applications (id),
    account_id BYTEA NOT NULL REFERENCES accounts (id),
    -- The parent of what it is exchanged for.
    session_id BYTEA NOT NULL,
    -- Exactly as it was asked for.
    return_address TEXT NOT NULL,
    -- SHA-256 of the verifier.
    challenge BYTEA NOT NULL,
    nonce TEXT,
    scopes TEXT NOT NULL,
    -- When its owner last proved who they are, how surely, and by what.
    proved_at BIGINT NOT NULL,
    acr TEXT NOT NULL,
    methods TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT,
    -- What it was exchanged for: that ends if the code comes a second time.
    application_session_id BYTEA
);
CREATE INDEX authorization_codes_by_age ON authorization_codes (expires_at);
CREATE INDEX authorization_codes_by_account ON authorization_codes (account_id);

-- Personal access tokens. What opens something is stored as a hash only.
CREATE TABLE access_tokens (
    -- Public, and part of the token's text.
    id BYTEA NOT NULL PRIMARY KEY,
    account_id BYTEA NOT NULL REFERENCES accounts (id),
    secret_hash BYTEA NOT NULL,
    name TEXT NOT NULL,
    -- The last four characters of its text: a part of the checksum.
    tail TEXT NOT NULL,
    -- Networks that it is accepted from, one a line; empty for any.
    sources TEXT NOT NULL,
    -- The page that it was made on makes one token.
    form_id BYTEA NOT NULL,
    created_at BIGINT NOT NULL,
    -- None where it does not expire.
    expires_at BIGINT,
    last_used_at BIGINT,
    last_used_address TEXT,
    revoked_at BIGINT,
    revoked_reason TEXT,
    -- When its owner is told next that it expires, or that it has; none where
    -- there is nothing more to tell.
    due_at BIGINT
);
CREATE INDEX access_tokens_by_account ON access_tokens (account_id, created_at, id);
CREATE UNIQUE INDEX access_tokens_by_form ON access_tokens (account_id, form_id);
CREATE INDEX access_tokens_due ON access_tokens (due_at);
CREATE INDEX access_tokens_by_end ON access_tokens (expires_at);
CREATE INDEX access_tokens_by_revocation ON access_tokens (revoked_at);

-- What a token may do: permissions of Portcullis's own, and of applications.
CREATE TABLE access_token_permissions (
    token_id BYTEA NOT NULL REFERENCES access_tokens (id),
    permission TEXT NOT NULL,
    PRIMARY KEY (token_id, permission)
);

-- The networks that a token was made or used in: each is told of once, as long as it
-- is among the last that were new.
CREATE TABLE access_token_networks (
    token_id BYTEA NOT NULL REFERENCES access_tokens (id),
    network TEXT NOT NULL,
    noted_at BIGINT NOT NULL,
    PRIMARY KEY (token_id, network)
);

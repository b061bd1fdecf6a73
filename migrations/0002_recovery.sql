-- Recovery, invitations, mail, and the administrator's pages.

-- The canonical address as bytes, which sort alike everywhere; filled in by the
-- application for accounts that are older than this column.
ALTER TABLE accounts ADD COLUMN email_key BYTEA;
-- Everything but a new password is closed to the account until it has one.
ALTER TABLE accounts ADD COLUMN password_change_required_at BIGINT;
-- When the account is to be erased, unless its owner signs in before.
ALTER TABLE accounts ADD COLUMN closes_at BIGINT;
ALTER TABLE accounts ADD COLUMN erased_at BIGINT;
CREATE INDEX accounts_by_email_key ON accounts (email_key);
CREATE INDEX accounts_by_closing ON accounts (closes_at);

-- Links that mail carries. A row is bound to its purpose, to its account where
-- there is one, and to the address that it was made for.
CREATE TABLE mailed_links (
    id BYTEA NOT NULL PRIMARY KEY,
    purpose TEXT NOT NULL,
    account_id BYTEA REFERENCES accounts (id),
    email TEXT NOT NULL,
    email_canonical TEXT NOT NULL,
    secret_hash BYTEA NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT,
    -- Superseded by a later one, or void because something else ended it.
    voided_at BIGINT
);
CREATE INDEX mailed_links_by_account ON mailed_links (account_id, purpose);
CREATE INDEX mailed_links_by_email ON mailed_links (email_canonical, purpose);
CREATE INDEX mailed_links_by_expiry ON mailed_links (expires_at);

-- An address was typed where anybody may type one. What comes of it is worked
-- out afterwards, so that the answer is the same whoever has the address.
CREATE TABLE mail_requests (
    id BYTEA NOT NULL PRIMARY KEY,
    purpose TEXT NOT NULL,
    key_id TEXT NOT NULL,
    sealed BYTEA NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE outbox (
    id BYTEA NOT NULL PRIMARY KEY,
    -- Which message it is.
    purpose TEXT NOT NULL,
    account_id BYTEA,
    -- The message, readable with the key ring only; gone once it is sent or of
    -- no use any more.
    key_id TEXT,
    sealed BYTEA,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    -- None once nothing more is tried.
    next_attempt_at BIGINT,
    last_error TEXT,
    sent_at BIGINT,
    dead_at BIGINT
);
CREATE INDEX outbox_by_next_attempt ON outbox (next_attempt_at);
CREATE INDEX outbox_by_death ON outbox (dead_at);
CREATE INDEX outbox_by_sending ON outbox (sent_at);
CREATE INDEX outbox_by_expiry ON outbox (expires_at);
CREATE INDEX outbox_by_account ON outbox (account_id);

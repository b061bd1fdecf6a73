-- "Lock my account", and where notices go after a change of address.

-- Since when it is locked, by its owner or whoever read their mail.
ALTER TABLE accounts ADD COLUMN locked_at BIGINT;
-- When the password was reset since, where a second factor has yet to open it.
ALTER TABLE accounts ADD COLUMN lock_reset_at BIGINT;

-- Addresses that accounts had until lately, and that hear of changes for a while.
CREATE TABLE former_addresses (
    account_id BYTEA NOT NULL REFERENCES accounts (id),
    email_canonical TEXT NOT NULL,
    email TEXT NOT NULL,
    -- When it was given up first.
    replaced_at BIGINT NOT NULL,
    until BIGINT NOT NULL,
    PRIMARY KEY (account_id, email_canonical)
);
CREATE INDEX former_addresses_by_until ON former_addresses (until);

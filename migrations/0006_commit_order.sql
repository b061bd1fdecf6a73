-- The order of commits, for whoever follows the log without missing a row.

-- What numbers are counted from; see crates/db/src/commit_order.rs.
CREATE TABLE commit_numbers (
    id BIGINT NOT NULL PRIMARY KEY CHECK (id = 1),
    base BIGINT NOT NULL,
    -- No number up to this one is given again, whatever has been removed.
    floor BIGINT NOT NULL
);
INSERT INTO commit_numbers (id, base, floor) VALUES (1, 0, 0);

-- What was there before stands first, in the order of its ids.
ALTER TABLE security_events ADD COLUMN commit_number BIGINT NOT NULL DEFAULT 0;
CREATE INDEX security_events_by_commit ON security_events (commit_number, id);

-- Until when the exports that an account has asked for are spread.
CREATE TABLE log_exports (
    account_id BYTEA NOT NULL PRIMARY KEY REFERENCES accounts (id),
    spread_until BIGINT NOT NULL
);

-- Those few are looked for among all accounts.
CREATE INDEX accounts_administering ON accounts (id) WHERE administrator_since IS NOT NULL;

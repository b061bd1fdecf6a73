-- Seals over the security log, each over the one before: who changes, adds or
-- removes an event has to make all later ones anew, and lacks the key.

CREATE TABLE log_seals (
    -- From 1 on, without gaps.
    number BIGINT NOT NULL PRIMARY KEY,
    -- Where its last event stands in the order of commits.
    last_commit BIGINT NOT NULL,
    last_event BYTEA NOT NULL,
    events BIGINT NOT NULL,
    newest_at BIGINT NOT NULL,
    -- Over its events, in the order of commits.
    root BYTEA NOT NULL,
    sealed_at BIGINT NOT NULL,
    -- Over all of these and the head before.
    head BYTEA NOT NULL,
    -- By a key that is not in the database.
    key_id TEXT NOT NULL,
    mac BYTEA NOT NULL,
    -- When its events were removed, because they were old enough.
    pruned_at BIGINT,
    pruned_key_id TEXT,
    pruned_mac BYTEA
);
CREATE INDEX log_seals_kept ON log_seals (number) WHERE pruned_at IS NULL;

-- What was typed into a form that a fresh proof came before, where it is too long for a
-- cookie: one a session, for a few minutes.
CREATE TABLE drafts (
    session_id BYTEA NOT NULL PRIMARY KEY REFERENCES sessions (id) ON DELETE CASCADE,
    -- Encrypted, for that session alone.
    key_id TEXT NOT NULL,
    sealed BYTEA NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX drafts_by_expiry ON drafts (expires_at);

-- A removed organisation keeps its row, so that its id and short name are nobody else's.
ALTER TABLE organisations ADD COLUMN removed_at BIGINT;

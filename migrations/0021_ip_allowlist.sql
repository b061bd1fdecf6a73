-- IP allowlists. A version is written once and never changed, so that what was made
-- of it can be kept in memory; which one counts is read at each check.
CREATE TABLE allowlists (
    organisation_id BYTEA NOT NULL PRIMARY KEY REFERENCES organisations (id),
    -- The last version that was saved, whatever became of it.
    latest BIGINT NOT NULL,
    -- The version that counts where none is pending; 0 for none.
    in_force BIGINT NOT NULL,
    -- The version that counts until that moment, and is undone then unless it was confirmed.
    pending BIGINT,
    pending_until BIGINT
);
CREATE INDEX allowlists_pending ON allowlists (pending_until) WHERE pending_until IS NOT NULL;

CREATE TABLE allowlist_versions (
    organisation_id BYTEA NOT NULL REFERENCES organisations (id),
    version BIGINT NOT NULL,
    -- 1 for yes.
    enabled BIGINT NOT NULL,
    -- One entry a line: range, expiry and label, with tabs between.
    entries TEXT NOT NULL,
    saved_at BIGINT NOT NULL,
    saved_by BYTEA,
    PRIMARY KEY (organisation_id, version)
);
CREATE INDEX allowlist_versions_by_age ON allowlist_versions (saved_at);

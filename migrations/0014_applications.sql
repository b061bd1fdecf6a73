-- Applications behind Portcullis. A removed one keeps its row, so that its id is
-- nobody else's.
CREATE TABLE applications (
    -- Public: the client id of OAuth, written as a UUID.
    id BYTEA NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('confidential', 'public')),
    -- Milliseconds that a session of its own lives at most.
    session_lifetime BIGINT NOT NULL,
    id_token_algorithm TEXT NOT NULL CHECK (id_token_algorithm IN ('ES256', 'RS256')),
    back_channel_logout_url TEXT,
    created_at BIGINT NOT NULL,
    removed_at BIGINT,
    -- Raised by every change, so that a page that is old can't undo one.
    revision BIGINT NOT NULL
);
CREATE INDEX applications_by_age ON applications (created_at, id) WHERE removed_at IS NULL;

-- Several open at once while one is rotated.
CREATE TABLE application_secrets (
    -- Public, and part of the secret's text.
    id BYTEA NOT NULL PRIMARY KEY,
    application_id BYTEA NOT NULL REFERENCES applications (id),
    secret_hash BYTEA NOT NULL,
    -- The last four characters of its text: a part of the checksum.
    tail TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    -- None while it has not been rotated.
    expires_at BIGINT,
    revoked_at BIGINT
);
CREATE INDEX application_secrets_by_application ON application_secrets (application_id, created_at, id);

-- Where an application lives: compared byte by byte.
CREATE TABLE application_addresses (
    application_id BYTEA NOT NULL REFERENCES applications (id),
    kind TEXT NOT NULL CHECK (kind IN ('return', 'after-sign-out', 'gate')),
    address TEXT NOT NULL,
    PRIMARY KEY (application_id, kind, address)
);
-- A request at the gate is for one application.
CREATE UNIQUE INDEX application_gates ON application_addresses (address) WHERE kind = 'gate';

-- What applications let tokens and their own sessions do.
CREATE TABLE application_permissions (
    application_id BYTEA NOT NULL REFERENCES applications (id),
    -- Means one thing in the installation.
    name TEXT NOT NULL,
    about TEXT NOT NULL,
    PRIMARY KEY (application_id, name)
);
CREATE UNIQUE INDEX application_permissions_by_name ON application_permissions (name);
CREATE INDEX access_token_permissions_by_permission ON access_token_permissions (permission);

-- Children of sessions, each for one application, with a secret of its own.
CREATE TABLE application_sessions (
    -- Public: the `sid` of OpenID Connect.
    id BYTEA NOT NULL PRIMARY KEY,
    -- One that is pruned takes its children along.
    session_id BYTEA NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    account_id BYTEA NOT NULL REFERENCES accounts (id),
    application_id BYTEA NOT NULL REFERENCES applications (id),
    secret_hash BYTEA NOT NULL,
    -- Names with spaces between.
    scopes TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    last_used_at BIGINT,
    ended_at BIGINT,
    ended_reason TEXT,
    -- When its application is to be told next that it has ended; none where there
    -- is nothing to tell.
    logout_due_at BIGINT
);
CREATE INDEX application_sessions_by_session ON application_sessions (session_id);
CREATE INDEX application_sessions_by_account ON application_sessions (account_id, ended_at, created_at);
CREATE INDEX application_sessions_by_application ON application_sessions (application_id, ended_at);
CREATE INDEX application_sessions_due ON application_sessions (logout_due_at) WHERE logout_due_at IS NOT NULL;
CREATE INDEX application_sessions_by_end ON application_sessions (ended_at);
CREATE INDEX application_sessions_by_expiry ON application_sessions (expires_at);

-- What an account's owner has let an application see.
CREATE TABLE consents (
    account_id BYTEA NOT NULL REFERENCES accounts (id),
    application_id BYTEA NOT NULL REFERENCES applications (id),
    -- Names with spaces between.
    scopes TEXT NOT NULL,
    granted_at BIGINT NOT NULL,
    PRIMARY KEY (account_id, application_id)
);
CREATE INDEX consents_by_application ON consents (application_id);

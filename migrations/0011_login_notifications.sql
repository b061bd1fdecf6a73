-- What is new about a sign-in, and whether its owner is told.

-- The first session of an account: from then on there is something to compare with.
CREATE TABLE sign_in_histories (
    account_id BYTEA NOT NULL PRIMARY KEY REFERENCES accounts (id),
    began_at BIGINT NOT NULL
);

CREATE TABLE known_browsers (
    account_id BYTEA NOT NULL REFERENCES accounts (id),
    -- What the browser is called, whatever its version.
    family TEXT NOT NULL,
    seen_at BIGINT NOT NULL,
    PRIMARY KEY (account_id, family)
);
CREATE INDEX known_browsers_by_time ON known_browsers (seen_at);

CREATE TABLE known_locations (
    account_id BYTEA NOT NULL REFERENCES accounts (id),
    country TEXT NOT NULL,
    -- Empty where only the country was known.
    region TEXT NOT NULL,
    seen_at BIGINT NOT NULL,
    PRIMARY KEY (account_id, country, region)
);
CREATE INDEX known_locations_by_time ON known_locations (seen_at);

-- Completed sign-ins with anything new, whoever was told of them.
CREATE TABLE notable_sign_ins (
    -- The event in the security log.
    event_id BYTEA NOT NULL PRIMARY KEY,
    account_id BYTEA NOT NULL REFERENCES accounts (id),
    session_id BYTEA NOT NULL,
    occurred_at BIGINT NOT NULL,
    -- None where it was not new.
    new_device_at BIGINT,
    new_browser_at BIGINT,
    new_location_at BIGINT,
    -- By what it was completed.
    entry TEXT NOT NULL,
    address TEXT,
    user_agent TEXT NOT NULL,
    country TEXT,
    region TEXT
);
CREATE INDEX notable_sign_ins_by_account ON notable_sign_ins (account_id, occurred_at);
CREATE INDEX notable_sign_ins_by_time ON notable_sign_ins (occurred_at);

-- What an owner has switched; without a row everything is told by mail, and
-- nothing by text message.
CREATE TABLE login_notifications (
    account_id BYTEA NOT NULL PRIMARY KEY REFERENCES accounts (id),
    device_muted_at BIGINT,
    location_muted_at BIGINT,
    browser_muted_at BIGINT,
    texts_wanted_at BIGINT
);

-- Mailed notices, and what was answered by their links.
CREATE TABLE sign_in_notices (
    id BYTEA NOT NULL PRIMARY KEY,
    event_id BYTEA NOT NULL,
    account_id BYTEA NOT NULL REFERENCES accounts (id),
    secret_hash BYTEA NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    me_at BIGINT,
    not_me_at BIGINT,
    locked_at BIGINT
);
CREATE INDEX sign_in_notices_by_account ON sign_in_notices (account_id);
CREATE INDEX sign_in_notices_by_time ON sign_in_notices (created_at);

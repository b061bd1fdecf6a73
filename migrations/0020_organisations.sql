-- Organisations: people who work together, what they may in it, and who is asked to join.
CREATE TABLE organisations (
    id BYTEA NOT NULL PRIMARY KEY,
    -- What stands in its pages' addresses.
    slug TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    plan TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    -- Raised before any change to an invariant within the organisation.
    revision BIGINT NOT NULL
);
CREATE INDEX organisations_by_age ON organisations (created_at, id);

CREATE TABLE members (
    organisation_id BYTEA NOT NULL REFERENCES organisations (id),
    account_id BYTEA NOT NULL REFERENCES accounts (id),
    role TEXT NOT NULL,
    joined_at BIGINT NOT NULL,
    PRIMARY KEY (organisation_id, account_id)
);
CREATE INDEX members_by_account ON members (account_id, organisation_id);
CREATE INDEX members_by_age ON members (organisation_id, joined_at, account_id);

CREATE TABLE organisation_invitations (
    id BYTEA NOT NULL PRIMARY KEY,
    organisation_id BYTEA NOT NULL REFERENCES organisations (id),
    email TEXT NOT NULL,
    -- Only the account of this address can accept.
    email_canonical TEXT NOT NULL,
    role TEXT NOT NULL,
    secret_hash BYTEA NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    accepted_at BIGINT,
    withdrawn_at BIGINT
);
CREATE INDEX organisation_invitations_by_organisation
    ON organisation_invitations (organisation_id, created_at, id);
CREATE INDEX organisation_invitations_by_address ON organisation_invitations (email_canonical);
CREATE INDEX organisation_invitations_by_expiry ON organisation_invitations (expires_at);

-- The log of an organisation. Where it is set, the leaf covers it: version 2.
ALTER TABLE security_events ADD COLUMN organisation_id BYTEA;
CREATE INDEX security_events_by_organisation
    ON security_events (organisation_id, occurred_at, id) WHERE organisation_id IS NOT NULL;
CREATE INDEX security_events_by_organisation_area
    ON security_events (organisation_id, area, result, occurred_at, id)
    WHERE organisation_id IS NOT NULL;

-- Organisations whose members need a second factor.
CREATE TABLE two_factor_requirements (
    organisation_id BYTEA NOT NULL PRIMARY KEY REFERENCES organisations (id),
    required_at BIGINT NOT NULL,
    -- Those who have none get in until then.
    grace_until BIGINT NOT NULL,
    -- 1 where a phone alone is none.
    sms_excluded BIGINT NOT NULL,
    -- When those who have none are reminded next.
    remind_at BIGINT
);
CREATE INDEX two_factor_requirements_due ON two_factor_requirements (remind_at);

-- When a member's refusal was last written down, so that a program which asks every
-- second does not fill the log.
CREATE TABLE organisation_refusals (
    organisation_id BYTEA NOT NULL REFERENCES organisations (id),
    account_id BYTEA NOT NULL REFERENCES accounts (id),
    reason TEXT NOT NULL,
    noted_at BIGINT NOT NULL,
    PRIMARY KEY (organisation_id, account_id, reason)
);
CREATE INDEX organisation_refusals_by_age ON organisation_refusals (noted_at);
CREATE INDEX organisation_refusals_by_account ON organisation_refusals (account_id);

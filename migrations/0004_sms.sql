-- Text messages: codes, how many are sent, and their place in the outbox.

-- By which way a message goes: mail, or text.
ALTER TABLE outbox ADD COLUMN channel TEXT NOT NULL DEFAULT 'mail';
CREATE INDEX outbox_by_channel ON outbox (channel, next_attempt_at);

-- The code that was sent last for one thing that is asked of an account: another
-- takes its row, and so ends it.
CREATE TABLE sms_codes (
    account_id BYTEA NOT NULL REFERENCES accounts (id),
    purpose TEXT NOT NULL,
    -- The sign-in under way, the session or the enrolment.
    subject BYTEA NOT NULL,
    -- Over all of these, the number and the code, by a key of the ring.
    key_id TEXT NOT NULL,
    code_mac BYTEA NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT,
    PRIMARY KEY (account_id, purpose, subject)
);
CREATE INDEX sms_codes_by_expiry ON sms_codes (expires_at);

-- When text messages were sent lately, by number, account, network and block of
-- numbers, each known by a MAC only.
CREATE TABLE sms_counters (
    kind TEXT NOT NULL,
    subject BYTEA NOT NULL,
    -- Eight bytes for each: the moment, and in the lowest bit whether the number
    -- was proved.
    history BYTEA NOT NULL,
    last_at BIGINT NOT NULL,
    PRIMARY KEY (kind, subject)
);
CREATE INDEX sms_counters_by_time ON sms_counters (last_at);

-- All of a day's, in UTC.
CREATE TABLE sms_days (
    day BIGINT NOT NULL PRIMARY KEY,
    sent BIGINT NOT NULL,
    -- Of them, to numbers that nobody had proved yet.
    unproved BIGINT NOT NULL,
    -- When there were too many, and when administrators were told.
    stopped_at BIGINT,
    told_at BIGINT
);

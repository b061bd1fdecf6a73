-- What an owner has said of a finding; one row each, the last answer.
CREATE TABLE finding_answers (
    account_id BYTEA NOT NULL REFERENCES accounts (id),
    finding TEXT NOT NULL,
    answer TEXT NOT NULL,
    answered_at BIGINT NOT NULL,
    -- None where a mailed link answered.
    by_session BYTEA,
    by_session_began_at BIGINT,
    PRIMARY KEY (account_id, finding)
);
CREATE INDEX finding_answers_by_account ON finding_answers (account_id, answered_at);
CREATE INDEX finding_answers_by_age ON finding_answers (answered_at);

-- The few events that a review looks at, apart from the many that anybody can
-- cause: no flood of those pushes one of these out of sight.
CREATE INDEX security_events_arrivals ON security_events (account_id, occurred_at, id)
    WHERE result = 'succeeded' AND kind IN ('sign-in', 'invitation-accepted', 'signed-up');
CREATE INDEX security_events_changes ON security_events (account_id, occurred_at, id)
    WHERE result = 'succeeded' AND kind IN ('two-factor-enabled', 'second-factor-added', 'second-factor-replaced',
        'second-factor-removed', 'two-factor-disabled', 'email-changed');
CREATE INDEX security_events_exports ON security_events (account_id, occurred_at, id)
    WHERE result = 'succeeded' AND kind = 'log-exported';
CREATE INDEX security_events_refused_codes ON security_events (account_id, occurred_at, id)
    WHERE kind = 'sign-in' AND reason IN ('wrong-code', 'used-code', 'no-second-factor');
CREATE INDEX security_events_refused_sign_ins ON security_events (account_id, occurred_at, id)
    WHERE kind = 'sign-in' AND result = 'refused';
CREATE INDEX notable_sign_ins_new_places ON notable_sign_ins (account_id, occurred_at)
    WHERE new_location_at IS NOT NULL;

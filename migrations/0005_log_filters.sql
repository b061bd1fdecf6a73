-- What people look for in the security log, and who may look.

-- Since when an account may read everybody's log.
ALTER TABLE accounts ADD COLUMN auditor_since BIGINT;

-- What a kind of event is about, written down with it so that an index can find
-- it. It follows from the kind, and is no part of the leaf.
ALTER TABLE security_events ADD COLUMN area TEXT NOT NULL DEFAULT '';
UPDATE security_events SET area = CASE kind
    WHEN 'sign-in' THEN 'sign-ins'
    WHEN 'sign-in-begun' THEN 'sign-ins'
    WHEN 'sign-in-cancelled' THEN 'sign-ins'
    WHEN 'code-sent' THEN 'sign-ins'
    WHEN 'password-changed' THEN 'passwords'
    WHEN 'password-reset-asked' THEN 'passwords'
    WHEN 'password-reset' THEN 'passwords'
    WHEN 'password-change-required' THEN 'passwords'
    WHEN 'reset-link-sent' THEN 'passwords'
    WHEN 'second-factor-begun' THEN 'two-factor'
    WHEN 'second-factor-abandoned' THEN 'two-factor'
    WHEN 'second-factor-verified' THEN 'two-factor'
    WHEN 'two-factor-enabled' THEN 'two-factor'
    WHEN 'second-factor-added' THEN 'two-factor'
    WHEN 'second-factor-replaced' THEN 'two-factor'
    WHEN 'second-factor-removed' THEN 'two-factor'
    WHEN 'second-factor-preferred' THEN 'two-factor'
    WHEN 'two-factor-disabled' THEN 'two-factor'
    WHEN 'second-factors-removed' THEN 'two-factor'
    WHEN 'backup-codes-prepared' THEN 'two-factor'
    WHEN 'backup-codes-confirmed' THEN 'two-factor'
    WHEN 'browser-trusted' THEN 'two-factor'
    WHEN 'trust-ended' THEN 'two-factor'
    WHEN 'sign-out' THEN 'sessions'
    WHEN 'session-ended' THEN 'sessions'
    WHEN 'other-sessions-ended' THEN 'sessions'
    WHEN 'sessions-ended' THEN 'sessions'
    WHEN 'every-session-ended' THEN 'sessions'
    WHEN 'step-up' THEN 'sessions'
    WHEN 'devices-forgotten' THEN 'sessions'
    WHEN 'request-refused' THEN 'sessions'
    WHEN 'email-change-asked' THEN 'email'
    WHEN 'email-change-cancelled' THEN 'email'
    WHEN 'email-changed' THEN 'email'
    WHEN 'email-change-undone' THEN 'email'
    WHEN 'invitation-accepted' THEN 'account'
    WHEN 'sign-up-asked' THEN 'account'
    WHEN 'signed-up' THEN 'account'
    WHEN 'profile-changed' THEN 'account'
    WHEN 'account-created' THEN 'account'
    WHEN 'account-invited' THEN 'account'
    WHEN 'invitation-sent' THEN 'account'
    WHEN 'account-suspended' THEN 'account'
    WHEN 'account-restored' THEN 'account'
    WHEN 'account-closing' THEN 'account'
    WHEN 'account-kept' THEN 'account'
    WHEN 'account-erased' THEN 'account'
    WHEN 'administrator-made' THEN 'administration'
    WHEN 'administrator-unmade' THEN 'administration'
    WHEN 'administrator-set-up' THEN 'administration'
    WHEN 'set-up' THEN 'administration'
    WHEN 'message-retried' THEN 'administration'
    WHEN 'log-read' THEN 'administration'
    WHEN 'backup-made' THEN 'administration'
    WHEN 'texts-stopped' THEN 'administration'
    ELSE 'account'
END;

-- One area and one result is one range: several are merged.
CREATE INDEX security_events_by_account_area
    ON security_events (account_id, area, result, occurred_at, id);
CREATE INDEX security_events_by_area ON security_events (area, result, occurred_at, id);
CREATE INDEX security_events_by_address ON security_events (address, occurred_at, id);

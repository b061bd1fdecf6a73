-- The way back to an application, and what it can verify of who has passed.

-- Where somebody was going who was sent to set a second factor up: a path of ours, read
-- anew when it is gone to.
ALTER TABLE enrolments ADD COLUMN return_to TEXT;

-- Whether the gate hands out a signed assertion of who has passed: 1, or 0.
ALTER TABLE applications ADD COLUMN identity_assertion BIGINT NOT NULL DEFAULT 0;

-- Rules used to stay when an origin was given up.
DELETE FROM gate_rules WHERE NOT EXISTS (
    SELECT 1 FROM application_addresses o
    WHERE o.application_id = gate_rules.application_id AND o.kind = 'gate' AND o.address = gate_rules.origin
);

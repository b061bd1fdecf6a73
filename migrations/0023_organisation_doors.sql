-- What is an organisation's, at the doors of applications.

-- Ids with spaces between: a token opens what is theirs, and nothing else. Empty for no limit.
ALTER TABLE access_tokens ADD COLUMN organisations TEXT NOT NULL DEFAULT '';

-- The short name of the organisation that whoever passes has to belong to; it is never another's.
ALTER TABLE gate_rules ADD COLUMN organisation TEXT;

-- The organisation that a sign-in to an application is for, and where its person was then.
ALTER TABLE authorization_codes ADD COLUMN organisation_id BYTEA;
ALTER TABLE authorization_codes ADD COLUMN end_user_address TEXT;
-- What such a session opens is that organisation's: it is asked at each check.
ALTER TABLE application_sessions ADD COLUMN organisation_id BYTEA;

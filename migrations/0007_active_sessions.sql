-- How a session began, and where it was used last: what its owner knows it by.
ALTER TABLE sessions ADD COLUMN signed_in_by TEXT NOT NULL DEFAULT 'password';
-- None until it was used a minute after it began.
ALTER TABLE sessions ADD COLUMN last_address TEXT;

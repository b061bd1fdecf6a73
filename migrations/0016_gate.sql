-- What the gate asks of whoever comes to an application that it stands before.
CREATE TABLE gate_rules (
    application_id BYTEA NOT NULL REFERENCES applications (id),
    -- One of the application's addresses of kind 'gate'. Rules of an origin that it
    -- has given up count for nothing.
    origin TEXT NOT NULL,
    -- As it is typed, without a slash at its end: it covers all that lies below it.
    path_prefix TEXT NOT NULL,
    requirement TEXT NOT NULL CHECK (requirement IN ('public', 'signed-in', 'second-factor', 'permissions')),
    -- Names with spaces between; empty but for the requirement of that name.
    permissions TEXT NOT NULL,
    PRIMARY KEY (application_id, origin, path_prefix)
);

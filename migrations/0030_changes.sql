-- What nodes over one database tell each other, so that each may answer from memory.
-- PostgreSQL alone uses these: on SQLite there is one server.

-- One row, the last that a transaction locks: it gives changes their numbers, in the
-- order in which they are committed and without gaps.
CREATE TABLE change_counter (
    id BIGINT NOT NULL PRIMARY KEY CHECK (id = 1),
    revision BIGINT NOT NULL
);
INSERT INTO change_counter (id, revision) VALUES (1, 0);

-- Changes that can end something, by whom they are about. Old ones are removed.
CREATE TABLE changes (
    revision BIGINT NOT NULL PRIMARY KEY,
    -- A byte for its kind and sixteen for its id, one after the other.
    subjects BYTEA NOT NULL
);

-- Nodes that may answer from memory. Who changes something waits for each that is here.
CREATE TABLE nodes (
    -- Made at random at each start.
    id BYTEA NOT NULL PRIMARY KEY,
    -- Grows with each renewal of its lease, so that nobody removes it who has not seen it
    -- stand still.
    generation BIGINT NOT NULL,
    -- It answers from nothing that is older than this change.
    applied BIGINT NOT NULL
);

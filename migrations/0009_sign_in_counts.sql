-- What a chart of sign-ins is drawn from, so that it costs the same however long
-- the log is.

CREATE TABLE sign_in_hours (
    account_id BYTEA NOT NULL,
    -- The hour's first moment.
    hour BIGINT NOT NULL,
    succeeded BIGINT NOT NULL,
    -- Of these, those from so many minutes on: not every day begins with an hour.
    succeeded_15 BIGINT NOT NULL,
    succeeded_30 BIGINT NOT NULL,
    succeeded_45 BIGINT NOT NULL,
    refused BIGINT NOT NULL,
    refused_15 BIGINT NOT NULL,
    refused_30 BIGINT NOT NULL,
    refused_45 BIGINT NOT NULL,
    PRIMARY KEY (account_id, hour)
);
CREATE INDEX sign_in_hours_by_age ON sign_in_hours (hour);

CREATE TABLE sign_in_countries (
    account_id BYTEA NOT NULL,
    -- The first moment of a day of UTC.
    day BIGINT NOT NULL,
    -- Two letters, or a word for what is no country.
    country TEXT NOT NULL,
    succeeded BIGINT NOT NULL,
    refused BIGINT NOT NULL,
    PRIMARY KEY (account_id, day, country)
);
CREATE INDEX sign_in_countries_by_age ON sign_in_countries (day);

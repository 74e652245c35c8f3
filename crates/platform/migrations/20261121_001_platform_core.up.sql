-- Facts, as they happened. position is given in commit order by the sequencer; relays read only numbered rows.
CREATE TABLE event (
    tenant_id {uuid} NOT NULL,
    id {uuid} NOT NULL,
    position BIGINT,
    name TEXT NOT NULL,
    version INTEGER NOT NULL,
    subject TEXT NOT NULL,
    actor TEXT NOT NULL,
    cause {uuid},
    trace_id TEXT NOT NULL,
    at BIGINT NOT NULL,
    payload {json} NOT NULL,
    person_id {uuid},
    sealed {bytes},
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX event_position ON event (position);
CREATE INDEX event_unnumbered ON event (id) WHERE position IS NULL;
CREATE INDEX event_subject ON event (tenant_id, subject, position);
CREATE TABLE event_head (
    last BIGINT NOT NULL
);
INSERT INTO event_head (last) VALUES (0);
-- How far each subscriber has read.
CREATE TABLE event_cursor (
    subscriber TEXT NOT NULL PRIMARY KEY,
    position BIGINT NOT NULL
);
-- Who did what to what: a hash chain per tenant, numbered by the sequencer.
CREATE TABLE audit (
    tenant_id {uuid} NOT NULL,
    id {uuid} NOT NULL,
    seq BIGINT,
    at BIGINT NOT NULL,
    actor TEXT NOT NULL,
    act TEXT NOT NULL,
    subject TEXT NOT NULL,
    detail {json} NOT NULL,
    person_id {uuid},
    sealed {bytes},
    trace_id TEXT NOT NULL,
    hash {bytes},
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX audit_seq ON audit (tenant_id, seq);
CREATE INDEX audit_unnumbered ON audit (id) WHERE seq IS NULL;
CREATE INDEX audit_subject ON audit (tenant_id, subject, seq);
CREATE TABLE audit_head (
    tenant_id {uuid} NOT NULL PRIMARY KEY,
    seq BIGINT NOT NULL,
    hash {bytes} NOT NULL
);
-- The key a person's values are sealed under; without it they are erased.
CREATE TABLE person_key (
    tenant_id {uuid} NOT NULL,
    person_id {uuid} NOT NULL,
    sealed_key {bytes},
    PRIMARY KEY (tenant_id, person_id)
);
-- Durable work. fence rises with each attempt, so that a late result of an earlier one is refused.
CREATE TABLE job (
    tenant_id {uuid} NOT NULL,
    id {uuid} NOT NULL,
    queue TEXT NOT NULL,
    kind TEXT NOT NULL,
    args {json} NOT NULL,
    state TEXT NOT NULL,
    priority INTEGER NOT NULL,
    due BIGINT NOT NULL,
    attempt INTEGER NOT NULL,
    max_attempts INTEGER NOT NULL,
    unique_key TEXT,
    fence BIGINT NOT NULL,
    lease_until BIGINT,
    cause {uuid},
    trace_id TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    finished_at BIGINT,
    last_error TEXT,
    progress {json},
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX job_unique ON job (tenant_id, kind, unique_key) WHERE unique_key IS NOT NULL AND state IN ('waiting', 'running');
CREATE INDEX job_next ON job (queue, priority, due, id) WHERE state = 'waiting';
CREATE INDEX job_lease ON job (lease_until) WHERE state = 'running';
CREATE INDEX job_list ON job (tenant_id, state, id);
CREATE INDEX job_finished ON job (finished_at) WHERE finished_at IS NOT NULL;

-- A queue's limits hold across processes: whoever claims work locks this row, counts what runs and takes tokens.
CREATE TABLE job_queue (
    name TEXT NOT NULL PRIMARY KEY,
    concurrency INTEGER NOT NULL,
    per_minute INTEGER,
    paused BOOLEAN NOT NULL,
    micro_tokens BIGINT NOT NULL,
    refilled_at BIGINT NOT NULL
);
-- Attempts that did not succeed, so that a job's story can be told.
CREATE TABLE job_attempt (
    tenant_id {uuid} NOT NULL,
    job_id {uuid} NOT NULL,
    attempt INTEGER NOT NULL,
    ended_at BIGINT NOT NULL,
    error TEXT NOT NULL,
    PRIMARY KEY (tenant_id, job_id, attempt, ended_at),
    FOREIGN KEY (tenant_id, job_id) REFERENCES job (tenant_id, id) ON DELETE CASCADE
);
-- One row per run of a schedule; every tick may try to write it, the key decides.
CREATE TABLE cron_run (
    schedule TEXT NOT NULL,
    due BIGINT NOT NULL,
    ran_at BIGINT NOT NULL,
    PRIMARY KEY (schedule, due)
);
-- Answers of POSTs that carried an Idempotency-Key.
CREATE TABLE idempotency (
    tenant_id {uuid} NOT NULL,
    actor TEXT NOT NULL,
    key TEXT NOT NULL,
    fingerprint {bytes} NOT NULL,
    status INTEGER NOT NULL,
    headers {json} NOT NULL,
    body {bytes} NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, actor, key)
);
CREATE INDEX idempotency_age ON idempotency (created_at);
-- Incoming calls of the outside, stored raw before they are read; one effect per key.
CREATE TABLE inbox (
    tenant_id {uuid} NOT NULL,
    id {uuid} NOT NULL,
    source TEXT NOT NULL,
    key TEXT NOT NULL,
    headers {json} NOT NULL,
    body {bytes} NOT NULL,
    received_at BIGINT NOT NULL,
    read_at BIGINT,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX inbox_key ON inbox (tenant_id, source, key);
-- Gap-free numbers: given in the transaction that uses them.
CREATE TABLE sequence (
    tenant_id {uuid} NOT NULL,
    series TEXT NOT NULL,
    last BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, series)
);
-- A tenant's settings that differ from their defaults.
CREATE TABLE setting (
    tenant_id {uuid} NOT NULL,
    key TEXT NOT NULL,
    value {json} NOT NULL,
    changed_at BIGINT NOT NULL,
    changed_by TEXT NOT NULL,
    PRIMARY KEY (tenant_id, key)
);
-- Messages to people. The content is sealed, and gone once the message was handed over.
CREATE TABLE mail (
    tenant_id {uuid} NOT NULL,
    id {uuid} NOT NULL,
    template TEXT NOT NULL,
    sealed {bytes},
    state TEXT NOT NULL,
    detail TEXT,
    trace_id TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    finished_at BIGINT,
    PRIMARY KEY (tenant_id, id)
);
-- Uploaded files. They leave quarantine when the scanner says clean.
CREATE TABLE blob (
    tenant_id {uuid} NOT NULL,
    id {uuid} NOT NULL,
    purpose TEXT NOT NULL,
    name TEXT NOT NULL,
    mime TEXT NOT NULL,
    size BIGINT NOT NULL,
    sha256 {bytes} NOT NULL,
    state TEXT NOT NULL,
    finding TEXT,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id)
);

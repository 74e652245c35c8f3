-- Price sources: where prices of one list are fetched from on a schedule. Credentials are sealed and never shown.
CREATE TABLE catalog_price_sources (
    tenant_id {uuid} NOT NULL,
    id {uuid} NOT NULL,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    endpoint TEXT NOT NULL,
    side TEXT NOT NULL,
    list_id {uuid} NOT NULL,
    state TEXT NOT NULL,
    interval_minutes BIGINT NOT NULL,
    timeout_seconds BIGINT NOT NULL,
    include_endings TEXT NOT NULL,
    exclude_endings TEXT NOT NULL,
    vanished TEXT NOT NULL,
    most_changed_percent BIGINT NOT NULL,
    largest_jump_hundredths BIGINT NOT NULL,
    credentials {bytes},
    credentials_at BIGINT,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    next_run_at BIGINT NOT NULL,
    last_success_at BIGINT,
    failures_in_row BIGINT NOT NULL,
    open_until BIGINT,
    PRIMARY KEY (tenant_id, id),
    CHECK (side IN ('cost', 'sale')),
    CHECK (state IN ('active', 'paused')),
    CHECK (vanished IN ('keep', 'withdraw')),
    CHECK (interval_minutes > 0),
    CHECK (most_changed_percent BETWEEN 0 AND 100),
    CHECK (largest_jump_hundredths > 100)
);

CREATE INDEX catalog_price_sources_due ON catalog_price_sources (next_run_at) WHERE state = 'active';

-- Runs of a source. The fence is raised by every attempt that takes a run up: what an earlier attempt still writes is
-- refused. The cursor says which parts are here already, so that an attempt goes on where the one before ended.
CREATE TABLE catalog_sync_runs (
    tenant_id {uuid} NOT NULL,
    id {uuid} NOT NULL,
    source_id {uuid} NOT NULL,
    state TEXT NOT NULL,
    cause TEXT NOT NULL,
    started_by TEXT NOT NULL,
    trace_id TEXT NOT NULL,
    fence BIGINT NOT NULL,
    next_cursor TEXT,
    fetched BOOLEAN NOT NULL,
    parts BIGINT NOT NULL,
    parts_expected BIGINT,
    calls BIGINT NOT NULL,
    row_count BIGINT NOT NULL,
    added BIGINT NOT NULL,
    changed BIGINT NOT NULL,
    unchanged BIGINT NOT NULL,
    vanished BIGINT NOT NULL,
    rejected BIGINT NOT NULL,
    left_out BIGINT NOT NULL,
    changed_percent BIGINT NOT NULL,
    findings {bytes} NOT NULL,
    import_id {uuid},
    book_version BIGINT,
    reason TEXT,
    error TEXT,
    decided_by TEXT,
    started_at BIGINT NOT NULL,
    finished_at BIGINT,
    PRIMARY KEY (tenant_id, id),
    CHECK (state IN ('running', 'waiting', 'succeeded', 'failed', 'cancelled', 'rejected')),
    CHECK (cause IN ('schedule', 'person'))
);

CREATE UNIQUE INDEX catalog_sync_runs_one_at_a_time ON catalog_sync_runs (tenant_id, source_id) WHERE state IN ('running', 'waiting');

CREATE INDEX catalog_sync_runs_started ON catalog_sync_runs (tenant_id, started_at);

-- What a run has fetched so far; gone once it has ended.
CREATE TABLE catalog_sync_parts (
    tenant_id {uuid} NOT NULL,
    run_id {uuid} NOT NULL,
    number BIGINT NOT NULL,
    content {bytes} NOT NULL,
    PRIMARY KEY (tenant_id, run_id, number)
);

-- Every call of a run: what was asked, how it ended, how long it took.
CREATE TABLE catalog_sync_calls (
    tenant_id {uuid} NOT NULL,
    run_id {uuid} NOT NULL,
    number BIGINT NOT NULL,
    what TEXT NOT NULL,
    outcome TEXT NOT NULL,
    status BIGINT,
    size_bytes BIGINT NOT NULL,
    milliseconds BIGINT NOT NULL,
    called_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, run_id, number)
);

-- When a source last told a price of an ending that could be believed: how stale each ending is.
CREATE TABLE catalog_sync_seen (
    tenant_id {uuid} NOT NULL,
    source_id {uuid} NOT NULL,
    ending TEXT NOT NULL,
    seen_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, source_id, ending)
);

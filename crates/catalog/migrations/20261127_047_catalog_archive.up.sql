-- Prices that ceased to matter longer ago than the tenant keeps them at hand: the columns of catalog_price_cells, when the
-- price ceased to be in force or was superseded, and who moved it when, in which run. A price is in one of both tables.
CREATE TABLE catalog_price_archive (
    tenant_id {uuid} NOT NULL,
    id {uuid} NOT NULL,
    side TEXT NOT NULL,
    list_id {uuid} NOT NULL,
    ending TEXT NOT NULL,
    currency TEXT NOT NULL,
    operation TEXT NOT NULL,
    years BIGINT NOT NULL,
    kind TEXT NOT NULL,
    effective_from BIGINT NOT NULL,
    amount_minor BIGINT,
    note TEXT,
    import_id {uuid},
    recorded_at BIGINT NOT NULL,
    recorded_by TEXT NOT NULL,
    since_version BIGINT NOT NULL,
    superseded_at BIGINT,
    superseded_by TEXT,
    superseded_version BIGINT,
    change_id {uuid},
    promotion TEXT,
    ceased_at BIGINT NOT NULL,
    archived_at BIGINT NOT NULL,
    archived_by TEXT NOT NULL,
    archive_run {uuid} NOT NULL,
    PRIMARY KEY (tenant_id, id),
    CHECK (side IN ('cost', 'sale')),
    CHECK (amount_minor >= 0)
);

CREATE INDEX catalog_price_archive_ending ON catalog_price_archive (tenant_id, ending, effective_from);

-- One run of archiving: who asked for it, what it moved, and how much stayed because something refers to it.
CREATE TABLE catalog_archive_runs (
    tenant_id {uuid} NOT NULL,
    id {uuid} NOT NULL,
    state TEXT NOT NULL,
    started_at BIGINT NOT NULL,
    started_by TEXT NOT NULL,
    finished_at BIGINT,
    costs_before BIGINT NOT NULL,
    sales_before BIGINT NOT NULL,
    costs BIGINT NOT NULL,
    sales BIGINT NOT NULL,
    referred BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id),
    CHECK (state IN ('running', 'done'))
);

CREATE UNIQUE INDEX catalog_archive_runs_one_at_a_time ON catalog_archive_runs (tenant_id) WHERE state = 'running';

-- Prices that were brought back stay at hand for a while, whatever their age.
CREATE TABLE catalog_archive_holds (
    tenant_id {uuid} NOT NULL,
    price_id {uuid} NOT NULL,
    held_until BIGINT NOT NULL,
    held_by TEXT NOT NULL,
    PRIMARY KEY (tenant_id, price_id)
);

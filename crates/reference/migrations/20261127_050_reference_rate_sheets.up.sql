-- What sources of exchange rates said. A sheet never changes: a correction is another sheet, recorded later. Rates are
-- exact decimals in JSON, by currency; held are those a person has to look at before they count.
-- version: the version of the tenant's rate book that began with the sheet.
CREATE TABLE reference_rate_sheets (
    tenant_id {uuid} NOT NULL,
    id {uuid} NOT NULL,
    source TEXT NOT NULL,
    base TEXT NOT NULL,
    quoted_at BIGINT NOT NULL,
    rates TEXT NOT NULL,
    held TEXT NOT NULL,
    version BIGINT NOT NULL,
    recorded_at BIGINT NOT NULL,
    recorded_by TEXT NOT NULL,
    PRIMARY KEY (tenant_id, id),
    CHECK (source IN ('exchangerate-api', 'ecb', 'manual'))
);

CREATE INDEX reference_rate_sheets_quoted ON reference_rate_sheets (tenant_id, quoted_at);
CREATE INDEX reference_rate_sheets_recorded ON reference_rate_sheets (tenant_id, recorded_at, id);
-- A machine says a thing once; a person may say it again, better.
CREATE UNIQUE INDEX reference_rate_sheets_once ON reference_rate_sheets (tenant_id, source, base, quoted_at)
    WHERE source <> 'manual';

-- One row per tenant: the version of its rates, and how the last fetch went.
CREATE TABLE reference_rate_books (
    tenant_id {uuid} NOT NULL,
    version BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    fetched_at BIGINT,
    fetch_outcome TEXT,
    fetch_next_at BIGINT,
    PRIMARY KEY (tenant_id)
);

-- Histories of rates, read and shown before they are recorded; the file goes when it has been.
CREATE TABLE reference_rate_imports (
    tenant_id {uuid} NOT NULL,
    id {uuid} NOT NULL,
    file_name TEXT NOT NULL,
    size_bytes BIGINT NOT NULL,
    content_hash TEXT NOT NULL,
    state TEXT NOT NULL,
    added BIGINT NOT NULL,
    known BIGINT NOT NULL,
    held BIGINT NOT NULL,
    bad BIGINT NOT NULL,
    content {bytes},
    created_at BIGINT NOT NULL,
    created_by TEXT NOT NULL,
    applied_at BIGINT,
    applied_by TEXT,
    PRIMARY KEY (tenant_id, id),
    CHECK (state IN ('previewed', 'refused', 'applied'))
);

CREATE INDEX reference_rate_imports_created ON reference_rate_imports (tenant_id, created_at, id);

-- In which version of the price book a version of a discount began and ceased to count: exact where moments are not. Those
-- recorded before this was noted have none and count by their moments. What was brought back from the archive stays at hand
-- until held_until, whatever its age.
ALTER TABLE catalog_discounts ADD COLUMN since_version BIGINT;
ALTER TABLE catalog_discounts ADD COLUMN superseded_version BIGINT;
ALTER TABLE catalog_discounts ADD COLUMN held_until BIGINT;

-- Discounts and coupons that ended, or were taken back, longer ago than the tenant keeps them at hand: the columns of
-- catalog_discounts, when the whole discount ceased, and who moved it when, in which run. A discount moves with all of its
-- versions and is in one of both tables.
CREATE TABLE catalog_discount_archive (
    tenant_id {uuid} NOT NULL,
    id {uuid} NOT NULL,
    version BIGINT NOT NULL,
    name TEXT NOT NULL,
    code TEXT,
    stacks BOOLEAN NOT NULL,
    max_uses BIGINT,
    max_uses_each BIGINT,
    whom TEXT NOT NULL,
    whom_id {uuid},
    tlds TEXT,
    operations TEXT NOT NULL,
    years TEXT NOT NULL,
    percent BIGINT,
    amount_minor BIGINT,
    currency TEXT,
    effective_from BIGINT NOT NULL,
    effective_until BIGINT,
    recorded_at BIGINT NOT NULL,
    recorded_by TEXT NOT NULL,
    since_version BIGINT,
    superseded_at BIGINT,
    superseded_by TEXT,
    superseded_version BIGINT,
    ceased_at BIGINT NOT NULL,
    archived_at BIGINT NOT NULL,
    archived_by TEXT NOT NULL,
    archive_run {uuid} NOT NULL,
    PRIMARY KEY (tenant_id, id, version)
);

-- What each run moved and left of them.
ALTER TABLE catalog_archive_runs ADD COLUMN discounts_before BIGINT NOT NULL DEFAULT 0;
ALTER TABLE catalog_archive_runs ADD COLUMN discounts BIGINT NOT NULL DEFAULT 0;

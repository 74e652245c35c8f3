-- Nothing is lost on the way back: what was archived is a discount like the others again.
INSERT INTO catalog_discounts (tenant_id, id, version, name, code, stacks, max_uses, max_uses_each, whom, whom_id, tlds, operations, years, percent,
    amount_minor, currency, effective_from, effective_until, recorded_at, recorded_by, superseded_at, superseded_by)
SELECT tenant_id, id, version, name, code, stacks, max_uses, max_uses_each, whom, whom_id, tlds, operations, years, percent,
    amount_minor, currency, effective_from, effective_until, recorded_at, recorded_by, superseded_at, superseded_by
FROM catalog_discount_archive;

DROP TABLE catalog_discount_archive;

ALTER TABLE catalog_archive_runs DROP COLUMN discounts;
ALTER TABLE catalog_archive_runs DROP COLUMN discounts_before;
ALTER TABLE catalog_discounts DROP COLUMN held_until;
ALTER TABLE catalog_discounts DROP COLUMN superseded_version;
ALTER TABLE catalog_discounts DROP COLUMN since_version;

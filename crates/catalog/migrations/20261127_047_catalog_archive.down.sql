-- Nothing is lost on the way back: what was archived is a price like the others again.
INSERT INTO catalog_price_cells (tenant_id, id, side, list_id, ending, currency, operation, years, kind, effective_from,
    amount_minor, note, import_id, recorded_at, recorded_by, since_version, superseded_at, superseded_by, superseded_version, change_id, promotion)
SELECT tenant_id, id, side, list_id, ending, currency, operation, years, kind, effective_from,
    amount_minor, note, import_id, recorded_at, recorded_by, since_version, superseded_at, superseded_by, superseded_version, change_id, promotion
FROM catalog_price_archive;

DROP TABLE catalog_archive_holds;

DROP TABLE catalog_archive_runs;

DROP TABLE catalog_price_archive;

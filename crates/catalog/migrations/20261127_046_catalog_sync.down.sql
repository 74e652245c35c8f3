DROP TABLE catalog_sync_seen;

DROP TABLE catalog_sync_calls;

DROP TABLE catalog_sync_parts;

DROP TABLE catalog_sync_runs;

DROP TABLE catalog_price_sources;

DROP INDEX catalog_margin_alerts_open;

ALTER TABLE catalog_margin_alerts DROP COLUMN note;
ALTER TABLE catalog_margin_alerts DROP COLUMN acknowledged_by;
ALTER TABLE catalog_margin_alerts DROP COLUMN acknowledged_at;
ALTER TABLE catalog_margin_alerts DROP COLUMN worst;

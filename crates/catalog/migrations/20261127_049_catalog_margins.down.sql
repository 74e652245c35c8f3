DROP TABLE catalog_margin_watches;

DROP TABLE catalog_margin_alerts;

ALTER TABLE catalog_sales_lists DROP COLUMN updated_at;
ALTER TABLE catalog_sales_lists DROP COLUMN version;
ALTER TABLE catalog_registrars DROP COLUMN credentials_at;
ALTER TABLE catalog_registrars DROP COLUMN version;

-- Accounts and lists are edited in the console and over the API: each change raises the version, so that nobody
-- overwrites what they have not seen. When credentials were last replaced is all that is ever shown of them.
ALTER TABLE catalog_registrars ADD COLUMN version BIGINT NOT NULL DEFAULT 1;
ALTER TABLE catalog_registrars ADD COLUMN credentials_at BIGINT;
UPDATE catalog_registrars SET credentials_at = updated_at WHERE credentials IS NOT NULL;
ALTER TABLE catalog_sales_lists ADD COLUMN version BIGINT NOT NULL DEFAULT 1;
ALTER TABLE catalog_sales_lists ADD COLUMN updated_at BIGINT NOT NULL DEFAULT 0;
UPDATE catalog_sales_lists SET updated_at = created_at;

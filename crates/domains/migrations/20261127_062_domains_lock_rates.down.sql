ALTER TABLE domains_price_locks DROP COLUMN rates_version;

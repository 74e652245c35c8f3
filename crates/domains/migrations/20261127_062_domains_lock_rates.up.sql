-- The version of the exchange rates that a lock was priced with, so that a converted price can be computed again. 0: none.
ALTER TABLE domains_price_locks ADD COLUMN rates_version BIGINT NOT NULL DEFAULT 0;

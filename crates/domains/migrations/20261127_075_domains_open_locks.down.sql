DROP INDEX domains_price_locks_open;

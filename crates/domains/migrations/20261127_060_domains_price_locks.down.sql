DROP TABLE domains_price_uses;
DROP TABLE domains_price_lock_lines;
DROP TABLE domains_price_locks;

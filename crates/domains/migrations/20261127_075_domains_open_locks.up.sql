-- Locks that still hold are asked for before prices change.
CREATE INDEX domains_price_locks_open ON domains_price_locks (tenant_id, expires_at);

-- Prices held until an instant, whatever happens to prices meanwhile. A lock is written once and never changed: what a
-- checkout takes, what it was made of, and every step to it, so that it can be computed again.
CREATE TABLE domains_price_locks (
    tenant_id {uuid} NOT NULL,
    id {uuid} NOT NULL,
    customer_id {uuid},
    coupon TEXT,
    currency TEXT NOT NULL,
    total_minor BIGINT NOT NULL,
    sales_list_id {uuid} NOT NULL,
    book_version BIGINT NOT NULL,
    priced_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    created_by TEXT NOT NULL,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, customer_id) REFERENCES customers (tenant_id, id),
    CHECK (total_minor >= 0)
);

CREATE INDEX domains_price_locks_customer ON domains_price_locks (tenant_id, customer_id, id);

-- The names of a lock. amounts is what was told, trace every step to it, canonical the one text that the fingerprint is of.
CREATE TABLE domains_price_lock_lines (
    tenant_id {uuid} NOT NULL,
    lock_id {uuid} NOT NULL,
    position BIGINT NOT NULL,
    name TEXT NOT NULL,
    ending TEXT NOT NULL,
    operation TEXT NOT NULL,
    years BIGINT NOT NULL,
    total_minor BIGINT NOT NULL,
    amounts TEXT NOT NULL,
    by_year TEXT NOT NULL,
    trace TEXT NOT NULL,
    canonical TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    PRIMARY KEY (tenant_id, lock_id, position),
    FOREIGN KEY (tenant_id, lock_id) REFERENCES domains_price_locks (tenant_id, id),
    CHECK (operation IN ('register', 'renew', 'transfer', 'restore')),
    CHECK (years BETWEEN 0 AND 10),
    CHECK (total_minor >= 0)
);

CREATE INDEX domains_price_lock_lines_ending ON domains_price_lock_lines (tenant_id, ending, lock_id, position);

-- Which recorded prices locks and names were made of: those stay in the price book for as long as anything here does.
CREATE TABLE domains_price_uses (
    tenant_id {uuid} NOT NULL,
    price_id {uuid} NOT NULL,
    used_by {uuid} NOT NULL,
    PRIMARY KEY (tenant_id, price_id, used_by)
);

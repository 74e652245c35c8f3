-- Price levels of customers, and the customers themselves.
CREATE TABLE customer_groups (
    tenant_id {uuid} NOT NULL,
    id {uuid} NOT NULL,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    note TEXT,
    state TEXT NOT NULL,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id),
    CHECK (state IN ('active', 'archived'))
);

CREATE UNIQUE INDEX customer_groups_name ON customer_groups (tenant_id, name_key);

-- A login's id is identity's; no key of ours leads there.
CREATE TABLE customers (
    tenant_id {uuid} NOT NULL,
    id {uuid} NOT NULL,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    company TEXT,
    email TEXT,
    email_key TEXT,
    phone TEXT,
    tax_id TEXT,
    street TEXT,
    city TEXT,
    region TEXT,
    postal_code TEXT,
    country TEXT,
    notes TEXT,
    search_key TEXT NOT NULL,
    group_id {uuid},
    user_id {uuid},
    state TEXT NOT NULL,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, group_id) REFERENCES customer_groups (tenant_id, id),
    CHECK (state IN ('active', 'archived'))
);

CREATE UNIQUE INDEX customers_email ON customers (tenant_id, email_key);

CREATE UNIQUE INDEX customers_user ON customers (tenant_id, user_id);

CREATE INDEX customers_by_name ON customers (tenant_id, state, name_key, id);

CREATE INDEX customers_by_age ON customers (tenant_id, state, created_at, id);

CREATE INDEX customers_by_group ON customers (tenant_id, group_id);

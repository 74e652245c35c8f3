-- Who a tenant buys from, and people at customers and suppliers.
CREATE TABLE suppliers (
    tenant_id {uuid} NOT NULL,
    id {uuid} NOT NULL,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    website TEXT,
    email TEXT,
    phone TEXT,
    tax_id TEXT,
    street TEXT,
    city TEXT,
    region TEXT,
    postal_code TEXT,
    country TEXT,
    notes TEXT,
    search_key TEXT NOT NULL,
    state TEXT NOT NULL,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id),
    CHECK (state IN ('active', 'archived'))
);

CREATE INDEX suppliers_by_name ON suppliers (tenant_id, state, name_key, id);

CREATE INDEX suppliers_by_age ON suppliers (tenant_id, state, created_at, id);

CREATE TABLE contacts (
    tenant_id {uuid} NOT NULL,
    id {uuid} NOT NULL,
    customer_id {uuid},
    supplier_id {uuid},
    name TEXT NOT NULL,
    role TEXT,
    email TEXT,
    phone TEXT,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, customer_id) REFERENCES customers (tenant_id, id),
    FOREIGN KEY (tenant_id, supplier_id) REFERENCES suppliers (tenant_id, id),
    CHECK ((customer_id IS NULL) <> (supplier_id IS NULL))
);

CREATE INDEX contacts_of_customer ON contacts (tenant_id, customer_id, created_at, id);

CREATE INDEX contacts_of_supplier ON contacts (tenant_id, supplier_id, created_at, id);

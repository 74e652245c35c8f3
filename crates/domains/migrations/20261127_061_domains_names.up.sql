-- The domain names a tenant holds for its customers. by_year is what each year of the registration was sold for, in
-- currency; empty where that is not known. Instants are UTC.
CREATE TABLE domains_names (
    tenant_id {uuid} NOT NULL,
    id {uuid} NOT NULL,
    name TEXT NOT NULL,
    ending TEXT NOT NULL,
    customer_id {uuid} NOT NULL,
    registrar_id {uuid} NOT NULL,
    state TEXT NOT NULL,
    premium BOOLEAN NOT NULL,
    auto_renew BOOLEAN NOT NULL,
    registered_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    currency TEXT NOT NULL,
    by_year TEXT NOT NULL,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, customer_id) REFERENCES customers (tenant_id, id),
    FOREIGN KEY (tenant_id, registrar_id) REFERENCES catalog_registrars (tenant_id, id),
    CHECK (state IN ('active', 'expired')),
    CHECK (expires_at > registered_at)
);

CREATE UNIQUE INDEX domains_names_name ON domains_names (tenant_id, name);

CREATE INDEX domains_names_expiry ON domains_names (tenant_id, expires_at, id);

CREATE INDEX domains_names_renewals ON domains_names (tenant_id, ending, state, expires_at);

CREATE INDEX domains_names_customer ON domains_names (tenant_id, customer_id, id);

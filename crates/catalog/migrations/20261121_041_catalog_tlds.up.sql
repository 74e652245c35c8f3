-- Endings a tenant deals in. The key is the ending itself, as an A-label.
CREATE TABLE catalog_tlds (
    tenant_id {uuid} NOT NULL,
    ending TEXT NOT NULL,
    shown TEXT NOT NULL,
    icann BOOLEAN NOT NULL,
    category TEXT NOT NULL,
    popularity BIGINT NOT NULL,
    sold BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, ending)
);

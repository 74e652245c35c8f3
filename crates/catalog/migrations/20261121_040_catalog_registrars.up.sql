-- Registrar accounts a tenant buys names through. Credentials are sealed by platform before they get here.
CREATE TABLE catalog_registrars (
    tenant_id {uuid} NOT NULL,
    id {uuid} NOT NULL,
    slug TEXT NOT NULL,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    sells TEXT NOT NULL,
    rank BIGINT NOT NULL,
    currency TEXT NOT NULL,
    credentials {bytes},
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id),
    CHECK (state IN ('active', 'paused')),
    CHECK (sells IN ('priced', 'all'))
);

CREATE UNIQUE INDEX catalog_registrars_slug ON catalog_registrars (tenant_id, slug);

-- Reseller companies. The one table of ours whose key is the tenant alone.
CREATE TABLE tenants (
    tenant_id {uuid} NOT NULL PRIMARY KEY,
    slug TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    trades TEXT NOT NULL,
    state TEXT NOT NULL,
    hue BIGINT NOT NULL,
    chroma_thousandths BIGINT NOT NULL,
    currency TEXT NOT NULL,
    time_zone TEXT NOT NULL,
    locale TEXT NOT NULL,
    prices_with_tax BOOLEAN NOT NULL,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
-- Raised by every change that a request must notice at once: roles, disabled users, ended sessions, revoked keys, settings.
CREATE TABLE tenant_versions (
    tenant_id {uuid} NOT NULL PRIMARY KEY REFERENCES tenants (tenant_id),
    version BIGINT NOT NULL,
    changed_at BIGINT NOT NULL
);
CREATE INDEX tenant_versions_by_change ON tenant_versions (changed_at);
-- Domains of a tenant's own. A claim blocks nobody until it is proved.
CREATE TABLE tenant_hosts (
    tenant_id {uuid} NOT NULL REFERENCES tenants (tenant_id),
    id {uuid} NOT NULL,
    host TEXT NOT NULL,
    proof TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    checked_at BIGINT,
    verified_at BIGINT,
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, host)
);
CREATE UNIQUE INDEX tenant_hosts_verified ON tenant_hosts (host) WHERE verified_at IS NOT NULL;

-- Lists of sales prices. One of a tenant's lists is the one its storefront uses.
CREATE TABLE catalog_sales_lists (
    tenant_id {uuid} NOT NULL,
    id {uuid} NOT NULL,
    slug TEXT NOT NULL,
    name TEXT NOT NULL,
    currency TEXT NOT NULL,
    standard BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id)
);

CREATE UNIQUE INDEX catalog_sales_lists_slug ON catalog_sales_lists (tenant_id, slug);

CREATE UNIQUE INDEX catalog_sales_lists_standard ON catalog_sales_lists (tenant_id) WHERE standard;

-- The version of a tenant's price book: the one row whose change makes new cells count.
CREATE TABLE catalog_price_books (
    tenant_id {uuid} NOT NULL,
    version BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id)
);

-- Prices over time. A cell holds from effective_from until the next cell of the same key; amount_minor NULL means: not
-- sold from then on. The fees of a cost (ICANN's, privacy) are cells of their own, per year. Nothing is deleted: editing or taking back a price not yet in force supersedes its cell. A cell
-- counts from book version since_version on and, once superseded, no longer from superseded_version on.
CREATE TABLE catalog_price_cells (
    tenant_id {uuid} NOT NULL,
    id {uuid} NOT NULL,
    side TEXT NOT NULL,
    list_id {uuid} NOT NULL,
    ending TEXT NOT NULL,
    currency TEXT NOT NULL,
    operation TEXT NOT NULL,
    years BIGINT NOT NULL,
    kind TEXT NOT NULL,
    effective_from BIGINT NOT NULL,
    amount_minor BIGINT,
    note TEXT,
    import_id {uuid},
    recorded_at BIGINT NOT NULL,
    recorded_by TEXT NOT NULL,
    since_version BIGINT NOT NULL,
    superseded_at BIGINT,
    superseded_by TEXT,
    superseded_version BIGINT,
    PRIMARY KEY (tenant_id, id),
    CHECK (side IN ('cost', 'sale')),
    CHECK (operation IN ('register', 'renew', 'transfer', 'restore')),
    CHECK (kind IN ('regular', 'first_year', 'promo', 'icann_fee', 'privacy')),
    CHECK (side = 'cost' OR kind NOT IN ('icann_fee', 'privacy')),
    CHECK (years BETWEEN 0 AND 10),
    CHECK (amount_minor >= 0)
);

CREATE UNIQUE INDEX catalog_price_cells_one_at_an_instant ON catalog_price_cells
    (tenant_id, list_id, ending, currency, operation, years, kind, effective_from) WHERE superseded_at IS NULL;

CREATE INDEX catalog_price_cells_ending ON catalog_price_cells (tenant_id, ending, effective_from);

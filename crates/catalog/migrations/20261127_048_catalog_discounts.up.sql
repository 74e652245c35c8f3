-- Discounts and coupons over time. A row is one version: what was said of a discount from recorded_at until superseded_at.
-- Nothing is deleted: editing, ending or removing one supersedes its version. One without a code is a discount whoever it
-- is for has; one with a code is a coupon. whom_id is the group's or the customer's id; tlds NULL means all of them, else
-- A-labels between spaces; percent is in millionths.
CREATE TABLE catalog_discounts (
    tenant_id {uuid} NOT NULL,
    id {uuid} NOT NULL,
    version BIGINT NOT NULL,
    name TEXT NOT NULL,
    code TEXT,
    stacks BOOLEAN NOT NULL,
    max_uses BIGINT,
    max_uses_each BIGINT,
    whom TEXT NOT NULL,
    whom_id {uuid},
    tlds TEXT,
    operations TEXT NOT NULL,
    years TEXT NOT NULL,
    percent BIGINT,
    amount_minor BIGINT,
    currency TEXT,
    effective_from BIGINT NOT NULL,
    effective_until BIGINT,
    recorded_at BIGINT NOT NULL,
    recorded_by TEXT NOT NULL,
    superseded_at BIGINT,
    superseded_by TEXT,
    PRIMARY KEY (tenant_id, id, version),
    CHECK (whom IN ('everybody', 'group', 'customer')),
    CHECK ((whom = 'everybody') = (whom_id IS NULL)),
    CHECK (years IN ('all', 'first')),
    CHECK ((percent IS NULL) <> (amount_minor IS NULL)),
    CHECK ((amount_minor IS NULL) = (currency IS NULL)),
    CHECK (percent > 0 AND percent <= 1000000),
    CHECK (amount_minor > 0),
    CHECK (max_uses > 0),
    CHECK (max_uses_each > 0),
    CHECK (effective_until > effective_from)
);

CREATE UNIQUE INDEX catalog_discounts_standing ON catalog_discounts (tenant_id, id) WHERE superseded_at IS NULL;

-- A code belongs to one coupon, ended ones included.
CREATE UNIQUE INDEX catalog_discounts_code ON catalog_discounts (tenant_id, code) WHERE superseded_at IS NULL AND code IS NOT NULL;

-- How often each coupon was used. Raising it is what makes uses of one coupon wait for each other.
CREATE TABLE catalog_coupon_counts (
    tenant_id {uuid} NOT NULL,
    coupon_id {uuid} NOT NULL,
    uses BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, coupon_id)
);

-- Each use of a coupon, once for whatever it was used for.
CREATE TABLE catalog_coupon_uses (
    tenant_id {uuid} NOT NULL,
    coupon_id {uuid} NOT NULL,
    used_for TEXT NOT NULL,
    customer_id {uuid},
    used_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, coupon_id, used_for)
);

CREATE INDEX catalog_coupon_uses_customer ON catalog_coupon_uses (tenant_id, coupon_id, customer_id);

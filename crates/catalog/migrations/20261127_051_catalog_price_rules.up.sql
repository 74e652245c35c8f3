-- Named sets of endings, for price rules and discounts. The endings are A-labels in alphabetical order, one space between.
CREATE TABLE catalog_tld_groups (
    tenant_id {uuid} NOT NULL,
    id {uuid} NOT NULL,
    name TEXT NOT NULL,
    endings TEXT NOT NULL,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    updated_by TEXT NOT NULL,
    PRIMARY KEY (tenant_id, id)
);

CREATE UNIQUE INDEX catalog_tld_groups_name ON catalog_tld_groups (tenant_id, name);

-- Price rules: from costs to the prices of a sales list. The first that fits, by place, makes the price. What it says is
-- JSON of one shape here and in its versions; the list stands beside it, because a run asks for the rules of one.
CREATE TABLE catalog_price_rules (
    tenant_id {uuid} NOT NULL,
    id {uuid} NOT NULL,
    place BIGINT NOT NULL,
    list_id {uuid} NOT NULL,
    terms TEXT NOT NULL,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    updated_by TEXT NOT NULL,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, list_id) REFERENCES catalog_sales_lists (tenant_id, id)
);

-- Every version of a rule, for ever: a price names the version that made it.
CREATE TABLE catalog_price_rule_versions (
    tenant_id {uuid} NOT NULL,
    rule_id {uuid} NOT NULL,
    version BIGINT NOT NULL,
    terms TEXT NOT NULL,
    changed_at BIGINT NOT NULL,
    changed_by TEXT NOT NULL,
    PRIMARY KEY (tenant_id, rule_id, version),
    FOREIGN KEY (tenant_id, rule_id) REFERENCES catalog_price_rules (tenant_id, id)
);

DROP TABLE catalog_price_rule_versions;
DROP TABLE catalog_price_rules;
DROP TABLE catalog_tld_groups;

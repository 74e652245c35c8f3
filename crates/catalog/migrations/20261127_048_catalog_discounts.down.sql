DROP TABLE catalog_coupon_uses;
DROP TABLE catalog_coupon_counts;
DROP TABLE catalog_discounts;

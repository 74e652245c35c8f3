DROP TABLE domains_discount_uses;

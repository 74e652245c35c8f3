-- How the storefront shows its prices is a setting of the domain trade, with the tax it needs; the company's own switch
-- showed nothing.
ALTER TABLE tenants DROP COLUMN prices_with_tax;

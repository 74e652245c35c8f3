-- Which discounts and coupons locks were made with: those stay at hand for as long as a lock does.
CREATE TABLE domains_discount_uses (
    tenant_id {uuid} NOT NULL,
    discount_id {uuid} NOT NULL,
    used_by {uuid} NOT NULL,
    PRIMARY KEY (tenant_id, discount_id, used_by)
);

-- Margins that staff were told of: one row for each TLD, registrar, kind and version of the prices it is made of, written in
-- the transaction that enqueues the mail, so that nobody is told twice. What was told is kept as it was.
CREATE TABLE catalog_margin_alerts (
    tenant_id {uuid} NOT NULL,
    id {uuid} NOT NULL,
    ending TEXT NOT NULL,
    registrar_id {uuid} NOT NULL,
    registrar_name TEXT NOT NULL,
    kind TEXT NOT NULL,
    price_version TEXT NOT NULL,
    book_version BIGINT NOT NULL,
    lines TEXT NOT NULL,
    told TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id),
    CHECK (kind IN ('negative', 'low')),
    CHECK (told IN ('mail', 'notice'))
);

CREATE UNIQUE INDEX catalog_margin_alerts_once ON catalog_margin_alerts
    (tenant_id, ending, registrar_id, kind, price_version);

-- Up to which version of the price book, and which moment, a tenant's margins were looked at.
CREATE TABLE catalog_margin_watches (
    tenant_id {uuid} NOT NULL,
    checked_version BIGINT NOT NULL,
    checked_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id)
);

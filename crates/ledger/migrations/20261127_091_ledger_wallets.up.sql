-- Parts of wallets that are set aside for what a customer ordered. key is the caller's name of it: set aside once.
CREATE TABLE ledger_holds (
    tenant_id {uuid} NOT NULL,
    id {uuid} NOT NULL,
    key TEXT NOT NULL,
    customer_id {uuid} NOT NULL,
    currency TEXT NOT NULL,
    amount BIGINT NOT NULL,
    captured BIGINT NOT NULL,
    state TEXT NOT NULL,
    memo TEXT NOT NULL,
    source TEXT,
    about TEXT,
    held_at BIGINT NOT NULL,
    settled_at BIGINT,
    PRIMARY KEY (tenant_id, id),
    CHECK (state IN ('held', 'captured', 'released')),
    CHECK (amount > 0 AND captured >= 0 AND captured <= amount)
);

CREATE UNIQUE INDEX ledger_holds_once ON ledger_holds (tenant_id, key);

CREATE INDEX ledger_holds_open ON ledger_holds (tenant_id, customer_id, currency, state);

-- The books of a company: one row. Nothing is posted on a day up to the one they are closed until.
CREATE TABLE ledger_books (
    tenant_id {uuid} NOT NULL,
    functional TEXT NOT NULL,
    closed_until TEXT NOT NULL,
    version BIGINT NOT NULL,
    opened_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id)
);

-- What an account is for, whose it is (all zeros where there is one for all) and in which currency; purpose is the three in
-- one text, to look many up at once.
CREATE TABLE ledger_accounts (
    tenant_id {uuid} NOT NULL,
    id {uuid} NOT NULL,
    role TEXT NOT NULL,
    whose {uuid} NOT NULL,
    currency TEXT NOT NULL,
    purpose TEXT NOT NULL,
    opened_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id) REFERENCES ledger_books (tenant_id)
);

CREATE UNIQUE INDEX ledger_accounts_purpose ON ledger_accounts (tenant_id, purpose);

CREATE INDEX ledger_accounts_of ON ledger_accounts (tenant_id, whose, role);

-- What is on each account: kept with the entries, in the transaction that writes them. Debits above zero; worth is in the
-- functional currency; entries is how many there are.
-- The bounds keep sums whole numbers: beyond 64 bits one database would go on with a fraction.
-- overdraws: whether an account may go to the other side; where it may not, the database refuses.
CREATE TABLE ledger_balances (
    tenant_id {uuid} NOT NULL,
    account_id {uuid} NOT NULL,
    overdraws BOOLEAN NOT NULL,
    balance BIGINT NOT NULL,
    worth BIGINT NOT NULL,
    entries BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, account_id),
    FOREIGN KEY (tenant_id, account_id) REFERENCES ledger_accounts (tenant_id, id),
    CHECK (overdraws OR balance <= 0),
    CHECK (balance BETWEEN -4000000000000000000 AND 4000000000000000000),
    CHECK (worth BETWEEN -4000000000000000000 AND 4000000000000000000)
);

-- What happened to money, once each: key is the caller's name of it. about is the order or trip it belongs to, source the
-- thing it was posted for. rate: one unit of the foreign currency in the functional one.
CREATE TABLE ledger_transactions (
    tenant_id {uuid} NOT NULL,
    id {uuid} NOT NULL,
    key TEXT NOT NULL,
    kind TEXT NOT NULL,
    day TEXT NOT NULL,
    memo TEXT NOT NULL,
    source TEXT,
    about TEXT,
    rate TEXT,
    reverses {uuid},
    recorded_at BIGINT NOT NULL,
    recorded_by TEXT NOT NULL,
    cause {uuid},
    trace TEXT NOT NULL,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id) REFERENCES ledger_books (tenant_id),
    FOREIGN KEY (tenant_id, reverses) REFERENCES ledger_transactions (tenant_id, id)
);

CREATE UNIQUE INDEX ledger_transactions_once ON ledger_transactions (tenant_id, key);

CREATE UNIQUE INDEX ledger_transactions_reversed_once ON ledger_transactions (tenant_id, reverses) WHERE reverses IS NOT NULL;

CREATE INDEX ledger_transactions_by_day ON ledger_transactions (tenant_id, day, id);

CREATE INDEX ledger_transactions_of ON ledger_transactions (tenant_id, about) WHERE about IS NOT NULL;

-- The lines. number counts those of an account from 1, without a gap; balance and worth_balance are the account's after it.
CREATE TABLE ledger_entries (
    tenant_id {uuid} NOT NULL,
    account_id {uuid} NOT NULL,
    number BIGINT NOT NULL,
    transaction_id {uuid} NOT NULL,
    line BIGINT NOT NULL,
    day TEXT NOT NULL,
    amount BIGINT NOT NULL,
    worth BIGINT NOT NULL,
    balance BIGINT NOT NULL,
    worth_balance BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, account_id, number),
    FOREIGN KEY (tenant_id, account_id) REFERENCES ledger_accounts (tenant_id, id),
    FOREIGN KEY (tenant_id, transaction_id) REFERENCES ledger_transactions (tenant_id, id),
    CHECK (amount <> 0)
);

CREATE UNIQUE INDEX ledger_entries_of ON ledger_entries (tenant_id, transaction_id, line);

CREATE INDEX ledger_entries_by_day ON ledger_entries (tenant_id, day, account_id);

-- What an account turned over in each day, month and year, kept with the entries: a report of any day reads the years before
-- its year, the months before its month and the days up to it, however long the journal is.
CREATE TABLE ledger_turnover (
    tenant_id {uuid} NOT NULL,
    grain TEXT NOT NULL,
    period TEXT NOT NULL,
    account_id {uuid} NOT NULL,
    debit BIGINT NOT NULL,
    credit BIGINT NOT NULL,
    worth_debit BIGINT NOT NULL,
    worth_credit BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, grain, period, account_id),
    FOREIGN KEY (tenant_id, account_id) REFERENCES ledger_accounts (tenant_id, id),
    CHECK (grain IN ('day', 'month', 'year')),
    CHECK (debit BETWEEN 0 AND 4000000000000000000 AND credit BETWEEN 0 AND 4000000000000000000),
    CHECK (worth_debit BETWEEN 0 AND 4000000000000000000 AND worth_credit BETWEEN 0 AND 4000000000000000000)
);

APPEND ONLY ledger_accounts;

APPEND ONLY ledger_transactions;

APPEND ONLY ledger_entries;

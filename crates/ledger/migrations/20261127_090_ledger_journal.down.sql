DROP TABLE ledger_turnover;
DROP TABLE ledger_entries;
DROP TABLE ledger_transactions;
DROP TABLE ledger_balances;
DROP TABLE ledger_accounts;
DROP TABLE ledger_books;

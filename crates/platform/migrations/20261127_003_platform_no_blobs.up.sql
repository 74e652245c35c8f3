-- Uploads are scanned in memory before anybody reads or keeps them (docs/decisions/0005): this table never had a row.
DROP TABLE blob;

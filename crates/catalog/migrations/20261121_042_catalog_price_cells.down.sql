DROP TABLE catalog_price_cells;

DROP TABLE catalog_price_books;

DROP TABLE catalog_sales_lists;

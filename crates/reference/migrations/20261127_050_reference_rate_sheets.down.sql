DROP TABLE reference_rate_imports;
DROP TABLE reference_rate_books;
DROP TABLE reference_rate_sheets;

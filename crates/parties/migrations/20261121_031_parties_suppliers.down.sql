DROP TABLE contacts;
DROP TABLE suppliers;

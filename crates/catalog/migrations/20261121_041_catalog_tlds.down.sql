DROP TABLE catalog_tlds;

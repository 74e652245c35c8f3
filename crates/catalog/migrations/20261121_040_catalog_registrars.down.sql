DROP TABLE catalog_registrars;

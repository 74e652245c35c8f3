DROP TABLE domains_names;

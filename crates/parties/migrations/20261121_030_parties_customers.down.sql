DROP TABLE customers;
DROP TABLE customer_groups;

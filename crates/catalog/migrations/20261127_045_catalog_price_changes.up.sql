-- Prices are read and written as changes: the cells of one list and ending that begin together. Those made one by one say
-- which change they are of, so that it keeps its name when it is moved; cells of imports are of the change at their
-- instant. A promotion has a name.
ALTER TABLE catalog_price_cells ADD COLUMN change_id {uuid};
ALTER TABLE catalog_price_cells ADD COLUMN promotion TEXT;

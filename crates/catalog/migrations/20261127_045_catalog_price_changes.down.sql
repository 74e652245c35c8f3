ALTER TABLE catalog_price_cells DROP COLUMN promotion;
ALTER TABLE catalog_price_cells DROP COLUMN change_id;

-- Somebody has seen to an alert: when, who, and what they noted. worst is the worst share of a price among what an alert is
-- about, in millionths of a percent's hundred; what was told before this was noted counts as zero.
ALTER TABLE catalog_margin_alerts ADD COLUMN worst BIGINT NOT NULL DEFAULT 0;
ALTER TABLE catalog_margin_alerts ADD COLUMN acknowledged_at BIGINT;
ALTER TABLE catalog_margin_alerts ADD COLUMN acknowledged_by TEXT;
ALTER TABLE catalog_margin_alerts ADD COLUMN note TEXT;

CREATE INDEX catalog_margin_alerts_open ON catalog_margin_alerts (tenant_id, worst, id) WHERE acknowledged_at IS NULL;

//! The two real price lists the demo starts with and tests import.

/// What one registrar charges resellers, at cost: `tld,price,renewal,icann_fee` in USD.
pub const AT_COST_CSV: &[u8] = include_bytes!("../../../fixtures/prices/cloudflare_tld_prices.csv");
/// What another charges everybody: JSON, in USD.
pub const RETAIL_JSON: &[u8] = include_bytes!("../../../fixtures/prices/porkbun-pricing.json");

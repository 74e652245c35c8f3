//! What the books say: trial balance, balance sheet, profit and loss. All are read from balances and months kept with the
//! entries, so they take as long after ten years as after one.

mod model;
mod ops;
mod store;

pub use model::{BalanceSheet, ProfitAndLoss, Sums, TrialBalance, TrialLine};
pub use ops::{balance_sheet, months, profit_and_loss, profit_of, trial_balance};
pub use store::MonthLine;

## The archive of prices and discounts
catalog-permission-archive-manage = Manage the price archive
catalog-permission-archive-manage-about = Archive old prices now, and bring archived ones back.
catalog-archive = Price archive
catalog-archive-lede = Prices and discounts that ceased to matter long ago move here every night. They stay readable and can be brought back; nothing is deleted.
catalog-archive-runs = Runs
catalog-archived-prices = Archived prices
catalog-archived-lede = Prices that were moved out of the price book. What you bring back stays at hand for at least 30 days.
catalog-archive-now = Archive now
catalog-archive-asked = Archiving begins. This page shows the run.
catalog-archive-dry-run = What the next run moves
catalog-archive-rule = Costs that ceased before { $costs }, sales prices that ceased before { $sales }, discounts that ended before { $discounts }. What is in force never moves, nor what a domain or a held price refers to.
catalog-archive-nothing-due = Nothing is old enough.
catalog-archive-costs-due = Costs to move
catalog-archive-sales-due = Sales prices to move
catalog-archive-discounts-due = Discounts to move
catalog-archive-dry-run-discounts = Discounts the next run moves
catalog-archive-costs = Costs
catalog-archive-sales = Sales prices
catalog-archive-discounts = Discounts
catalog-archive-referred = Still referred to
catalog-archive-ceased = Ceased
catalog-archive-by = Asked for by
catalog-archive-by-itself = The schedule
catalog-archive-running = Running
catalog-archive-done = Done
catalog-archive-finished = Finished
catalog-archive-no-runs = No run yet. The first is tonight.
catalog-archive-empty = Nothing archived
catalog-archive-empty-text = Prices come here once they ceased longer ago than you keep them at hand.
catalog-archive-both-sides = Costs and sales prices
catalog-archive-select = Select
catalog-archive-select-one = Select the price of { $ending }
catalog-archive-selected = Selected prices
catalog-archive-restore = Bring back
catalog-archive-restored = Brought back: { $n ->
    [one] one price
   *[other] { $n } prices
}. They stay at hand for { $days } days at least.
catalog-archive-not-restored = Nothing was brought back

error-restore_count = Choose 1 to { $max } archived prices.
error-archive_place_taken = A price of the same kind that begins at the same instant stands in the price book. Both cannot count, so nothing was brought back.
error-side_unknown = Choose cost or sale.
error-archive_code_taken = Another coupon has the code { $code } now, so nothing was brought back.
catalog-archived-discounts = Archived discounts
catalog-archived-discounts-lede = Discounts and coupons that ended long ago, with all of their versions. What you bring back stays at hand for at least 30 days; it is as over as it was.
catalog-archive-no-discounts-text = Discounts and coupons come here once they ended longer ago than you keep them at hand.
catalog-archive-select-discount = Select { $name }
catalog-archive-selected-discounts = Selected discounts
catalog-archive-discounts-restored = Brought back: { $n ->
    [one] one discount
   *[other] { $n } discounts
}. They stay at hand for { $days } days at least.
catalog-archived-of-ending = Archived prices

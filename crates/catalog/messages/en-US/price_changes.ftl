# catalog: words of price changes made one by one.

error-nothing_changes = These are the prices that hold then anyway. Change one of them.
error-already_scheduled = A price for this begins at the same moment. Edit or cancel that change instead.
error-price_too_far_ahead = Prices are scheduled at most { $days } days ahead.
error-price_in_the_past = Prices take effect now or later; past prices are locked.
error-until_before_from = The end lies after the beginning.
error-until_without_promotion = Only promotional prices have an end. Other prices hold until the next change.
error-prices_missing = Give at least one price, and at most 100.
error-price_term = There is no such price: registrations and renewals are for 1 to 10 years, first-year prices and fees for one.
error-price_fee_on_sales = Fees are parts of costs, not of sales prices.
error-price_twice = This price is given twice.
error-price_out_of_range = Write a price of zero or more, below ten billion.
error-price_zero = A price of nothing is taken for transfers and fees only. To stop selling, take the price away instead.
error-promotion_overlaps = Another promotion runs from { $from } to { $until }. Choose other days, or cancel that one.
error-prices_moved = Prices were changed this very moment. Send it once more.
error-price_begun = These prices have taken effect and are locked. Schedule a further change instead.
error-future_prices_locked = The settings say that scheduled prices stay as they are. Schedule a further change instead.
error-change_cancelled = This change was cancelled.
error-change_of_other_list = This change is of another list.
error-preview_outdated = Prices have changed since you looked. Look at what it does now, then publish.
error-below_cost = This price is below what the registrar charges. Ask somebody who may sell below cost, or raise it.
error-below_cost_reason_missing = This price is below what the registrar charges. Say why, in 1 to 120 characters.

catalog-permission-prices-below-cost = Sell below cost
catalog-permission-prices-below-cost-about = Set a sales price below what the registrar charges, with a reason.

error-price_unreadable = Write an amount such as 14.00, with no more decimals than the currency has, or – to take the price away.

catalog-change-schedule = Schedule prices
catalog-change-new = Schedule { $tld } prices
catalog-change-edit = Edit { $tld } prices to come
catalog-change-review = Review { $tld } prices
catalog-change-lede = You see what it does before anything changes. Names already paid for keep their price.
catalog-change-review-lede = From { $date }, { $list }. Nothing has changed yet.
catalog-change-when = Whose prices, and from when
catalog-change-list-hint = A sales list, or what a registrar charges.
catalog-change-from-hint = 00:00 { $zone }. Empty: at once.
catalog-until = Until
catalog-until-hint = Of promotional prices alone. Empty: until the next change.
catalog-promotion-name = Name of the promotion
catalog-note = Note
catalog-note-hint = For your own people.
catalog-change-prices = Prices
catalog-change-prices-text = What stays empty stays as it is. Write – to take a price away from then on.
catalog-change-promotions = First year, promotions and fees
catalog-change-promotions-text = A first-year price holds for everybody’s first year. Fees are parts of costs, per year.
catalog-change-privacy = Privacy
catalog-change-terms = Terms of two years and more
catalog-change-terms-text = Only where a term has a price of its own. Else it is the first year and the renewals added up.
catalog-change-look = Review
catalog-change-publish = Publish exactly this
catalog-change-back = Back to the form
catalog-change-margins = Margin on price, registrar by registrar
catalog-change-published = { $tld } prices are set from { $date }.
catalog-change-cancelled = Taken back. It stays in the history.
catalog-price-changes = Price changes
catalog-change-who = Made by
catalog-change-acts = What can be done
catalog-change-cancel = Cancel
catalog-change-edit-from = Edit the prices from { $date }
catalog-change-cancel-from = Cancel the prices from { $date }
catalog-edit = Edit
catalog-cancelled = Cancelled
catalog-until-date = until { $date }
catalog-last-changed = Last changed: { $who }
catalog-by = { $who }, { $date }
catalog-by-system = Entrepot
catalog-by-you = You
catalog-below-cost = Below cost
catalog-below-cost-text = At least one of these prices is below what the cheapest registrar charges. Say why; the reason goes to the audit log.
catalog-below-cost-blocked = At least one of these prices is below what the cheapest registrar charges. Ask somebody who may sell below cost, or raise it.
catalog-cost-uncompared = A cost could not be compared
catalog-cost-uncompared-text = A registrar charges in a currency there is no fresh exchange rate for. Whether this sells below its cost is not known.
catalog-below-cost-reason = Reason to sell below cost
catalog-price-now = Now { $price }
catalog-restore-alone = Restore, fee alone
catalog-restore-with-year = Restore with a year
catalog-operation-years = { $operation }, { $years ->
    [0] no year
    [one] { $years } year
   *[other] { $years } years
  }
catalog-operation-kind = { $operation }, { $kind }
catalog-registrar = Registrar

# Margins that another exchange rate moves. $n is how many: an ending at a registrar that charges in another currency.
catalog-exposure-registrations = { $n ->
    [one] Margin of one ending’s registration, bought in another currency
   *[other] Margins of { $n } endings’ registrations, bought in another currency
}
catalog-exposure-renewals = { $n ->
    [one] Margin of one ending’s renewal, bought in another currency
   *[other] Margins of { $n } endings’ renewals, bought in another currency
}
catalog-exposure-transfers = { $n ->
    [one] Margin of one ending’s transfer, bought in another currency
   *[other] Margins of { $n } endings’ transfers, bought in another currency
}
catalog-exposure-restores = { $n ->
    [one] Margin of one ending’s restore, bought in another currency
   *[other] Margins of { $n } endings’ restores, bought in another currency
}

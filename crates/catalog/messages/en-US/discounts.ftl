# Discounts, coupons and what a buyer pays.

catalog-discounts = Discounts
catalog-discounts-all = Show all discounts
catalog-discount-rule = Of a buyer's discounts the one that saves most counts, never several. A coupon that stacks is taken off what remains; one that does not counts instead where it saves more.
catalog-no-discounts = No discounts yet
catalog-no-discounts-text = Give a customer, a group or everybody something off, for a while or until you end it. Coupons ask for a code.
catalog-no-discounts-so = None of these
catalog-no-discounts-so-text = No discount or coupon stands like that now.
catalog-discount-new = Add a discount
catalog-coupon-new = Add a coupon
catalog-discount-remove = Take back
catalog-discount-removed-named = Taken back: { $name }.
catalog-discount-end = End now
catalog-discount-ended-named = Ended: { $name }.

## What is taken off
catalog-discount-off = Off
catalog-discount-off-text = A percentage of the price, or an amount once per purchase. No price falls below zero.
catalog-discount-percent = Percent
catalog-discount-amount = Or an amount
catalog-discount-amount-hint = Where a buyer pays in another currency it is converted, if converting is allowed
catalog-discount-years = Taken off
catalog-discount-whole = The whole purchase
catalog-discount-first-year = The first year only
catalog-discount-for-what = For what
catalog-discount-tlds = Endings
catalog-discount-tlds-hint = Such as com net co.uk; empty: all of them
catalog-discount-all-tlds = All endings
catalog-discount-operations = Operations
catalog-discount-all-operations = Every operation
catalog-discount-for-whom = For whom
catalog-discount-everybody = Everybody
catalog-discount-group = Customer group
catalog-discount-group-named = Group { $name }
catalog-discount-a-group = A customer group
catalog-discount-customer = One customer
catalog-discount-customer-hint = E-mail address or id; leave the group at everybody then
catalog-discount-a-customer = One customer
catalog-discount-when-text = What has begun is locked: it can only be ended.
catalog-discount-from = From
catalog-discount-from-hint = 00:00 { $zone }; empty or today: at once
catalog-discount-ends = Until
catalog-discount-ends-hint = 00:00 { $zone }, that day excluded; empty: until you end it
catalog-discount-until = until { $date }
catalog-discount-open = until it is ended
catalog-discount-terms = Terms
catalog-discount-versions = Versions
catalog-discount-version = Version

## Coupons
catalog-coupon = Coupon
catalog-coupon-code = Coupon code
catalog-coupon-code-hint = 3 to 40 letters, digits, hyphens and underscores; capitals do not matter
catalog-coupon-stacks = Stacks with discounts
catalog-coupon-stacks-hint = It is taken off what a discount leaves, instead of counting in its place
catalog-coupon-stacking = Beside a discount
catalog-coupon-is-stacked = Taken off what it leaves
catalog-coupon-replaces = Counts instead where it saves more
catalog-coupon-max = Uses in all
catalog-coupon-max-each = Uses per customer
catalog-coupon-max-hint = Empty: no limit
catalog-coupon-uses = Used
catalog-coupon-used = { $n ->
    [one] Used once
   *[other] Used { $n } times
}
catalog-coupon-used-of = Used { $n } of { $most } times

## What a buyer would pay
catalog-preview = Try a price
catalog-preview-title = What a buyer pays
catalog-preview-lede = The list's price with and without discounts, and every step to it. Nothing is stored.
catalog-preview-operation = Operation
catalog-preview-years = Years
catalog-preview-customer-hint = E-mail address or id; empty: somebody new
catalog-preview-at = On the day
catalog-preview-at-hint = Empty: now
catalog-preview-compute = Compute
catalog-preview-without = Without discounts
catalog-preview-taken = Taken off
catalog-preview-with = To be paid
catalog-preview-margin = Margin on price
catalog-preview-steps = How it comes about
catalog-preview-step = Step
catalog-preview-unit = Each
catalog-preview-times = Times, or off
catalog-preview-since = in force since { $date }
catalog-preview-discount = Discount { $name }
catalog-preview-coupon = Coupon { $name }
catalog-preview-coupon-unknown = No coupon { $code } is in force.
catalog-preview-coupon-counted = Coupon { $code } counts.
catalog-preview-coupon-not = Coupon { $code } does not count here: it is not for this purchase, or the discount saves more.
catalog-preview-rate = Converted at { $pair } { $rate }, { $markup } mark-up counted, quoted { $date }.
catalog-preview-text = The whole trace
catalog-rule-promotional-first-year = First year, promotion
catalog-rule-first-year = First year
catalog-rule-regular-year = First year, regular price
catalog-rule-without-years = Fee without a year
catalog-rule-renewal-years = Years after the first, renewal price
catalog-rule-promotional-term = The whole term, promotion
catalog-rule-whole-term = The whole term
catalog-rule-icann-fee = ICANN fee
catalog-rule-privacy = Privacy

## Problems
error-bad_discount_percent = Write a percentage above 0 and up to 100, with at most four decimals.
error-bad_discount_amount = Write an amount above zero, with no more decimals than the currency has.
error-percent_or_amount = Write a percentage or an amount, one of the two.
error-group_or_customer = Choose a group or name a customer, not both.
error-buyer_unknown = There is no such customer.
error-too_many_discount_tlds = Name at most 500 endings, or leave them out for all.
error-ending_unknown = Write endings such as com or co.uk.
error-discount_for_no_operation = Choose at least one operation.
error-discount_in_the_past = A discount begins now or later.
error-discount_too_far_ahead = That is further ahead than prices are scheduled. The days are a setting.
error-discount_ends_before_it_begins = It has to end after it begins.
error-ends_before = It ends no later than that already.
error-end_in_the_past = It can end now or later, and not at the moment it began.
error-discount_begun = It has begun. It can be ended, and another added.
error-discount_not_begun = It has not begun. Take it back or change when it begins.
error-discount_over = It is over.
error-too_many_discounts = There are { $max } discounts and coupons, which is the most there can be.
error-standing_unknown = Choose past, current or scheduled.
error-bad_coupon_code = Use 3 to 40 letters, digits, hyphens and underscores.
error-bad_coupon_limit = Write a whole number from 1 on, or nothing for no limit.
error-bad_coupon_key = A use needs a key of 1 to 120 characters in one line.
error-coupon_exists = There is a coupon of this code.
error-coupon_unknown = No coupon of this code is in force for this purchase.
error-coupon_used_up = This coupon has been used as often as it may be.
error-coupon_used_by_customer = This customer has used the coupon as often as they may.
error-coupon_needs_customer = This coupon is counted by customer. Name the customer.
error-price_term_not_offered = This cannot be bought for that many years.
error-price_tld_not_priced = This ending is not on the list.
error-price_operation_not_priced = This operation has no price for this ending.
error-price_currency_not_priced = There is no price in this currency.
error-price_not_in_force = No price is in force at that moment.
error-price_renewal_not_priced = No renewal price is in force for the years after the first.
error-price_fee_not_priced = A fee on top has no amount in the currency of the price. Enter it in that currency; 0.00 where there is none.
error-price_privacy_not_priced = Privacy has no price in the currency of the price. Enter one; 0.00 where it is free.
error-price_rate_missing = There is no exchange rate to this currency.
error-price_rate_stale = The exchange rate to this currency is too old to be used.
error-price_too_large = The total is too large.
error-no_such_operation = Choose register, renew, transfer or restore.
error-bad_years = Write a whole number from 0 to 10.

# The review before it is done.
catalog-discount-review = Review: { $name }
catalog-discount-review-lede = Nothing has been done yet.
catalog-discount-review-end = It would end now. What it took off until then stays as it was.
catalog-discount-review-remove = It would be taken back before it begins.

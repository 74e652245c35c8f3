# Price rules: from costs to sales prices. Sentence case; say what to do; no "please".

## The rules
catalog-price-rules = Price rules
catalog-price-rules-lede = From what you pay to what you charge. For each price the first rule that fits makes it; nothing changes until you run the rules and apply what they make.
catalog-price-rule = Rule
catalog-price-rule-new = Add a rule
catalog-price-rule-add = Add rule
catalog-price-rule-lede = What it is for, how the price is made, and what it may not do. Saving changes no price.
catalog-no-price-rules = No price rules yet
catalog-no-price-rules-text = A rule says what you want to earn; running the rules works out every price from its cost and shows the margins before and after, before anything changes.
catalog-starter = Start with one rule for everything
catalog-starter-text = Every ending of the storefront's list: 12% of the price is left after the cost, and the price ends in .99. Change it as you like.
catalog-starter-add = Add this rule
catalog-starter-name = 12% margin, .99 endings
catalog-rule-for = { $tlds }: { $operations }
catalog-rule-for-years = For { $years } years
catalog-rule-all-tlds = All endings
catalog-rule-tlds-and-more = { $tlds } and { $n } more
catalog-rule-tlds-of-group = Group { $name }
catalog-rule-does = { $formula } { $cost }
catalog-rule-lowest-cost = the lowest cost
catalog-rule-cost-of = the cost of { $name }
catalog-rule-at-least = at least { $margin } margin
catalog-rule-loss-leader = may sell at a loss: { $reason }
catalog-rule-on = On
catalog-rule-off = Off
catalog-rule-up = Up
catalog-rule-down = Down
catalog-rule-up-named = Up: { $name }
catalog-rule-down-named = Down: { $name }
catalog-rule-moved = The rules are asked in this order now.
catalog-rule-disable = Switch off
catalog-rule-enable = Switch on
catalog-rule-disable-named = Switch off { $name }
catalog-rule-enable-named = Switch on { $name }
catalog-rule-disabled-named = Switched off: { $name }. Prices it made stay.
catalog-rule-enabled-named = Switched on: { $name }.
catalog-rule-saved = Saved: { $name }. Run the rules to see what they make now.
catalog-formula-margin = { $percent } margin over
catalog-formula-markup = { $percent } on top of
catalog-formula-markup-fixed = { $percent } and { $fixed } on top of
catalog-rounding-ending = { $ending }
catalog-rounding-step = { $ending } in every { $every }
catalog-rounding-nearest = to the nearest { $price }
catalog-rounding-up = up to the next { $price }

## The form of a rule
catalog-rule-subject = What it is for
catalog-rule-subject-text = The rule makes the prices of these operations of these endings, in one sales list.
catalog-rule-list-hint = The list whose prices it makes, in that list's currency
catalog-for-tlds = Endings
catalog-for-all = All of them
catalog-for-these = Those named below
catalog-for-group = A TLD group
catalog-group-hint = Where a group is chosen
catalog-rule-tlds = These endings
catalog-rule-years = Years
catalog-rule-years-hint = Of registrations and renewals: 1, or several such as 1, 2, 5. More years without a price of their own cost what they add up to
catalog-rule-price = How the price is made
catalog-rule-price-text = Cost 10.00 at 20%: as a margin 12.50, because 20% of it is left; as a mark-up 12.00.
catalog-rule-cost = Starts from
catalog-rule-lowest = The active registrar that asks least
catalog-rule-cost-hint = A rule for one registrar is only for what that one sells
catalog-rule-formula = Formula
catalog-formula-is-margin = Margin: a share of the price
catalog-formula-is-markup = Mark-up: a share of the cost
catalog-rule-percent = Percent
catalog-rule-fixed = And an amount
catalog-rule-fixed-hint = On top of a mark-up
catalog-rule-fixed-currency = Currency of that amount
catalog-rule-fixed-currency-hint = One in another currency than the list's is converted with every run
catalog-rule-fixed-of-list = The list's
catalog-rule-rounding = Rounded to prices that end in
catalog-rounding-none = Not rounded
catalog-rounding-99 = .99
catalog-rounding-95 = .95
catalog-rounding-50 = .50
catalog-rounding-00 = .00
catalog-rounding-other = Another step, see below
catalog-rule-to = Which way
catalog-to-nearest = To the nearest
catalog-to-up = Always up
catalog-rounding-every = Step
catalog-rounding-every-hint = From one allowed price to the next, such as 5.00; where another step is chosen
catalog-rounding-last = Ending in that step
catalog-rounding-last-hint = Such as 4.99 for 4.99, 9.99, 14.99
catalog-rule-limits = What it may not do
catalog-rule-minimum = Minimum margin, % of the price
catalog-rule-minimum-hint = Where rounding would leave less, the price goes up to the next one that keeps it
catalog-rule-enabled = The rule makes prices
catalog-rule-loss = It may sell at a loss
catalog-rule-loss-hint = Its prices may fall below the minimum margin, and below cost
catalog-rule-reason = Why it may

## Trying the rules
catalog-try = Try the rules
catalog-try-text = What they make for one ending, step by step. Nothing is kept.
catalog-try-it = Try
catalog-tried = What the rules make for { $tld }
catalog-try-unknown = This ending is not in the price book. Import a cost for it first.
catalog-skipped = { $operations }: { $reason }

## Running them
catalog-rules-run = Price rules
catalog-runs = Lately run
catalog-run-rules = Run the rules
catalog-run-lede = Works out every price from its cost and shows it beside the one in force. Nothing changes until you apply what you have seen.
catalog-run-list-hint = The rules of this list are run
catalog-run-tlds = Only these endings
catalog-run-tlds-hint = Empty: all of them. Else such as com net co.uk
catalog-run-preview = Show what they make
catalog-run-of = Price rules for { $list }
catalog-run-about = { $prices ->
    [one] One price made.
   *[other] { $prices } prices made.
} { $skipped ->
    [0] Nothing is lacking.
    [one] One entry lacks a price.
   *[other] { $skipped } entries lack a price.
}
catalog-run-from = In force from { $at }.
catalog-run-margins = Margins before and after
catalog-run-operation = One year of
catalog-run-low = Under { $limit }
catalog-run-healthy = { $limit } and more
catalog-run-before-after = { $before } → { $after }
catalog-run-was-negative = Was below cost
catalog-run-was-low = Was under { $limit }
catalog-run-below-minimum = Below minimum
catalog-run-skipped = Not priced
catalog-run-made = { $name }, version { $version }: { $n ->
    [one] one price
   *[other] { $n } prices
}
catalog-run-rule = { $name }, v{ $version }
catalog-run-what = { $years ->
    [0] { $operation }
    [one] { $operation }, one year
   *[other] { $operation }, { $years } years
}
catalog-run-instead = { $amount } is charged instead as long as it lasts
catalog-run-not-compared = Not compared: { $names }
catalog-run-outdated = Prices, costs or exchange rates have changed since the rules were run. Run them again to see what they make now.
catalog-run-again = Run the rules again
catalog-step = { $what }: { $amount }
catalog-step-converted = { $cost } at { $rate }: { $amount }
catalog-format-price-rules = Price rules
catalog-made-by-rules = How each price was made

## Why no price was made
catalog-not-made-no-rule = No rule is for it. The price in force stays.
catalog-not-made-no-cost = Nobody you buy from has a cost for it. The price in force stays.
catalog-not-made-rate-missing = Its cost is in another currency and there is no exchange rate. The price in force stays.
catalog-not-made-rate-stale = Its cost is in another currency and the exchange rate is too old. The price in force stays.
catalog-not-made-zero = The price would be zero, which is none. The price in force stays.
catalog-not-made-too-large = The price would be too large.

## Problems
error-bad_terms = Write years from 1 to 10, such as 1, 2, 5.
error-bad_margin = Write a percentage from 0 to below 100, such as 12 or 12.5.
error-bad_markup = Write a percentage of 0 or more, such as 20.
error-bad_amount = Write an amount such as 1.00.
error-bad_rounding = Write a step from 0.01 to 100,000.00, and an ending smaller than the step.
error-fixed_with_margin = An amount comes on top of a mark-up only. Leave it out, or choose a mark-up.
error-reason_missing = Say in one line why its prices may fall below the minimum margin.
error-operations_missing = Choose at least one operation.
error-rule_operation_unknown = Write register, renew, transfer or restore.
error-rule_tlds_missing = Name at least one ending.
error-tld_group_missing = Choose a TLD group.
error-rule_registrar_unknown = Choose one of your registrar accounts.
error-sales_list_unknown = Choose one of your sales lists.
error-sales_list_missing = There is no sales list yet. Add one first.
error-no_price_rules = No rule makes prices of this list. Add one, or switch one on.
error-too_many_price_rules = There are { $max } price rules, which is the most there can be.
error-price_rules_moved = The rules have changed meanwhile. Load them anew and name each of them once.

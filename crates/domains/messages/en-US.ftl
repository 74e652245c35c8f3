# domains: words of the storefront. Keys begin with `domains-`; problems with `error-`.

error-too_many_names = { $asked } names are too many for one check: send at most { $most } at a time.
error-years_out_of_range = Years must be 1 to 10; a transfer or restore may also be for 0.
error-operation_unknown = “{ $operation }” is nothing that can be done with a name: write register, renew, transfer or restore.
error-tlds_missing = Name the endings, such as tld=com,net.
error-too_many_tlds = { $asked } endings are too many for one question: name at most { $most } at a time.
error-deadline_out_of_range = The deadline must be 1 to 10,000 milliseconds.
error-price_token_invalid = This is not a price token of this site: check the name again and use the token of that answer.
error-price_token_expired = This price held until { $until }: check the name again.

error-registrar_names_budget = { $seconds ->
    [one] More names are being checked at this shop than registrars may be asked about at once. Try again in one second.
   *[other] More names are being checked at this shop than registrars may be asked about at once. Try again in { $seconds } seconds.
}
error-tax_name_invalid = Name the tax in 1 to 20 characters, such as GST or VAT.
error-tax_percent_invalid = A rate is a number from 0 to 100 with at most four decimal places, such as 18 or 8.875.
error-standard_rate_missing = Prices with tax need a rate: name the tax and give its percentage.

# Why a name is not simply available with a price. $value is the part it is about.
domains-reason-name-empty = Nothing there: type a name.
domains-reason-name-has-space = A name has no spaces. Write it in one, or with hyphens.
domains-reason-name-too-long = Too long: a name has at most 253 characters.
domains-reason-label-empty = A part between two dots is missing.
domains-reason-label-too-long = One part has { $value } characters; 63 is the most.
domains-reason-hyphen-at-edge = “{ $value }” begins or ends with a hyphen. Put hyphens between letters only.
domains-reason-hyphens-reserved = “{ $value }” has hyphens in third and fourth place, which are kept for encodings.
domains-reason-character-not-allowed = “{ $value }” cannot be part of a name. Letters, digits and hyphens can.
domains-reason-emoji-not-allowed = “{ $value }” is a picture. Registries accept letters, digits and hyphens.
domains-reason-mixed-script = “{ $value }” mixes letters of different scripts that look alike. Write it in one script.
domains-reason-encoding-invalid = “{ $value }” does not spell a name in any script.
domains-reason-suffix-missing = The ending is missing. Add one, such as .com.
domains-reason-suffix-unknown = There is no ending .{ $value }.
domains-reason-not-registrable = .{ $value } is an ending itself. Put a name in front of it.
domains-reason-is-subdomain = This belongs to { $value }. Ask for that name instead.
domains-reason-suffix-not-sold = Names ending in .{ $value } are not sold here.
domains-reason-name-not-sold = This name is not sold here.
domains-reason-not-priced = Free, but without a price in this currency. Ask us for one.
domains-reason-premium-price-on-request = The registry sells this name above its list price. Ask us for the price.
domains-reason-registrar-slow = The registry did not answer in time. It may be free or taken.
domains-reason-registrar-down = The registry cannot be reached just now. It may be free or taken.
domains-reason-registrar-limited = Many names are being checked just now. Try again in a minute.
domains-reason-registrar-unsure = The registry gave no clear answer. It may be free or taken.
domains-reason-no-registrar = This ending cannot be checked just now.
domains-reason-not-registered = Nobody holds this name, so there is nothing to transfer. Register it instead.
domains-reason-not-ours = Only a name that is held here can be renewed or restored.
domains-reason-term-not-offered = This cannot be bought for so many years.
domains-reason-tld-not-priced = This ending has no price.
domains-reason-operation-not-priced = This has no price for this ending. Ask us for one.
domains-reason-currency-not-priced = There is no price in this currency. Ask for another one.
domains-reason-no-price-in-force = No price is in force at that moment.
domains-reason-renewal-not-priced = There is no renewal price for the years after the first. Ask for one year.
domains-reason-fee-not-priced = A fee on top has no amount in the currency of the price.
domains-reason-privacy-not-priced = Privacy has no price in the currency of the price.
domains-reason-rate-missing = There is no exchange rate to this currency. Ask for another one.
domains-reason-rate-stale = The exchange rate to this currency is too old to be used. Ask for another one.
domains-reason-total-too-large = The total is too large. Ask for fewer years.
domains-reason-ending-not-a-name = “{ $value }” is not an ending.
domains-reason-ending-unknown = There is no ending .{ $value }.

error-no_names = Nothing to check: type or paste names, one a line, or choose a file.

domains-nav-search = Search
domains-nav-bulk = Bulk check
domains-nav-prices = Prices
domains-nav-all-prices = All prices

domains-home-title = Find a name that is yours
domains-home-lede = Search a name and see at once which endings are free and what each costs, this year and after.
domains-home-lede-site = Type a name or an idea. { $site } shows which endings are free and what each costs, this year and after.
domains-closed-lede = Welcome. Sign in to your account.
domains-ideas = Try
domains-popular = Sought-after endings
domains-no-prices = No prices yet. The shop opens soon.
domains-search = Search
domains-search-title = Search a name
domains-name-label = Name to look for
domains-name-placeholder = yourname or yourname.com
domains-have-list = Have a list? Check up to 500
domains-years = For
domains-n-years = { $n ->
    [one] { $n } year
   *[other] { $n } years
}
domains-currency = Currency
domains-empty-title = Look for a name
domains-empty-text = One word is checked under the most sought-after endings. A whole name, such as tea.co.uk, is checked first, then its neighbours.

domains-busy = Too many names at once
domains-results = Results
domains-results-for = Results for { $asked }
domains-results-list = { $n ->
    [one] Result for one name
   *[other] Results for { $n } names
}
domains-exact-match = exact match
domains-other-endings = Other endings
# $tax says where tax is: in the prices (included), on top at the checkout (added), or not told because no rate is set.
# $rate is a rate as domains-rate writes it.
domains-price-note = { $tax ->
    [included] First year, then renewal, including { $rate }
    [added] First year, then renewal, plus { $rate } at checkout
   *[untold] First year, then renewal, before tax
}
domains-list-note = { $tax ->
    [included] including { $rate }
    [added] plus { $rate } at checkout
   *[untold] before tax
}
domains-rate = { $percent }% { $name }
domains-prices-read = Prices read { $time }, held for 15 minutes
domains-more-endings = { $n ->
    [one] Show one more ending
   *[other] Show { $n } more endings
}
domains-checking = { $n ->
    [one] Checking one name
   *[other] Checking { $n } names
}
domains-checking-one = Checking…
domains-progress = { $done } of { $total } checked
domains-done = { $total } checked, { $free } free
domains-done-some = { $total } asked, { $free } free, { $unknown } not known yet

domains-available = Available
domains-taken = Taken
domains-invalid = Not a name
domains-unknown = Not known yet
domains-unsold = Not sold here
domains-premium = Premium
domains-off = { $percent }% off
domains-taken-hint = Somebody holds this name. The endings below may be free.
domains-held = This price holds for 15 minutes.
domains-instead-of = Instead of
domains-for-years = { $n ->
    [one] for one year
   *[other] for { $n } years
}
domains-then = then { $renewal } a year
domains-a-year = { $price } a year
domains-first-then = { $first } the first year, then { $renewal } a year
domains-if-free = if free { $price }, then { $renewal } a year
domains-retry = Try again
domains-retry-name = Try again: { $name }

domains-sort = Sort
domains-sort-asked = As asked
domains-sort-name = Name
domains-sort-price = Price
domains-sort-renewal = Renewal
domains-sort-state = State

domains-bulk-title = Check many names
domains-bulk-lede = Up to 500 at once. Bad lines stay marked, nothing you type is lost.
domains-bulk-names = Names
domains-bulk-placeholder = example.com
domains-bulk-hint = One a line, or parted by commas. Pasted addresses are fine.
domains-bulk-file = Or a CSV file
domains-bulk-check = Check names

domains-prices-title = Prices
domains-prices-lede = What each ending costs for a year: to register, to renew, to bring here.
domains-find-ending = Find an ending
domains-ending = Ending
domains-register = Register
domains-renew = Renew
domains-transfer = Transfer
domains-no-ending = No ending holds that text. Clear the search to see all.
domains-as-of = As of { $moment }

# How the shop shows its prices, in the console.
domains-storefront = Storefront
domains-storefront-about = Whether visitors read prices with tax or without, and which tax.
domains-storefront-lede = How visitors read your prices. Sales prices are kept without tax, whatever you choose here.
domains-storefront-tax = Prices and tax
domains-storefront-prices = Visitors read prices
domains-storefront-without-tax = without tax, which is added at the checkout
domains-storefront-with-tax = with tax in them
domains-storefront-tax-name = Name of the tax
domains-storefront-tax-name-hint = As your buyers know it: GST, VAT. Leave both empty to say only “before tax”.
domains-storefront-tax-percent = Standard rate in percent
domains-storefront-tax-percent-hint = Such as 18 or 8.875.
domains-storefront-save = Save
domains-storefront-show-example = Show how a price reads
domains-storefront-example = A price as visitors read it
domains-storefront-saved = Saved. Visitors read prices like this from now on.

domains-permissions-about = The storefront
domains-permission-storefront-edit = Set up the storefront
domains-permission-storefront-edit-about = Whether visitors read prices with tax or without, and which tax.

# Price locks: prices held for a customer.
error-customer_unknown = There is no such customer.
error-coupon_too_long = A coupon's code has at most 60 characters.
error-currency_not_priced = Nothing is sold in this currency, and prices are not converted here.
error-currency_rate_missing = There is no exchange rate to convert the price to this currency.
error-currency_rate_stale = The exchange rate to this currency is too old to convert a price with.
error-lock_coupon_unknown = No coupon of this code is in force for this purchase.
error-coupon_not_for_these_names = This coupon is not for these names or what is to be done with them.
error-coupon_saves_nothing = This coupon takes nothing off: the customer’s discounts save as much already. Leave it out.
error-price_token_of_another_name = The token holds the price of another name, term or currency: leave this out, or name what the token names.
error-price_token_outdated = This price cannot be computed again: check the name and use the token of that answer.
error-total_too_large = The total is too large: ask for fewer names or years.
error-name_invalid = This is not a domain name.
error-name_premium = The registry sells this name above its list price. Ask us for the price.
error-name_held = Somebody holds this name.
error-name_not_registered = Nobody holds this name, so there is nothing to transfer.
error-name_not_ours = Only a name that is held here can be renewed or restored.
error-name_not_sold_here = This name is not sold here.
error-name_not_priced = This has no price in this currency.
error-name_not_known_yet = The registry did not answer, so nobody knows whether this name can be bought. Try again.

# What a change of prices does to what is held. $n is how many.
domains-exposure-renewals = { $n ->
    [one] One live name's next renewal
   *[other] Next renewals of { $n } live names
}
domains-exposure-locks = { $n ->
    [one] One open price lock, which holds
   *[other] { $n } open price locks, which hold
}

# The best registrar.
error-tld_not_dealt_in = Name an ending that is in the price book, such as com.

# The names held for customers.
error-name_twice = This name is there twice.
error-registered_in_the_future = A name cannot have been registered after today.
error-expiry_impossible = A name expires after it was registered, and at most ten years from now.
error-domain_registrar_unknown = There is no such registrar account.
error-domain_exists = { $name } is in the portfolio already.

domains-names = Domain names
domains-names-lede = Every name held for a customer, what expires next first.
domains-names-views = Domain names by state
domains-all = All
domains-active = Active
domains-expired = Expired
domains-csv = CSV
domains-find-name = Find a name
domains-name = Name
domains-customer = Customer
domains-registrar = Registrar
domains-expires = Expires
domains-state = State
domains-of = Of { $what }
domains-renews-itself = Renews itself
domains-renews-by-hand = Renewed when asked
domains-no-names = No names yet
domains-no-names-text = Names appear here once they are registered, transferred or taken over.
domains-no-name-found = No name found
domains-no-name-found-text = Nothing fits these words and filters.
domains-show-all = Show all names

domains-permission-prices-lock = Lock prices
domains-permission-prices-lock-about = Hold prices for a customer for 15 minutes.
domains-permission-names-read = See domain names
domains-permission-names-read-about = Which names are held for which customer, and until when.
domains-permission-names-edit = Take in domain names
domains-permission-names-edit-about = Bring names that are held already into the portfolio.

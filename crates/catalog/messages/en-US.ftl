# Prices: the book, imports, registrars. Sentence case; say what to do; no "please".

## The book
catalog-prices = TLD prices
catalog-prices-lede = What each ending costs you, what you charge, and when that changes. Past and current prices are locked.
catalog-pricing = Pricing
catalog-price-book = Price book
catalog-imports = Imports
catalog-registrars = Registrars
catalog-csv = CSV
catalog-import = Import prices
catalog-views = Which to show
catalog-view-all = All
catalog-view-negative = Below cost
catalog-view-low = Under 5%
catalog-view-unpriced = Unpriced
catalog-view-no-cost = No cost
catalog-view-scheduled = Scheduled
catalog-filter = Filter endings
catalog-ending = Ending
catalog-register = Register
catalog-renew = Renew
catalog-transfer = Transfer
catalog-restore = Restore
catalog-next = Next change
catalog-no-change = None
catalog-none = —
catalog-free = Free
catalog-percent = { $n }%
catalog-withdrawn = Not sold
catalog-side-cost = Cost
catalog-side-sale = Sale
catalog-next-change = { $side }, { $operation }: { $amount }
catalog-tile-endings = Endings
catalog-tile-compared = With cost and price
catalog-tile-register-negative = First years below cost
catalog-tile-renew-negative = Renewals below cost
catalog-tile-renew-low = More renewals under 5%
catalog-spread = How margins spread
catalog-spread-register = First-year margin on price, %
catalog-spread-renew = Renewal margin on price, %
catalog-range-below = { $n ->
    [one] One ending under { $high } %
   *[other] { $n } endings under { $high } %
}
catalog-range-above = { $n ->
    [one] One ending at { $low } % or more
   *[other] { $n } endings at { $low } % or more
}
catalog-range-between = { $n ->
    [one] One ending from { $low } % to { $high } %
   *[other] { $n } endings from { $low } % to { $high } %
}
catalog-book-note = Sale over cost for one year in { $currency }, ICANN fee counted as cost. Book version { $version }.
catalog-worst-first = Worst margins first
catalog-empty = No prices yet
catalog-empty-text = Import a registrar's costs and your sales prices; every ending then stands here with its margin.
catalog-nothing-found = No ending matches
catalog-nothing-found-text = Nothing in the price book fits this search and view.
catalog-show-all = Show all endings

## One ending
catalog-category-generic = Generic ending
catalog-category-country = Country ending
catalog-category-company = Run by a company
catalog-over-cost = over { $cost } cost
catalog-on-cost = { $percent } on cost
catalog-chart = { $operation }: sale and cost over time
catalog-today = Today
catalog-dashed = Dashed is scheduled
catalog-versions = Price versions
catalog-price-from = { $price } from { $date }
catalog-others = Renew { $renew }, transfer { $transfer }.
catalog-others-and-cost = Renew { $renew }, transfer { $transfer }. First year costs { $cost }.
catalog-recorded-prices = Recorded prices
catalog-price-of = Price of
catalog-side = Side
catalog-amount = Amount
catalog-from = From
catalog-standing = Standing
catalog-recorded = Recorded
catalog-what = { $years ->
    [0] { $operation }, { $kind }
    [one] { $operation }, one year, { $kind }
   *[other] { $operation }, { $years } years, { $kind }
}
catalog-kind-regular = regular
catalog-kind-first-year = first year
catalog-kind-promo = promotion
catalog-kind-icann-fee = ICANN fee
catalog-kind-privacy = privacy
catalog-past = Past
catalog-current = In force
catalog-scheduled = Scheduled
catalog-superseded = Replaced

## Imports
catalog-imports-lede = Every price file that was compared with the book, what it changed, and what was wrong with it.
catalog-no-imports = No imports yet
catalog-no-imports-text = A file is compared with the book first. Nothing changes until you apply what you have seen.
catalog-file = File
catalog-list = List
catalog-when = When
catalog-state = State
catalog-changes = { $added } new, { $changed } changed
catalog-bad-cells = { $n ->
    [one] One bad cell
   *[other] { $n } bad cells
}
catalog-state-previewed = Waiting
catalog-state-refused = Refused
catalog-state-applied = Applied
catalog-format = Format
catalog-format-hint = How the file is written
catalog-format-at-cost-csv = At-cost list (CSV)
catalog-format-at-cost-csv-text = A registrar's prices for resellers, per year. The ICANN fee comes on top and counts as cost.
catalog-format-retail-json = Retail list (JSON)
catalog-format-retail-json-text = Prices by ending with registration, renewal and transfer. Handshake names are left out; 0.00 is a price only for transfers.
catalog-format-prices-csv = Our own format (CSV)
catalog-format-prices-csv-text = One price a row. Years, kind, currency and date may be empty: one year, regular, the list's currency, at once.
catalog-formats = Formats
catalog-list-hint = Costs of a registrar, or a sales list
catalog-costs-of = Costs of { $name }, { $currency }
catalog-sales-of = Sales prices: { $name }, { $currency }
catalog-file-hint = Up to 10 MiB and 100,000 prices, UTF-8
catalog-paste = Or paste it
catalog-paste-hint = Counts when no file is chosen; up to 64 KiB
catalog-pasted = Pasted prices
catalog-from-hint = 00:00 { $zone }; empty: as soon as it is applied. At most 365 days ahead
catalog-vanished = Prices the file lacks
catalog-vanished-keep = Stay in force
catalog-vanished-withdraw = End: no longer sold
catalog-vanished-hint = For whole lists; files in our own format never end a price
catalog-import-lede = The file is read and compared with the prices in force. You see every change and every bad cell before anything changes.
catalog-compare = Compare with the book
catalog-cancel = Cancel
catalog-import-named = Import of { $name }
catalog-import-about = { $format } for { $list }, { $rows ->
    [one] one row
   *[other] { $rows } rows
}
catalog-dry-run = Nothing has changed yet
catalog-dry-run-text = This is what applying does, price by price. If the book changes before you apply, applying refuses.
catalog-refused = This file changes nothing
catalog-refused-text = { $n ->
    [one] One cell cannot be used. Mend it in the file and import it again.
   *[other] { $n } cells cannot be used. Mend them in the file and import it again.
}
catalog-applied = These prices are in the book
catalog-applied-text = Applied { $at }, book version { $version }.
catalog-applied-flash = Prices applied. The book is at version { $version }.
catalog-not-applied = Not applied
catalog-import-again = Import again
catalog-apply = { $n ->
    [0] Apply: nothing changes
    [one] Apply one price
   *[other] Apply { $n } prices
}
catalog-plan = Prices before and after
catalog-show-changes = Changes
catalog-show-findings = Findings
catalog-class-added = New
catalog-class-changed = Changed
catalog-class-unchanged = Unchanged
catalog-class-vanished = Not in the file
catalog-tile-bad = Bad cells
catalog-tile-left-out = Left out
catalog-before = Before
catalog-after = After
catalog-margin-before = Margin before
catalog-margin-after = Margin after
catalog-becomes = Becomes
catalog-line = Line
catalog-from-date = from { $date }
catalog-no-rows = Nothing of this kind
catalog-no-findings = Nothing is wrong with this file
catalog-where = Where
catalog-column = Column
catalog-value = Value
catalog-reason = Reason
catalog-weight = Means
catalog-weight-refused = Refuses the file
catalog-weight-left-out = Left out
catalog-whole-file = The file
catalog-at-line = Line { $line }
catalog-at-line-column = Line { $line }, column { $column }

## Why a cell cannot be used
catalog-reason-file-too-large = The file is larger than 10 MiB. Split it.
catalog-reason-no-rows = There are no prices in this file.
catalog-reason-too-many-rows = The file has more than 100,000 prices, or is a provider’s list of more than 25,000 endings. Split it.
catalog-reason-too-many-columns = A row has more than 32 columns.
catalog-reason-cell-too-long = A cell holds more than 256 bytes. Look for a quotation mark that is not closed.
catalog-reason-not-utf8 = This is not UTF-8 text. Save the file as UTF-8.
catalog-reason-not-json = This is not the JSON this format is.
catalog-reason-not-csv = This cannot be read as CSV.
catalog-reason-missing-column = The file lacks this column. Name it in the first row.
catalog-reason-repeated-column = The first row names this column twice.
catalog-reason-ragged-row = The row has another number of cells than the first row.
catalog-reason-empty = A value is needed here.
catalog-reason-formula = This looks like a spreadsheet formula. Write the amount itself.
catalog-reason-negative = A price is not under zero.
catalog-reason-zero = Zero is a price only for transfers and fees. Leave the row out if there is no price.
catalog-reason-not-a-number = Write a number such as 11.08.
catalog-reason-grouping = Commas stand between thousands only: 1,234.50.
catalog-reason-too-many-decimals = The currency has fewer decimals than this.
catalog-reason-too-large = This is too large for a price.
catalog-reason-not-an-ending = Write an ending such as com or co.uk.
catalog-reason-unknown-ending = This is not an ending of the public suffix list.
catalog-reason-handshake = A Handshake name, which is not in ICANN's root.
catalog-reason-duplicate = The same price stands in this file twice.
catalog-reason-unknown-operation = Write register, renew, transfer or restore.
catalog-reason-unknown-kind = Write regular, first_year or promo; in cost lists also icann_fee or privacy.
catalog-reason-bad-years = This price cannot be for that many years.
catalog-reason-unknown-currency = Write an ISO 4217 code such as USD.
catalog-reason-bad-instant = Write a date such as 2027-01-01 or an RFC 3339 time.
catalog-reason-in-the-past = Prices take effect now or later; past prices are locked.
catalog-reason-too-far-ahead = Prices are scheduled at most 365 days ahead.

## Registrars
catalog-registrars-lede = The accounts you buy names through, the first asked first.
catalog-no-registrars = No registrar accounts yet
catalog-no-registrars-text = Add the account you buy names through, then import what it charges.
catalog-registrar-new = Add a registrar
catalog-registrar-add = Add registrar
catalog-registrar-lede = An account you buy names through. What it charges comes in by imports.
catalog-account = Account
catalog-account-fixed = Short name { $slug }, adapter: { $adapter }. Both stay as they are.
catalog-name = Name
catalog-slug = Short name
catalog-slug-hint = For files and addresses: small letters, digits and hyphens. It cannot be changed later
catalog-adapter = Adapter
catalog-adapter-hint = Who answers whether a name is free. It cannot be changed later
catalog-adapter-none = None: prices only
catalog-adapter-godaddy = GoDaddy
catalog-no-credentials = No credentials: nobody is asked
catalog-buying = Buying through it
catalog-sells = What it sells
catalog-sells-priced = The endings it has a cost for
catalog-sells-all = Every ending of the price book
catalog-rank-hint = 1 to 999; the lowest is asked first
catalog-registrar-currency-hint = What it charges in. Costs already recorded keep theirs
catalog-credentials = Credentials
catalog-credentials-replace = Replace credentials
catalog-credentials-text = Kept sealed, used for calls to the registrar, and never shown again. Without them nobody is asked.
catalog-credentials-none = There are none yet, so nobody is asked through this account. They are kept sealed and never shown again.
catalog-credentials-since = Those in use were given { $at } and are not shown. Leave both fields empty to keep them. New ones are in use within a minute.
catalog-key = Key
catalog-secret = Secret
catalog-secret-hint = Not shown again, not even when something else here has to be mended
catalog-edit-named = Edit { $name }
catalog-save = Save
catalog-saved-named = Saved: { $name }.
catalog-paused-named = Paused: { $name }. Nothing is bought through it.
catalog-resumed-named = Resumed: { $name }.
catalog-changed-meanwhile = Somebody else saved this meanwhile
catalog-changed-meanwhile-text = Your words are still here. Beside each field that differs stands what is saved now; saving again replaces it.
catalog-saved-meanwhile = Saved meanwhile: { $value }
catalog-rank = Order
catalog-currency = Currency
catalog-change = Change
catalog-active = Active
catalog-paused = Paused
catalog-pause = Pause
catalog-resume = Resume
catalog-pause-named = Pause { $name }
catalog-resume-named = Resume { $name }

## Sales lists
catalog-sales-lists = Sales lists
catalog-sales-lists-lede = What you charge. The storefront uses one of them; prices come in by imports.
catalog-no-sales-lists = No sales lists yet
catalog-no-sales-lists-text = Add one, then import your prices into it. The first is the storefront's.
catalog-sales-list = Sales list
catalog-sales-list-new = Add a sales list
catalog-sales-list-add = Add sales list
catalog-sales-list-lede = A list of what you charge, in one currency or several.
catalog-sales-list-empty = A new list is empty: import prices into it next. The first list is the storefront's; another becomes it once it has prices.
catalog-list-fixed = Short name { $slug }, which stays as it is.
catalog-list-currency-hint = Of prices that name none, and of the storefront
catalog-standard = Storefront
catalog-standard-switch = The storefront uses this list
catalog-standard-hint = It takes the place of the list in use, for every visitor, as soon as you save
catalog-use = Use

## Problems
error-bad_slug = Use 1 to 40 small letters, digits and hyphens.
error-bad_name = Write a name of 1 to 120 characters in one line.
error-registrar_exists = There is a registrar account of this short name.
error-registrar_paused = This account is paused already.
error-registrar_active = This account is active already.
error-sales_list_exists = There is a sales list of this short name.
error-too_many_registrars = There are { $max } registrar accounts, which is the most there can be.
error-bad_rank = Write a whole number from 1 to 999.
error-bad_credentials = Use at most 256 letters, digits and signs without spaces, as the registrar gave them.
error-credentials_not_used = This adapter asks nobody and needs no credentials. Leave both fields empty.
error-choice_unknown = Choose one of these.
error-sales_list_empty = This list has no prices, and a storefront without prices sells nothing. Import prices into it first.
error-standard_list_needed = The storefront needs a list. Make another one the storefront's instead.
error-no_prices_in_currency = This list has prices, and none in this currency. Import some in it first, or add another list.
error-too_many_sales_lists = There are { $max } sales lists, which is the most there can be.
error-import_in_the_past = Prices take effect now or later; past prices are locked.
error-import_too_far_ahead = This is further ahead than prices may be scheduled: the settings of TLD pricing say how many days.
error-format_not_for_list = An at-cost list goes to a registrar's costs, not to a sales list.
error-format_unknown = Choose how the file is written.
error-list_unknown = Choose a registrar account or a sales list.
error-date_invalid = Write a date such as 2027-01-01.
error-view_unknown = There is no view of this name. Leave it out to see all.
error-category_unknown = Choose generic, country or company.
error-class_unknown = Choose added, changed, unchanged or vanished.
error-import_applied = This import has been applied.
error-import_has_bad_cells = { $n ->
    [one] One cell of this file cannot be used. Mend it and import the file again.
   *[other] { $n } cells of this file cannot be used. Mend them and import the file again.
}
error-price_rules_outdated = Costs or exchange rates these prices were made from have changed since. Run the rules again to see what they make now.
error-import_book_changed = The price book has changed since this was compared. Import the file again to see what it changes now.
error-import_too_late = A price of this import was to take effect at a time that has passed. Import the file again with a later time.

## Permissions: what each lets one do

catalog-permissions-about = Prices and registrars
catalog-permission-prices-read = See prices
catalog-permission-prices-read-about = The price book with what customers pay, and its imports.
catalog-permission-margins-read = See costs and margins
catalog-permission-margins-read-about = What each ending costs the company, and what it earns.
catalog-permission-prices-edit = Change prices
catalog-permission-prices-edit-about = Set a cost or a sales price, and when it begins.
catalog-permission-prices-import = Import prices
catalog-permission-prices-import-about = Load price lists from files, after a preview.
catalog-permission-registrars-edit = Manage registrars
catalog-permission-registrars-edit-about = Where names are bought: accounts, order and limits.

# Exchange rates. Sentence case; say what to do; no "please".

## The board
rates = Exchange rates
rates-lede = What one currency is worth in another, since when and by whose word. A rate stands until somebody says something newer.
rates-standing = Standing rates
rates-imports = Imports
rates-csv = CSV
rates-fetch = Fetch now
rates-enter = Enter a rate
rates-import = Import a history
rates-show = Show
rates-currency = Currency
rates-worth-of = Worth of 1 { $base }
rates-origin = How it came about
rates-quoted = Quoted
rates-year = The last year
rates-rate = Rate
rates-today = Today
rates-stale = Too old
rates-same = The same currency
rates-direct = As quoted
rates-inverse = { $base } in { $quote }, turned round
rates-cross = Through { $through }
rates-course-of = { $base } in { $quote } over the last year
rates-note = A rate older than { $hours } hours converts nothing. Version { $version }.
rates-note-fetched = The feed was last asked on { $when }.
rates-note-by-hand = Rates are not fetched by themselves.
rates-fetch-failed = The feed gave no rates on { $when }
rates-none = No exchange rates yet
rates-none-text = Costs and prices in different currencies are compared at dated rates. Import the European Central Bank’s history, switch the daily feed on, or enter a rate yourself.
rates-switch-on = Switch the feed on
rates-waiting = Held back
rates-waiting-text = A source said these and they do not count: each is further from the last known rate than the settings allow, or no rate at all. The last known rate stands until you let one count or enter another.
rates-said = Said
rates-why = Why it waits
rates-why-jump = { $change } away from { $known }
rates-why-unfit = No number above zero
rates-source = Source
rates-way-on = Decide
rates-accept = Let it count
rates-enter-another = Enter another
rates-accepted = { $base } in { $quote } counts now.

## One pair
rates-pair = { $base } in { $quote }
rates-worth = 1 { $base } is worth { $worth }.
rates-made-of = What it is made of
rates-used-as-is = Used as quoted
rates-used-inverted = Used the other way round
rates-changes = Changes

## Entering
rates-enter-lede = It counts at once, before whatever a source said until then. Nothing is overwritten: what was known before stays known.
rates-one-unit-of = One unit of
rates-is-worth = Is worth
rates-is-worth-hint = A number above zero such as 1.0845.
rates-units-of = Units of
rates-since = Since
rates-since-hint = Midnight of that day in { $zone }. Today or empty: from now on.
rates-look = Review
rates-cancel = Cancel
rates-entered = Recorded: 1 { $base } is worth { $worth }.
rates-entered-past = Recorded: 1 { $base } was worth { $worth } then.
rates-newer-stands = A newer rate stands since { $when }: { $worth }.

## Importing
rates-import-lede = The European Central Bank’s reference rates, back to 1999. You see what a file would add before anything is recorded.
rates-imports-lede = Histories that were read, and what each added. Days that are known are left as they are.
rates-no-imports = No history imported yet
rates-no-imports-text = With a history you can see how a currency moved, and price as of a day in the past.
rates-file = File
rates-file-hint = eurofxref-hist.csv, unzipped; at most 12 MiB.
rates-paste = Or paste its lines
rates-paste-hint = The heading first.
rates-pasted = Pasted lines
rates-compare = Read and compare
rates-format = What the file looks like
rates-format-text = A column named Date, then one for each currency with what a euro was worth in it. N/A and empty cells are left out, columns of currencies no longer in use too. Rates count from 16:00 in Frankfurt.
rates-read = Read on { $when }, { $kb } KiB.
rates-counts = { $added } added, { $known } known
rates-days = Days
rates-day = Day
rates-state = State
rates-when = Read
rates-state-previewed = To be recorded
rates-state-refused = Bad lines
rates-state-applied = Recorded
rates-tile-added = Days added
rates-tile-known = Days known
rates-tile-held = Figures held back
rates-tile-bad = Bad lines
rates-findings = What could not be read
rates-line = Line
rates-where = Where
rates-at-line = Line { $n }
rates-column = Column
rates-value = Value
rates-reason = Reason
rates-rates = Rates
rates-held = Held back
rates-becomes = Becomes
rates-day-new = New
rates-day-known = Known
rates-days-shown = { $shown } of { $all } days: what is held back and what is new first.
rates-record-days = { $n ->
    [one] Record one day
   *[other] Record { $n } days
}
rates-days-recorded = { $n ->
    [one] One day of rates was recorded.
   *[other] { $n } days of rates were recorded.
}
rates-mend = Mend and import again
rates-not-recorded = Nothing was recorded
rates-nothing-new = Nothing new
rates-nothing-new-text = Every day of this file is known already.
rates-some-wait = { $n ->
    [one] One figure will be held back
   *[other] { $n } figures will be held back
}
rates-some-wait-text = Each is far from the last rate known before it, or on a currency’s last day from the one known soon after. They are recorded as held and count once you let them.

## Settings
rates-settings-about = Where rates come from, and how far they are trusted
rates-settings-lede = Where rates come from and how far they are trusted. Whether prices are converted, and with which mark-up, stands with the prices.
rates-settings-saved = Exchange rate settings saved.
rates-fetch-switch = Ask the feed every day
rates-fetch-switch-hint = exchangerate-api.com, with the installation’s key.
rates-base = Base currency
rates-base-hint = What the feed is asked of, and what the board is in.
rates-oldest = Oldest rate, hours
rates-oldest-hint = An older one converts nothing. 72 hours carry a source that rests at weekends.
rates-jump = Largest step, %
rates-jump-hint = A source’s figure further than this from the last known rate is held back until you let it count.
rates-save = Save settings

## Who says so, and how asking went
rates-source-exchangerate-api = exchangerate-api.com
rates-source-ecb = European Central Bank
rates-source-manual = Entered by hand
rates-outcome-recorded = New rates were recorded.
rates-outcome-known = The feed has nothing newer than what is known.
rates-outcome-unknown = The feed did not answer, or not so that it can be believed. The last good rates stand; ask again in a while.
rates-outcome-not-configured = This installation has no key for a feed of exchange rates. Its operator sets exchange_rates.key; until then enter rates by hand or import a history.
rates-outcome-unsupported-base = The feed does not know the base currency. Choose another one in the settings.
rates-outcome-malformed = The feed could not read the question. Tell the operator of this installation.
rates-outcome-invalid-key = The feed does not know the installation’s key. Its operator mends exchange_rates.key.
rates-outcome-inactive-account = The installation’s account at the feed is not active. Its operator confirms the account’s address there.
rates-outcome-quota-reached = The feed’s questions of this month are used up. The last good rates stand until they are too old.
rates-outcome-plan-upgrade = The installation’s plan at the feed does not include this question.
rates-outcome-no-data = The feed has no rates of the base currency at the moment.
rates-outcome-refused = The feed refuses, for a reason we do not know.

## What is refused
error-rates_empty = Name at least one rate.
error-rates_in_the_future = A rate counts from now or from before, never from a time to come.
error-rate_of_base = A currency in itself is always one. Choose two currencies.
error-rate_twice = Name each currency once.
error-rate_unfit = This figure is no rate, so it cannot be let count. Enter the right one by hand.
error-rate_invalid = Write a number above zero such as 1.0845, with at most twelve digits behind the point.
error-rate_time_invalid = Write an RFC 3339 time such as 2027-01-01T00:00:00Z.
error-rate_date_invalid = Write a date such as 2027-01-01.
error-rate_date_twice = This date stands in the file twice.
error-rate_age_invalid = Write a whole number of hours from 1 to 8760.
error-rate_jump_invalid = Write a percentage above 0 and up to 1000.
error-rate_missing = Nobody has quoted { $from } in { $to }, directly or through a third currency. Enter a rate or import a history.
error-rate_stale = The rate from { $from } to { $to } is too old to be used. Fetch or enter a newer one.
error-conversion_too_large = The converted amount is too large to be held.
error-ecb_unreadable = This is not the European Central Bank’s file. It begins with a column named Date, then one for each currency.
error-ecb_missing = Choose the file, or paste its lines.
error-ecb_too_long = The file has more than { $max } lines.
error-ecb_too_large = The file is longer than { $limit_mb } MiB.
error-rate_import_bad = { $n ->
    [one] One line of the file could not be read, so nothing is recorded. Mend it and import the file again.
   *[other] { $n } lines of the file could not be read, so nothing is recorded. Mend them and import the file again.
}
error-rate_import_applied = This import has been applied.
error-rate_imports_too_many = { $max } files have been read within a day, which is the most. Apply one of them, or import again tomorrow.
error-rate_sheets_too_many = { $max } sheets have been recorded by hand within a day, which is the most. Name several currencies on one sheet, or go on tomorrow.
error-rates_asked_already = The feed has been asked and has nothing new yet, or failed a moment ago. It can be asked again from { $when } on.

## Rights
reference-permissions-about = Exchange rates
reference-permission-rates-read = See exchange rates
reference-permission-rates-read-about = What currencies are worth, since when and by whom, and conversions with it.
reference-permission-rates-edit = Change exchange rates
reference-permission-rates-edit-about = Record, fetch and import rates, let held ones count, and choose where they come from.

# The review before rates are recorded.
rates-review = Review of rates
rates-review-lede = Nothing is recorded yet. They would count from { $at } on, until somebody says something newer.
rates-review-rates = Rates in force
rates-review-pair = Pair
rates-review-before = Now
rates-review-after = Then
rates-review-change = Change
rates-review-overtaken = { $rate } is recorded, but a newer rate counts.
rates-review-none = None changes: what this file adds is older than the rates that count now, or held back.
rates-review-record = Record exactly this
rates-review-back = Back
rates-unknown = –
error-rates_preview_outdated = Other rates were recorded since you looked, or the settings of rates changed. Look at what it does now, then record it.
    .title = Rates have changed

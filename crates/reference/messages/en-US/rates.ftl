# Exchange rates. Sentence case; say what to do; no "please".

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
error-ecb_too_long = The file has more than { $max } lines.
error-ecb_too_large = The file is longer than { $limit_mb } MiB.
error-rate_import_bad = { $n ->
    [one] One line of the file could not be read, so nothing is recorded. Mend it and import the file again.
   *[other] { $n } lines of the file could not be read, so nothing is recorded. Mend them and import the file again.
}
error-rate_import_applied = This import has been applied.

## Rights
reference-permissions-about = Exchange rates
reference-permission-rates-read = See exchange rates
reference-permission-rates-read-about = What currencies are worth, since when and by whom, and conversions with it.
reference-permission-rates-edit = Change exchange rates
reference-permission-rates-edit-about = Record, fetch and import rates, let held ones count, and choose where they come from.

# Price sources and their runs.
catalog-format-price-source = Price source
catalog-reason-wrong-currency = This is not the currency of the list.
catalog-reason-missing-year = The price of one year is missing, while longer terms have one.
catalog-reason-jump = Too far from the price in force, which stands in brackets.
catalog-reason-not-offered = The source does not offer this.
catalog-reason-fee-on-top = A fee on top of the renewal. Enter the whole price of a restore by hand.
error-import_of_a_source = A run of a price source found these changes. Apply them there.
error-source_credentials_not_used = This source needs no credentials. Leave both fields empty.
error-bad_source_credentials = Use at most 256 characters in one line, as the source gave them.
error-source_lacks_credentials = This source has no credentials yet. Add them first.
error-source_unfit = Nothing can be asked with these settings: check the address, which has to be https.
error-source_paused = This source is paused already.
error-source_active = This source is active already.
error-too_many_sources = There are { $max } price sources, which is the most there can be.
error-sync_under_way = A run of this source is under way or waits for your decision. Look at that one first.
error-sync_not_waiting = This run does not wait for a decision.
error-sync_not_running = This run is not under way.
error-sync_moved_on = This run has moved on. Look at it again.
error-bad_endpoint = Write an address such as https://billing.example.com, without user, query or fragment.
error-bad_interval = Write a number of minutes from 5 to 40,320 (four weeks).
error-bad_timeout = Write a number of seconds from 1 to 30.
error-bad_share = Write a whole number from 0 to 100.
error-bad_jump = Write a number from 1.01 to 100.
error-bad_patterns = Write endings such as com or *.uk, at most 200, apart by spaces.

## Sources
sync-title = Sync health
sync-lede = Where prices are fetched from, how fresh they are, and what needs you.
sync-sources = Price sources
sync-source = Source
sync-empty = No price source yet
sync-empty-text = Connect a registrar or your WHMCS, and prices come in by themselves, checked before they are in force.
sync-connect = Connect a source
sync-add = Connect
sync-kind = Kind
sync-kind-whmcs = WHMCS
sync-kind-openprovider = Openprovider
sync-kind-porkbun = Porkbun
sync-last-good = Last good
sync-never = Never
sync-next = Next run
sync-run = Run now
sync-run-named = Run now: { $name }
sync-look = Look at the run
sync-edit = Edit
sync-test = Test connection
sync-test-works = Address and credentials work: answered within { $ms } ms.
sync-test-failed = The test failed: { $error }
sync-tile-sources = Sources
sync-tile-waiting = Wait for you
sync-tile-failing = Failing
sync-tile-stale = Stale
sync-tile-book = Prices read from memory
# Since this process began.
sync-book-reads = { $reads ->
    [one] one read
   *[other] { $reads } reads
 }, { $loads ->
    [one] loaded once
   *[other] loaded { $loads } times
 }
sync-tile-lag = Lag
sync-tile-errors = Error rate
sync-tile-call = Mean call
sync-tile-endings = Endings
sync-endings-stale = { $n }, { $stale } stale
sync-standing-well = Fresh
sync-standing-stale = Stale
sync-standing-failing = Failed { $n ->
    [one] once
   *[other] { $n } times
 }
sync-standing-open = Left alone
sync-open-until = This source failed several times and is left alone until { $at }. Run it yourself once it is mended.
sync-about = { $kind }, every { $hours }
sync-seconds = { $n } s
sync-minutes = { $n } min
sync-hours = { $n } h
sync-days = { $n ->
    [one] { $n } day
   *[other] { $n } days
 }
sync-ms = { $n } ms
sync-settings = Settings
sync-runs = Runs
sync-no-runs = No run yet. The first begins within a minute.
sync-started = Started
sync-by-schedule = By schedule
sync-by-person = By a person
sync-found = { $added } added, { $changed } changed, { $unchanged } unchanged
sync-found-label = Found
sync-took = Took

## The form
sync-form-lede = Prices of one list are fetched on a schedule, judged, and put in force as one version of the price book.
sync-endpoint = Address
sync-endpoint-hint = https and a host, such as https://billing.example.com. Leave it empty for the usual address of Openprovider or Porkbun.
sync-credentials-text = Sealed when you save, never shown again. Porkbun needs none.
sync-key = Identifier or user name
sync-taking = What is taken
sync-list-hint = Its prices have to be in the list's currency.
sync-vanished = Prices the source no longer names
sync-include = Only these endings
sync-include-hint = Such as com *.uk, apart by spaces. Empty: all.
sync-exclude = Not these endings
sync-schedule = Schedule
sync-interval = Minutes between runs
sync-interval-hint = From 5 to 40,320 (four weeks).
sync-timeout = Seconds to wait for an answer
sync-timeout-hint = From 1 to 30.
sync-guards = What is believed
sync-guards-text = Prices in another currency, of zero or far from the one in force are rejected. A run that changes much waits for you.
sync-share = Share of prices a run may change (%)
sync-share-hint = A run that changes or ends more waits for a person.
sync-jump = Largest change of one price (times)
sync-jump-hint = A price more than this many times the one in force, or as far below it, is rejected.

## A run
sync-run-of = Run of { $name }
sync-run-about = Started { $at }, { $took }
sync-state-running = Running
sync-state-waiting = Waits for you
sync-state-succeeded = Succeeded
sync-state-failed = Failed
sync-state-cancelled = Cancelled
sync-state-rejected = Rejected
sync-waits = These prices are not in force yet
sync-waits-text = { $why } It would change { $percent }% of the prices in force. Look at the changes, then apply or reject them.
sync-failed = Nothing of this run is in force
sync-again = The last call failed and will be made again
sync-unchanged = Nothing has changed
sync-unchanged-text = The source tells the prices that are in force.
sync-applied = Prices are in force
sync-applied-text = They are version { $version } of the price book.
sync-rejected-flash = The run is rejected. Prices stay as they are.
sync-cancelled-flash = The run is cancelled. Prices stay as they are.
sync-progress-title = Progress
sync-progress = { $done } of { $total } parts fetched
sync-see-changes = See every change
sync-refresh = Look again
sync-cancel = Cancel run
sync-reject = Reject
sync-apply = Apply these prices
sync-to-source = To the source
sync-rejected = Rejected
sync-findings = Rejected and left out
sync-no-findings = Everything the source said was believed.
sync-more-findings = { $n ->
    [one] One more is in the CSV.
   *[other] { $n } more are in the CSV.
 }
sync-calls = Calls
sync-no-calls = No call yet.
sync-what = Asked for
sync-status = Status
sync-outcome = Outcome
sync-call-answered = Answered
sync-call-limited = Asked to wait
sync-call-refused = Refused
sync-call-failed = Failed
sync-facts = About this run
sync-rows = Prices stated
sync-changed-share = Share of prices in force changed
sync-started-by = Started by
sync-decided-by = Decided by
sync-trace = Correlation id
sync-why-too-much-changed = It would change more of the prices in force than this source may.
sync-why-too-much-rejected = More of what the source said was rejected than can be chance.
sync-why-nothing-believed = Nothing the source said could be believed.
sync-why-no-prices = The source told no price at all.
sync-why-refused = The source refused us.
sync-why-unreachable = The source could not be reached, or its answer was none.
sync-why-limited = The source asked us to wait for longer than a run lasts.
sync-why-unfit = The source's settings cannot be used.
sync-why-book-changed = The price book changed over and over while prices were compared.

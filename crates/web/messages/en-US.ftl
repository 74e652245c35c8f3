# The page chrome, the components, and what is told about generic problems. Sentence case; say what to do; no "please".

## Frames of pages
page-product = Entrepot
page-window = { $title } · { $place }
page-window-error = Error: { $title }
page-console = { $tenant } console
page-console-kind = Reseller console
page-skip = Skip to content
page-nav = Main
page-nav-open = Open navigation
page-site = Site
page-crumbs = Breadcrumb
page-find = Find or do anything
page-find-what = Customer, domain, invoice, or a command
page-jump = Jump to
page-do = Do
page-search = Search
page-new = New
page-bell = { $n ->
    [0] No unread notices
    [one] { $n } unread notice
   *[other] { $n } unread notices
}
page-notices = All notices
page-profile = Profile and sign-in
page-zone = Time zone: { $zone }
page-scheme = Switch light or dark
page-sign-in = Sign in
page-sign-out = Sign out
page-undo = Undo
page-close = Close
page-cart = { $n ->
    [0] Cart, empty
    [one] Cart, one name
   *[other] Cart, { $n } names
}
page-offline = Not sent: the connection is gone. What you typed is still here.
page-to-console = Go to the console
page-to-site = Go to the start page

## Keys
keys-title = Keyboard
keys-lede = Single letters and sequences work outside of fields. Everything they do is in the menus too.
keys-turn-off = Turn single letters off
keys-turn-on = Turn single letters on
keys-are-off = Single letters are off in this browser
keys-keys = Keys
keys-does = What they do
keys-palette = Find or do anything
keys-search = Go to the search field of the page
keys-list = Show this list
keys-close = Close what is open

## Headings of the menu
nav-top = Overview
nav-domains = Domains
nav-travel = Travel
nav-money = Money
nav-operate = Operate
nav-settings = Settings

## Lists and forms
list-range = { $first }–{ $last } of { $total }
list-shown = { $n } shown
list-pages = Pages
list-previous = Previous
list-next = Next
form-to-fix = { $n ->
    [one] One thing to fix
   *[other] { $n } things to fix
}

## Times
time-now = just now
time-minutes-ago = { $n } min ago
time-hours-ago = { $n } h ago
time-in-minutes = in { $n } min
time-in-hours = in { $n } h
time-date = { $day } { $month } { $year }
time-month-year = { $month } { $year }
time-month-1 = Jan
time-month-2 = Feb
time-month-3 = Mar
time-month-4 = Apr
time-month-5 = May
time-month-6 = Jun
time-month-7 = Jul
time-month-8 = Aug
time-month-9 = Sep
time-month-10 = Oct
time-month-11 = Nov
time-month-12 = Dec

## Error pages: what to do next
page-error-trace = When you ask for help, name
page-error-400-next = Go back and send it again. If a link brought you here, it may have been cut short.
page-error-401-next = Sign in, and you come back to where you were.
page-error-403-next = Ask an owner or administrator of this account for the right, or go back.
page-error-404-next = Check the address, or start from the beginning.
page-error-409-next = Go back, load the page again and look at what changed; nothing of yours was saved over it.
page-error-413-next = Send a smaller file, or split it.
page-error-422-next = Go back: what you entered is still there. Correct it and send it again.
page-error-429-next = Wait a moment, then go back and try once more.
page-error-500-next = Nothing you did was wrong, and we have a record of it. Try again; if it stays, ask for help.
page-error-503-next = It should be back shortly. Nothing was lost; try again in a minute.

## Titles of problems, by status
error-title-400 = This could not be read
error-title-401 = Sign in first
error-title-403 = Not allowed
error-title-404 = Not found
error-title-405 = Not possible here
error-title-406 = Not in this form
error-title-408 = Too slow
error-title-409 = Changed meanwhile
error-title-412 = Changed meanwhile
error-title-413 = Too large
error-title-415 = Not a format we read
error-title-422 = Refused
error-title-428 = Say which version
error-title-429 = Too many requests
error-title-500 = Something went wrong on our side
error-title-503 = Not available right now

## Generic problems: error-<code>, as the API prints the code
error-internal = The request failed through no fault of yours.
error-not_found = There is nothing at this address, or nothing you may see.
error-unreadable = The request could not be read.
error-unavailable = The service is not available right now.
error-forbidden = You may not do this.
error-required = This is needed
error-invalid = This is not valid
error-invalid_fields = Some of the values are not right.
error-too_many_items = At most { $limit } entries are taken at once. Send fewer, or in several goes.

## What the edge refuses
error-method_not_allowed = This address does not take requests of that method.
error-body_too_large = The body is larger than { $limit_kb } KB.
error-body_too_slow = The body did not arrive in time.
error-body_unreadable = The body could not be read.
error-media_type = Send { $expected }.
error-json_syntax = This is not JSON: look at line { $line }, column { $column }.
error-json_too_deep = Objects and lists may be nested { $limit } deep.
error-too_many_fields = There are more fields than any of our forms has.
error-field_missing = This is needed.
error-field_unknown = There is no field of this name.
error-field_invalid = This value cannot be used here: { $reason }.
error-cursor_invalid = This is not where a page of this list ended. Leave `after` out to start again.
error-sort_unknown = This list cannot be sorted by that. It offers: { $offered }.
error-limit_out_of_range = Ask for 1 to { $max } entries.
error-search_too_long = Search for at most { $max } characters.
error-rate_limited = Too many requests. Try again in { $seconds } seconds.
error-credentials_missing = Sign in, or send an API key as a bearer token.
error-credentials_wrong = These credentials are not valid, or no longer.
error-step_up_required = Confirm your password to go on.
error-staff_only = This is for the staff of this site.
error-customers_only = This is for customers of this site.
error-foreign_form = This form was sent from another site, so it was not taken.
error-form_expired = This form was open too long, or in another sign-in. Go back, load the page again and send it once more.
error-stale = Somebody changed this after you loaded it.
error-captcha_failed = The check that you are a person did not pass. Please try it once more.
error-captcha_unavailable = The check that you are a person cannot be reached right now. Try again in a moment.
error-operator_reason_missing = Say why, in 5 to 200 characters, in the header Operator-Reason.
error-idempotency_key_invalid = An idempotency key has 1 to 255 visible ASCII characters.
error-idempotency_key_reused = This idempotency key was used before with another request.
error-idempotency_in_progress = A request with this idempotency key is under way.
error-upload_too_large = Files may have up to { $limit_mb } MB.
error-upload_empty = No file was sent.
error-upload_type = This file is not of a type that is taken here.
error-upload_too_many = Send at most { $limit } files at once.
error-upload_infected = This file was found to be dangerous and was not kept.
error-upload_not_scanned = Files cannot be checked for malware right now, so none are taken. Try again in a while.
error-instant_invalid = Write an RFC 3339 time such as 2027-01-01T00:00:00Z.
error-currency_unknown = This is no currency of ISO 4217: give three capital letters such as USD.
error-text_not_storable = A text holds a character that cannot be kept (NUL). Take it out and send it again.
    .title = A character cannot be kept

# What a change touches, before it is made. $n is how many.
touches-title = What it touches
touches-nothing = Nothing: no live name, no price lock and no margin is another afterwards.
touches-how = Of each sort those that fare worst are named, the worst first. A name’s next renewal is priced for the day it is due, at today’s exchange rates, less what its customer has off. Sums leave out what has no price or no cost.
touches-what = What
touches-before = Brings before
touches-after = Brings after
touches-margin-before = Margin before
touches-margin-after = Margin after
touches-none = –
touches-on = due { $date }
touches-negative = { $n ->
    [one] one falls below its cost
   *[other] { $n } fall below their cost
}
touches-low = { $n ->
    [one] one comes to a low margin
   *[other] { $n } come to a low margin
}
touches-unpriced = { $n ->
    [one] one has no price any more
   *[other] { $n } have no price any more
}

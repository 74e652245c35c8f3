## Alerts about margins
catalog-margin-alerts = Margin alerts
catalog-margin-alerts-lede = What you were told of: each margin once for each version of its prices. The worst come first.
catalog-no-alerts = No open alerts
catalog-no-such-alerts = No such alerts
catalog-no-such-alerts-text = Nothing matches this filter.
catalog-alerts-open = Open
catalog-alerts-acknowledged = Acknowledged
catalog-alerts-see-to = See to the selected alerts
catalog-alerts-selected = Selected alerts
catalog-alerts-acknowledge = Acknowledge
catalog-alerts-reopen = Open again
catalog-alerts-unchanged = Nothing was changed
catalog-alerts-acknowledged-now = Acknowledged: { $n ->
    [one] one alert
   *[other] { $n } alerts
}. Under “Acknowledged” you can open it again.
catalog-alerts-reopened-now = Open again: { $n ->
    [one] one alert
   *[other] { $n } alerts
}.
catalog-alert-select = Select the alert of { $ending } at { $registrar }
catalog-alert-note = Note
catalog-alert-seen = Acknowledged
catalog-alert-price-over-cost = { $price } over { $cost }
catalog-alert-more = and { $n } more
catalog-no-alerts-text = When a price change makes a margin negative or low, it is told here and by mail to those the TLD pricing settings name.
catalog-alert-kind = Margin
catalog-alert-figures = Figures then
catalog-told = Told
catalog-told-mail = By mail
catalog-told-notice = In the bell

catalog-mail-margin-alert-when = When a price change makes a margin negative or low.
catalog-mail-margin-digest-when = When a price change makes many margins negative or low at once.
catalog-mail-margin-negative-subject = Negative Margin Alert: { $tld } domain
catalog-mail-margin-low-subject = Low Margin Alert: { $tld } domain
catalog-mail-margin-negative-lead = WARNING: Negative margin detected for { $tld } domain
catalog-mail-margin-low-lead = Low margin detected for { $tld } domain
catalog-mail-registration-cost = Registration Cost
catalog-mail-registration-price = Registration Price
catalog-mail-regular-cost = Regular Registration Cost
catalog-mail-regular-price = Regular Registration Price
catalog-mail-renewal-cost = Renewal Cost
catalog-mail-renewal-price = Renewal Price
catalog-mail-transfer-cost = Transfer Cost
catalog-mail-transfer-price = Transfer Price
catalog-mail-restore-cost = Restore Cost
catalog-mail-restore-price = Restore Price
catalog-mail-margin = Margin
catalog-mail-margin-action = Action Required: Adjust sales pricing or negotiate better registrar rates.
catalog-mail-margin-link = View margin report
catalog-mail-digest-subject = Margin Alert: { $negative } negative, { $low } low
catalog-mail-digest-lead = WARNING: A price change has made margins negative ({ $negative }) or low ({ $low }), the worst first:
catalog-mail-digest-line = cost { $cost }, price { $price }, margin { $margin }
catalog-mail-digest-more = and { $n } more

error-alert_count = Choose 1 to { $max } alerts.
error-alert_note_too_long = A note is one line of up to 120 characters.
error-alert_acknowledged = The alert of .{ $tld } was acknowledged before.
error-alert_open = The alert of .{ $tld } is open.
error-alert_state_unknown = An alert is open or acknowledged.

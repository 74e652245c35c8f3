# catalog: words of the setting of TLD pricing.

catalog-tld-pricing = TLD pricing
catalog-tld-pricing-about = What margin is too low and who is told, how far ahead prices are scheduled, currencies, and how long prices are kept.
catalog-tld-pricing-lede = What holds for all prices of endings. A change holds at once.
catalog-tld-pricing-saved = Saved. It holds from now on.

catalog-setting-margins = Margins
catalog-setting-margins-text = A margin is price less cost. Here it is measured on the price: cost 9.50 and price 9.00 are −5.56%.
catalog-setting-minimum-margin = Lowest margin in percent of the price
catalog-setting-minimum-margin-hint = A smaller margin counts as low. From 0 to below 100, such as 5 or 7.5.
catalog-setting-alert-emails = Mail margin alerts to
catalog-setting-alert-emails-hint = One address on each line, at most 20. Empty: nobody is mailed; reports show everything still.
catalog-setting-negative-alerts = Alert when a price is below its cost
catalog-setting-negative-alerts-hint = Once for each ending, registrar and price.
catalog-setting-low-alerts = Alert when a margin is low
catalog-setting-low-alerts-hint = When it is not negative, but under the lowest margin.

catalog-setting-schedule = Prices to come
catalog-setting-schedule-text = Prices take effect now or later; past prices are locked for good.
catalog-setting-schedule-days = Days that prices are scheduled ahead
catalog-setting-schedule-days-hint = At most; from 1 to 3,650.
catalog-setting-cache-minutes = Minutes that prices stay in memory
catalog-setting-cache-minutes-hint = A changed price is seen within a second whatever stands here. After this time prices are read anew even so; from 1 to 1,440.
catalog-setting-edit-future = Prices not yet in force may be edited and cancelled
catalog-setting-edit-future-hint = Off: once scheduled, a price stays as it is. Further ones may still be scheduled.

catalog-setting-currencies = Currencies
catalog-setting-currencies-text = Margins are always computed in one currency, at the rate of the day; these choices are about what customers pay.
catalog-setting-currency = Currency when none is named
catalog-setting-currency-hint = Of questions for a price that name no currency, while no sales list says another.
catalog-setting-markup = Percent added when converting
catalog-setting-markup-hint = On top of the converted price, such as 2 for the costs of exchange. From 0 to 100.
catalog-setting-convert = Convert prices to other currencies
catalog-setting-convert-hint = Off: who asks for a currency you have no prices in is told so, and gets no price.

catalog-setting-retention = Keeping
catalog-setting-retention-text = Prices that ended longer ago move to the archive. They stay readable there, and nothing that an order or a live name refers to moves.
catalog-setting-keep-costs = Years that costs are kept
catalog-setting-keep-costs-hint = Seven is what tax offices mostly ask for. From 1 to 100.
catalog-setting-keep-sales = Years that sales prices are kept
catalog-setting-keep-sales-hint = From 1 to 100.
catalog-setting-keep-discounts = Years that discounts are kept
catalog-setting-keep-discounts-hint = From 1 to 100.

error-retention_years_invalid = Write a whole number of years from 1 to 100.
error-minimum_margin_invalid = Write a percentage from 0 to below 100 with at most four decimal places.
error-conversion_markup_invalid = Write a percentage from 0 to 100 with at most four decimal places.
error-schedule_days_invalid = Write a whole number of days from 1 to 3,650.
error-cache_minutes_invalid = Write a whole number of minutes from 1 to 1,440.
error-alert_email_invalid = One of these is no e-mail address. Write one on each line, such as pricing@example.com.
error-too_many_alert_emails = At most 20 addresses are mailed. Use a mailing list for more.

catalog-permission-settings-edit = Change how endings are priced
catalog-permission-settings-edit-about = Lowest margin, alerts, scheduling, currencies, and how long prices are kept.

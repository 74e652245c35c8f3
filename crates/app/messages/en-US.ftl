# Pages that belong to no one room.
nav-today = Today
nav-jobs = Jobs
nav-audit = Audit log
nav-mailbox = Mailbox
app-csv = CSV
app-trace = Trace
app-quick-customer = New customer
app-quick-import = Import prices
app-quick-user = Invite a colleague
app-site-search = Search
app-site-bulk = Bulk
app-site-prices = Prices

jobs-lede = Work that goes on after an answer was given: mail, imports, whatever registrars take their time for.
jobs-key-figures = Jobs by state
jobs-runs = Runs
jobs-views = Run states
jobs-all = All
jobs-state-waiting = Waiting
jobs-state-running = Running
jobs-state-done = Done
jobs-state-dead = Failed
jobs-state-cancelled = Cancelled
jobs-state = State
jobs-kind = Job
jobs-queue = Queue
jobs-queues = Queues
jobs-no-queues = Nothing has been queued yet.
jobs-queue-line = { $waiting } waiting, { $running } running
jobs-dead-n = { $n } failed
jobs-attempts = Attempts
jobs-attempt-n = Attempt { $n }
jobs-due = Due
jobs-created = Enqueued
jobs-finished = Ended
jobs-about = About
jobs-priority = Priority
jobs-facts = Facts
jobs-failed-attempts = Failed attempts
jobs-no-failures = None: every attempt so far went well.
jobs-select = Select
jobs-select-one = Select { $kind }
jobs-selected = Selected rows
jobs-bulk = Bulk actions
jobs-retry = Retry
jobs-cancel = Cancel
jobs-retry-these = { $n ->
    [one] Retry this one
   *[other] Retry these { $n }
 }
jobs-retried = { $n ->
    [0] Nothing to retry: what failed is back in its queue already.
    [one] One job is back in its queue.
   *[other] { $n } jobs are back in their queues.
 }
jobs-cancelled = { $n ->
    [0] Nothing was cancelled: it no longer waits.
    [one] One job was cancelled.
   *[other] { $n } jobs were cancelled.
 }
jobs-empty = No jobs here
jobs-empty-text = Jobs show up when something is sent, imported or scheduled. Choose another state to see the rest.
error-job_not_retryable = Only a job that failed or was cancelled can be retried. Look at its state and try again when it has ended.
    .title = This job cannot be retried now
error-job_not_waiting = The job no longer waits, so it cannot be cancelled.
    .title = Too late to cancel

audit-lede = Every change and every sign-in, in a chain of hashes: an entry that is changed later breaks it.
audit-act = Act
audit-actor = Who
audit-subject = About
audit-at = When
audit-seq = No.
audit-detail = What changed
audit-filter = Filter
audit-empty = Nothing here
audit-empty-text = No entry meets the filter. Take a filter away to see more.

names-system = The product itself
names-visitor = A visitor
names-operator = The operator
names-unknown = Nobody known
names-link = Somebody with a link
names-job = A job
names-company = This company
names-only = Only entries with { $name }

mailbox-lede = Mail that this company sent in the demo. Nothing left this machine.
mailbox-subject = Subject
mailbox-to = To
mailbox-when = When
mailbox-from-to = From { $from } to { $to }
mailbox-text = The letter
mailbox-empty = No mail yet
mailbox-empty-text = Invite a colleague or ask for a new password, and the mail shows up here.

installation-title = Entrepot
installation-lede = The back office of companies that sell what they buy.
installation-both = Domain names and trips
installation-domains = Domain names
installation-travel = Trips
installation-site = Site
installation-console = Console
installation-sign-up = Open a company
installation-api = API

today-lede = Good to see you, { $name }. It is { $date }.
today-needs-you = Needs you
today-figures = Key figures
today-calm = Nothing needs you
today-calm-text = Prices earn, jobs run. Go and sell something.
today-endings = Endings with sale and cost
today-low-renewals = Renewals under 5 %
today-waiting-jobs = Jobs under way
today-customers = Customers
today-not-known = not known now: try again in a minute
today-renewals-negative = { $n ->
    [one] One renewal sells below cost
   *[other] { $n } renewals sell below cost
 }
today-renewals-negative-text = Every renewal of these loses money, year after year.
today-first-years-negative = { $n ->
    [one] One first year sells below cost
   *[other] { $n } first years sell below cost
 }
today-first-years-negative-text = Fine for a loss leader; look whether each is meant.
today-look-at-prices = Prices
today-dead-jobs = { $n ->
    [one] One job failed for good
   *[other] { $n } jobs failed for good
 }
today-dead-jobs-text = They wait for a person: look at the reason, mend it, retry.
today-look-at-jobs = Jobs
today-worst = Renewals that lose most
today-ending = Ending
today-sale = Sale
today-cost = Cost
today-loss = A renewal
today-lately = Lately
today-all-notices = All notices
today-nothing-lately = Nothing new that you have not read.

search-title = Search
search-label = What to look for
search-go = Search
search-pages = Pages
search-endings = Endings
search-customers = Customers
search-suppliers = Suppliers
search-what = What are you looking for?
search-what-text = A customer or supplier by name or e-mail, an ending such as .com, or a page of the console.
search-nothing = Nothing found for “{ $q }”
search-nothing-text = Try fewer letters, or look in the list itself.

notice-margins-alerted = Margins to look at: { $negative } negative, { $low } low
notice-prices-imported = Prices were imported
notice-sync-waits = Prices of { $name } wait for your decision
notice-source-failing = { $name } has failed { $failures } times in a row
notice-job-died = A job failed for good
notice-api-key = An API key was made
notice-customer-joined = A customer signed up
notice-staff-invited = A colleague was invited
notice-host-verified = A domain of your own is verified
notice-new-device = You signed in on a new device

## Permissions: what each lets one do

platform-permissions-about = Running the installation
platform-permission-jobs-read = See jobs
platform-permission-jobs-read-about = What runs in the background, what waits and what failed.
platform-permission-jobs-manage = Manage jobs
platform-permission-jobs-manage-about = Try failed work again, cancel what waits.
platform-permission-audit-read = See the audit log
platform-permission-audit-read-about = Who did what and when, and whether the record is whole.
platform-permission-mailbox-read = See sent mail
platform-permission-mailbox-read-about = The demo's mailbox: every letter as its reader got it.

## Settings

app-settings-lede = What is set up once and changed rarely.
app-settings-profile-about = Your own name, picture, language, address, password and two-step sign-in.
app-place-storefront = Open the storefront

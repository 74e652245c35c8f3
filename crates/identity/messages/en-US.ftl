### identity: who signs in, roles, keys, the company

identity-role-owner = Owner
identity-role-admin = Administrator
identity-role-pricing-manager = Pricing manager
identity-role-sales-agent = Sales agent
identity-role-operations = Operations
identity-role-finance = Finance
identity-role-support = Support

## Mails

identity-mail-greeting = Hello { $name },
identity-mail-verify-subject = Confirm your address for { $company }
identity-mail-verify-body = Confirm that this address is yours, and your account at { $company } is ready.
identity-mail-verify-button = Confirm this address
identity-mail-verify-footnote = The link is good for { $lifetime } hours. If you did not ask for an account, do nothing: nobody can use it without this link.
identity-mail-reset-subject = Choose a new password for { $company }
identity-mail-reset-body = Somebody asked for a new password for your account at { $company }. If that was you, choose one now.
identity-mail-reset-button = Choose a new password
identity-mail-reset-footnote = The link is good for { $lifetime } minutes and for one use. If it was not you, do nothing: your password stays as it is.
identity-mail-invite-subject = You are invited to { $company }
identity-mail-invite-body = You are invited to work with { $company } in its console. Choose a password to begin.
identity-mail-invite-button = Accept the invitation
identity-mail-invite-footnote = The link is good for { $lifetime } hours. Ask whoever invited you for a new one after that.
identity-mail-change-email-subject = Confirm your new address for { $company }
identity-mail-change-email-body = You want to sign in to { $company } with this address. Confirm that it is yours.
identity-mail-change-email-button = Use this address
identity-mail-change-email-footnote = The link is good for { $lifetime } hours. Until then you sign in with your old address.
identity-mail-welcome-subject = Welcome to { $company }
identity-mail-welcome-body = Your address is confirmed and your account at { $company } is ready.
identity-mail-welcome-button = Go to { $company }
identity-mail-new-sign-in-subject = New sign-in to your account at { $company }
identity-mail-new-sign-in-body = Somebody signed in to your account from a device we have not seen before: { $agent }, network { $network }, { $at }.
identity-mail-new-sign-in-button = Review where you are signed in
identity-mail-new-sign-in-footnote = If it was you, there is nothing to do. If not, change your password at once; that signs out every other device.

## Signing in

identity-email = E-mail
identity-password = Password
identity-sign-in = Sign in
identity-sign-in-heading = Sign in to { $company }
identity-forgot-link = Forgot your password?
identity-join-link = Create an account
identity-start-over = Start over
identity-code = Code
identity-code-heading = Enter your code
identity-code-lede = Open your authenticator app and type the six digits it shows, or one of your recovery codes.
identity-signed-out = You are signed out.
identity-confirm = Confirm
identity-confirm-heading = Confirm it is you
identity-confirm-lede = You are signed in as { $email }. Type your password to go on.

error-sign_in_wrong = E-mail, password or code is not right.
error-sign_in_throttled = Too many tries. Try again in { $seconds } seconds.
error-sign_in_busy = Many people are signing in at this moment. Try again in a few seconds.
error-sign_in_needed = Sign in first.
error-totp_required = Send the one-time code as well, in `totp`.
error-email_unverified = Confirm your address first: open the link in the mail we sent you. Asking for a new password sends one, too.
error-link_spent = This link was used before, or is too old. Ask for a new one.
error-code_wrong = This code is not right, or was used before.
error-password_too_short = Use at least 8 characters; 15 or more are better.
error-password_too_long = Use at most 128 characters.
error-password_common = This is among the first passwords anybody would try. Choose another.
error-password_of_context = This is little more than your name or the company's. Choose something unrelated.
error-email_shape = This is not an e-mail address.
error-email_taken = Somebody signs in with this address already.
error-changed_meanwhile = Somebody changed this after you loaded it. Look at it again.
error-too_long = This is too long.

## Users, roles, keys, the company

error-user_already_disabled = This login is disabled already.
error-user_not_disabled = This login is not disabled.
error-user_not_waiting = This login is not waiting for a mail.
error-not_oneself = You cannot do this to your own login. Ask another administrator.
error-last_owner = The company needs an owner. Make somebody else owner first.
error-customers_have_no_roles = Roles are for staff.
error-role_missing = Choose at least one role.
error-role_unknown = There is no such role.
error-role_built_in = Built-in roles cannot be changed. Make one of your own.
error-role_in_use = Somebody has this role. Give them another first.
error-role_name_built_in = This is the name of a built-in role.
error-name_taken = There is one of this name already.
error-too_many_roles = A company has at most { $most } roles.
error-permission_unknown = There is no such permission.
error-beyond_own_permissions = You cannot give what you do not have yourself: { $permission }.
error-people_only = This is for people who are signed in, not for programs with a key.
error-in_the_past = This lies in the past.
error-api_key_revoked = This key is revoked already.
error-slug_shape = Use 3 to 32 letters a to z, digits and single hyphens.
error-slug_taken = This name is taken. Choose another.
error-trade_missing = Choose what the company sells.
error-hue_range = The hue is a number from 0 to 359.
error-chroma_range = This colour is stronger than text on it stays readable.
error-time_zone_unknown = This is not a time zone such as Europe/Berlin.
error-locale_unknown = This language is not offered.
error-host_shape = This is not a host name such as shop.example.com.
error-host_taken = This host belongs to somebody else.
error-host_claimed = You have this host in your list already.
error-host_unproved = The record was not found yet: { $name } must have the text { $proof }. DNS can take a while.
error-too_many_hosts = A company has at most { $most } domains of its own.
error-dns_unavailable = The record could not be looked up just now. Try again in a minute.
error-two_factor_on = Two-step sign-in is on already.
error-two_factor_off = Two-step sign-in is off.
error-two_factor_not_begun = Begin setting up two-step sign-in first.

## Signing up, joining, links

identity-company = Company
identity-name = Your name
identity-slug = Short name
identity-slug-hint = Your site answers at it, followed by .{ $host }. Letters, digits and hyphens.
identity-trade-domains = We sell domain names
identity-trade-travel = We sell journeys
identity-new-password = New password
identity-new-password-hint = At least 8 characters; 15 or more are better. Several words work well.
identity-sign-up = Sign up
identity-sign-up-heading = Sign your company up
identity-sign-up-lede = You get a site, a console and an API of your own.
identity-signed-up = Signed up
identity-signed-up-heading = { $company } is ready
identity-signed-up-text = We sent a link to { $email }: open it to confirm your address.
identity-join = Create account
identity-join-heading = Create an account at { $company }
identity-have-account = I have an account
identity-mail-sent = Look into your mailbox
identity-mail-sent-text = If { $email } can have an account here, a link is on its way there. It may take a minute.
identity-forgot = Send me a link
identity-forgot-heading = Ask for a new password
identity-forgot-lede = We send you a link with which you choose a new one.
identity-link-spent = This link is no longer good
identity-verify = Confirm this address
identity-verify-heading = Confirm your address
identity-verify-lede = Somebody joined { $company } with { $email }. If that was you, confirm it with the password you chose.
identity-verify-password-hint = If you did not join, close this page: nobody can use the account.
identity-verified = Your address is confirmed. Sign in now.
identity-change-email = Use this address
identity-change-email-heading = Change your address
identity-change-email-lede = From now on you sign in to { $company } with the address this link was sent to.
identity-email-changed = Your address is changed. Sign in with it now.
identity-reset = Set password
identity-reset-heading = Choose a new password
identity-reset-lede = For { $email }. You are signed out everywhere else.
identity-invite-heading = Welcome to { $company }
identity-password-chosen = Your password is set. Sign in with it now.

## Users in the console

identity-users = Users
identity-users-lede = { $n ->
    [one] One person
   *[other] { $n } people
}
identity-users-views = Who
identity-users-all = All
identity-users-staff = Staff
identity-users-customers = Customers
identity-users-find = Find a person
identity-users-none = Nobody here
identity-users-none-text = Invite the people you work with. Customers appear when they create an account on your site.
identity-name-column = Name
identity-roles = Roles
identity-roles-lede = What this person may do. A change counts from their next click on.
identity-roles-save = Save roles
identity-roles-saved = The roles are saved.
identity-state = State
identity-state-active = Active
identity-state-invited = Invited
identity-state-unverified = Unconfirmed
identity-state-disabled = Disabled
identity-last-seen = Last sign-in
identity-never = Never
identity-kind-customer = Customer
identity-csv = CSV
identity-invite = Invite
identity-invite-lede = A link to choose a password is sent to the address; it is good for 72 hours.
identity-invite-send = Send invitation
identity-invited = An invitation is on its way to { $email }.
identity-details = Details
identity-address-confirmed = Address confirmed
identity-two-factor = Two-step sign-in
identity-sessions = Signed in at
identity-created = Since
identity-yes = Yes
identity-no = No
identity-access = Access
identity-access-lede = Whoever is disabled is signed out at once and cannot sign in; their API keys stop working.
identity-send-again = Send the mail again
identity-sign-out-everywhere = Sign out everywhere
identity-enable = Enable
identity-disable = Disable
identity-done = Done.

## Roles in the console

identity-roles-page-lede = What the people of the company may do. Built-in roles grow with the product; roles of your own are yours to change.
identity-role-kind = Kind
identity-role-built-in = Built in
identity-role-own = Your own
identity-role-new = New role
identity-role-lede = Everybody with this role may do what is ticked. A change counts from their next click on.
identity-role-fixed = This role is built in: it cannot be changed, and has what the product gives it.
identity-role-save = Save role
identity-role-saved = The role is saved.
identity-role-remove = Remove this role
identity-role-remove-lede = Nobody may have it any more.
identity-role-removed = The role is removed.
identity-permissions = Permissions

## API keys in the console

identity-api-keys = API keys
identity-api-keys-lede = Programs use them. A key never may more than whoever made it.
identity-api-keys-none = No API keys yet
identity-api-keys-none-text = Make one for each program, so that each can be revoked by itself.
identity-api-key-new = New API key
identity-api-key-name = What it is for
identity-api-key-name-hint = The name of the program or the site that uses it.
identity-api-key-mode = Works on
identity-mode-live = Live
identity-mode-test = Test
identity-mode-live-long = Live: your real business
identity-mode-test-long = Test: test data only
identity-api-key-lede = Tick what the program needs, and no more.
identity-api-key-make = Make key
identity-api-key-made = Your new API key
identity-api-key-once = Copy it now: it is shown this once only.
identity-api-key-gone = The key is revoked.
identity-last-used = Last used
identity-revoked = Revoked
identity-expired = Expired
identity-revoke = Revoke this key
identity-revoke-lede = The very next request with it is refused.

## The company in the console

identity-company-lede = What your customers see, and what your prices and dates are shown in.
identity-slug-change-hint = Your site moves with it: links to the old name stop working.
identity-hue = Hue of the brand
identity-hue-hint = Degrees, 0 to 359: 25 is red, 145 green, 260 blue.
identity-chroma = Strength of the colour
identity-currency = Currency
identity-time-zone = Time zone
identity-time-zone-hint = Such as Europe/Berlin. Business days begin at its midnight.
identity-locale = Language
identity-locale-en-us = English (United States)
identity-locale-en-in = English (India)
identity-locale-es = Español
identity-locale-fr = Français
identity-save = Save
identity-saved = Saved.

identity-hosts = Domains
identity-hosts-lede = Your site always answers at { $url }. It can answer at domains of your own as well.
identity-host = Domain
identity-host-new = Add a domain
identity-host-new-lede = Show with a TXT record that it is yours, and point it to this server.
identity-host-claim = Add
identity-host-claimed = Added. Now put the TXT record into its DNS.
identity-host-verified = Answers
identity-host-waiting = Waiting for proof
identity-host-proof-lede = Put a TXT record with this text into the DNS of the domain, then check.
identity-host-record = Record
identity-host-proof = Text
identity-host-checked = Last checked
identity-host-verify = Check now
identity-host-answers = Your site answers at { $host }.
identity-host-remove = Remove
identity-host-removed = Removed.

## The profile

identity-profile = Profile
identity-person = You
identity-as-company = As the company
identity-own-zone-hint = Such as Europe/Berlin. Left empty, the company's.
identity-picture = Picture
identity-picture-hint = PNG, JPEG or WebP. It is made small, at most 512 pixels a side.
identity-picture-send = Save picture
identity-picture-saved = Your picture is saved.
identity-new-email = New address
identity-new-email-send = Send a link there
identity-new-email-sent = A link is on its way to the new address. Open it to sign in with it from then on.
identity-email-lede = You sign in with { $email }.
identity-current-password = Current password
identity-password-lede = A new password signs you out everywhere else.
identity-password-change = Change password
identity-password-changed = Your password is changed.
identity-two-factor-lede = A code from an app on your phone is asked besides the password.
identity-two-factor-on-lede = It is on. You have { $n ->
    [one] one recovery code
   *[other] { $n } recovery codes
} left.
identity-two-factor-begin = Set up
identity-two-factor-set-up = Scan the picture with an authenticator app, or type the text below it. Then type the six digits the app shows.
identity-two-factor-picture = QR code for your authenticator app
identity-two-factor-confirm = Switch on
identity-two-factor-off = Switch off
identity-two-factor-is-off = Two-step sign-in is off.
identity-codes = Recovery codes
identity-codes-new = New recovery codes
identity-codes-lede = Keep them somewhere safe: each signs you in once when your phone is gone. They are shown this once only; older ones count no more.
identity-sessions-lede = End what you do not recognise, and change your password.
identity-this-session = This one
identity-end-session = End { $agent }
identity-end-others = End all others
identity-session-ended = Ended.
error-picture_unreadable = This is not a picture we can read: send PNG, JPEG or WebP.
error-joining_password_wrong = This is not the password chosen on joining. Forgotten? Choose a new one; that confirms the address, too.
error-current_password_wrong = This is not your current password.

identity-mail-verify-when = When somebody joins or signs a company up
identity-mail-welcome-when = When an address is confirmed
identity-mail-reset-when = When somebody forgot a password
identity-mail-invite-when = When a member of staff is invited
identity-mail-change-email-when = When somebody wants to sign in with another address
identity-mail-new-sign-in-when = When somebody signs in from a new device

## Permissions: what each lets one do

identity-permissions-about = People and the company
identity-permission-users-read = See users
identity-permission-users-read-about = Who signs in, with their roles and where they last were.
identity-permission-users-manage = Manage users
identity-permission-users-manage-about = Invite and disable people, give them roles, sign them out.
identity-permission-owners-manage = Manage owners
identity-permission-owners-manage-about = Make somebody owner, and change or disable an owner.
identity-permission-roles-manage = Manage roles
identity-permission-roles-manage-about = Make and change the company's own roles.
identity-permission-api-keys-manage = Manage API keys
identity-permission-api-keys-manage-about = Make keys for programs, see all of them, revoke any.
identity-permission-settings-edit = Change the company's settings
identity-permission-settings-edit-about = Its name, brand, currency, time zone, language and domains.

## What each of the settings is for

identity-users-about = Who signs in, with which roles; invite, disable, sign out.
identity-roles-about = What the people of the company may do, and roles of your own.
identity-api-keys-about = Keys with which your programs and sites call the API.
identity-company-about = Name, short name, brand, currency, time zone and language.
identity-hosts-about = Domains of your own at which your site answers.

## Proof of a person

identity-proof-needs-script = This form needs JavaScript
identity-proof-needs-script-text = It checks that a person sends it, and cannot do that without. Switch JavaScript on for this page, then load it again.

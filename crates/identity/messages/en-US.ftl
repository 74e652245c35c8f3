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
error-people_only = Only people make keys; sign in to the console.
error-in_the_past = This lies in the past.
error-api_key_revoked = This key is revoked already.
error-slug_shape = Use 3 to 32 letters a to z, digits and single hyphens.
error-slug_taken = This name is taken. Choose another.
error-trade_missing = Choose what the company sells.
error-hue_range = The hue is a number from 0 to 359.
error-chroma_range = This colour is stronger than text on it stays readable.
error-currency_unknown = This is not a currency of ISO 4217.
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

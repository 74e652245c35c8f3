### parties: customers, their groups and contacts, suppliers

## Lists
parties-customers = Customers
parties-customers-lede = Who buys from you, and at which price level.
parties-suppliers = Suppliers
parties-suppliers-lede = Who you buy from: registrars, hotels, drivers, guides.
parties-groups = Price levels
parties-groups-lede = Groups of customers. Discounts and price lists are given to a level, not to each customer.
parties-views = Saved views
parties-active = Active
parties-archived = Archived
parties-csv = CSV
parties-find-customer = Name, e-mail, phone, city
parties-find-supplier = Name, e-mail, phone, city
parties-in-group = Price level: { $name }
parties-place = Place
parties-known-since = Known since

## Empty lists
parties-no-customers = No customers yet
parties-no-customers-text = Add the first one here. People who sign up at your site appear by themselves.
parties-no-suppliers = No suppliers yet
parties-no-suppliers-text = Add who you buy from, with the people you write to there. Rates and requests refer to them.
parties-no-groups = No price levels yet
parties-no-groups-text = Make one for customers who pay other prices than the public: wholesale, agencies, friends.
parties-no-contacts = No contacts yet
parties-no-contacts-text = Add the people you write to and call there.
parties-none-archived = Nothing archived
parties-none-archived-text = What you archive is kept here and can be restored.
parties-nothing-found = Nothing found
parties-nothing-found-text = Look for fewer words, or in the other view.
parties-show-all = Show all

## One customer or supplier
parties-parts = Parts
parties-overview = Overview
parties-contacts = Contacts
parties-activity = Activity
parties-details = Details
parties-edit = Edit
parties-archive = Archive
parties-restore = Restore
parties-has-login = Signs in at your site
parties-no-login = None
parties-login = Login

## Fields
parties-name = Name
parties-company = Company
parties-email = E-mail
parties-phone = Phone
parties-tax-id = Tax id
parties-street = Street and number
parties-city = City
parties-region = State or province
parties-postal-code = Postal code
parties-country = Country
parties-country-hint = Two letters: IN, US, DE
parties-address = Address
parties-notes = Notes
parties-notes-label = Seen by your staff only
parties-group = Price level
parties-group-note = What it is for
parties-no-group = Public prices
parties-kind = Sells
parties-kind-registrar = Domain names
parties-kind-accommodation = Rooms
parties-kind-transfer = Transfers
parties-kind-activity = Activities
parties-kind-guide = Guiding
parties-kind-other = Other things
parties-website = Website
parties-role = Role
parties-who = Who
parties-terms = Terms

## Forms
parties-customer-new = New customer
parties-customer-new-lede = Only the name is needed. The rest can follow.
parties-customer-add = Add customer
parties-customer-exists = You know this address already
parties-customer-exists-text = A customer has this e-mail address. Open them, or use another address here.
parties-customer-open = Open that customer
parties-supplier-new = New supplier
parties-supplier-new-lede = Only the name is needed. The rest can follow.
parties-supplier-add = Add supplier
parties-group-new = New price level
parties-group-lede = Give it a name your colleagues understand. Customers never see it.
parties-group-add = Add price level
parties-contact = Contact
parties-contact-new = New contact
parties-contact-add = Add contact
parties-contact-remove = Remove this contact
parties-contact-removed = Contact removed
parties-save = Save
parties-cancel = Cancel
parties-edit-named = Edit { $name }
parties-added-named = { $name } added
parties-saved-named = { $name } saved
parties-archived-named = { $name } archived
parties-restored-named = { $name } restored
parties-changed-meanwhile = Somebody saved this after you opened it
parties-changed-meanwhile-text = Your entries are still here. What was saved meanwhile stands below each field that differs; save again to put yours in its place.
parties-saved-meanwhile = Saved meanwhile: { $value }
parties-emptied-meanwhile = Emptied meanwhile

## Activity
parties-act-added = Added
parties-act-changed = Changed: { $fields }
parties-act-archived = Archived
parties-act-restored = Restored
parties-act-linked = Signed up at your site
parties-act-contact-added = Contact added
parties-act-contact-changed = Contact changed
parties-act-contact-removed = Contact removed
parties-by-you = by you
parties-by-colleague = by a colleague
parties-by-key = through the API
parties-by-visitor = by themselves
parties-by-system = by the system

## Problems
error-text_too_long = At most { $max } characters
error-text_has_controls = This has characters that cannot be shown. Type it anew
error-email_invalid = This is not an e-mail address. It looks like name@example.com
error-phone_invalid = A phone number has 6 to 15 digits, as in +91 22 4000 1234
error-tax_id_invalid = A tax id has 4 to 20 letters and digits
error-country_unknown = Use the two letters of the country, as in IN, US or DE
error-postal_code_invalid = A postal code has letters, digits, spaces and hyphens
error-website_invalid = Use an address such as https://example.com
error-customer_exists = A customer with this e-mail address exists already: { $existing }.
error-customer_email_taken = Another customer has this address
error-customer_archived = This customer is archived. Restore them first.
error-customer_active = This customer is not archived.
error-supplier_archived = This supplier is archived. Restore them first.
error-supplier_active = This supplier is not archived.
error-group_exists = Another price level has this name
error-group_archived = This price level is archived
error-group_active = This price level is not archived
error-group_unknown = There is no such price level
error-kind_unknown = Choose one of the kinds
error-too_many_groups = There may be { $max } price levels at most.
error-too_many_contacts = There may be { $max } contacts at most.

## Permissions: what each lets one do

parties-permissions-about = Customers and suppliers
parties-permission-customers-read = See customers
parties-permission-customers-read-about = Who buys, with their contacts and price levels.
parties-permission-customers-edit = Change customers
parties-permission-customers-edit-about = Add, change and archive customers, contacts and price levels.
parties-permission-suppliers-read = See suppliers
parties-permission-suppliers-read-about = Who the company buys from, with their contacts.
parties-permission-suppliers-edit = Change suppliers
parties-permission-suppliers-edit-about = Add, change and archive suppliers and their contacts.

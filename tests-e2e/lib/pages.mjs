// Every page of the product and who looks at it. A page that docs/routes.txt names and this list does not is a failure
// (suites/coverage.test.mjs), so that no page escapes the checks.
import { demo, northwind, saffron } from './demo.mjs';

const owner = { tenant: northwind, role: 'owner' };
const customer = { tenant: northwind, role: 'customer' };

const submit = (tab) => tab.locator('main form:not([role=search]) button:not([type=button])').first().click();

// path: where; follow: the first such link of another page; act: what to do there to get to the page that is meant;
// covers: the path it has in docs/routes.txt, where that is another.
export const pages = [
  // the installation's own host
  { name: 'installation', path: '/', covers: '/installation', tenant: { url: demo.url.replace(/\/$/, '') } },
  { name: 'sign-up', path: '/sign-up', tenant: { url: demo.url.replace(/\/$/, '') } },
  // storefront, as a visitor
  { name: 'storefront', path: '/' },
  { name: 'search-one-word', path: '/search?q=leafandlark' },
  { name: 'search-whole-name', path: '/search?q=google.com' },
  { name: 'search-empty', path: '/search' },
  { name: 'bulk', path: '/bulk' },
  { name: 'bulk-results', path: '/bulk', act: (tab) => tab.locator('#names').fill('leafandlark.com\nnot a name\ngoogle.com\nbücher.com\nname.nosuchending').then(() => submit(tab)) },
  { name: 'bulk-refused', path: '/bulk', status: 422, act: submit },
  { name: 'price-list', path: '/prices' },
  { name: 'sign-in', path: '/sign-in' },
  { name: 'sign-in-refused', path: '/sign-in', status: 422, act: (tab) => tab.locator('input[name=email]').fill('nobody@example.com').then(() => submit(tab)) },
  { name: 'join', path: '/join' },
  { name: 'forgot', path: '/forgot' },
  { name: 'no-such-page', path: '/no/such/page', status: 404 },
  { name: 'saffron-storefront', path: '/', tenant: saffron },
  { name: 'console-sign-in', path: '/console/sign-in' },
  // the same site, as a customer who is signed in
  { name: 'me-profile', path: '/me/profile', as: customer },
  { name: 'me-confirm', path: '/me/confirm', as: customer },
  // staff console, as the owner
  { name: 'dashboard', path: '/console', as: owner },
  { name: 'saffron-dashboard', path: '/console', as: { tenant: saffron, role: 'owner' } },
  { name: 'tld-prices', path: '/console/prices', as: owner },
  { name: 'tld-prices-none', path: '/console/prices?q=nosuchending', as: owner },
  { name: 'tld-one', path: '/console/prices/com', as: owner },
  { name: 'price-change-new', path: '/console/tlds/com/prices/new', as: owner },
  { name: 'price-change-refused', path: '/console/tlds/com/prices/new', as: owner, status: 422, act: (tab) => tab.locator('#f-register-1-regular').fill('fourteen').then(() => submit(tab)) },
  { name: 'price-change-review', path: '/console/tlds/com/prices/new', as: owner, act: (tab) => tab.locator('#f-register-1-regular').fill('14.00').then(() => submit(tab)) },
  { name: 'price-import', path: '/console/prices/import', as: owner },
  { name: 'price-import-refused', path: '/console/prices/import', as: owner, status: 422, act: submit },
  { name: 'price-imports', path: '/console/prices/imports', as: owner },
  { name: 'price-import-one', follow: { from: '/console/prices/imports', link: 'a.rowlink' }, as: owner },
  { name: 'discounts', path: '/console/discounts', as: owner },
  { name: 'discount-new', path: '/console/discounts/new', as: owner },
  { name: 'discount-new-refused', path: '/console/discounts/new', as: owner, status: 422, act: submit },
  { name: 'coupon-new', path: '/console/discounts/new?kind=coupon', as: owner },
  { name: 'price-preview', path: '/console/discounts/preview', as: owner },
  { name: 'price-preview-one', path: '/console/discounts/preview?tld=com&operation=register&years=3&currency=USD', as: owner },
  { name: 'sales-lists', path: '/console/prices/lists', as: owner },
  { name: 'sales-list-new', path: '/console/prices/lists/new', as: owner },
  { name: 'sales-list-refused', path: '/console/prices/lists/new', as: owner, status: 422, act: submit },
  { name: 'sales-list-one', follow: { from: '/console/prices/lists', link: 'a.rowlink' }, as: owner },
  { name: 'tld-groups', path: '/console/prices/groups', as: owner },
  { name: 'tld-group-new', path: '/console/prices/groups/new', as: owner },
  { name: 'tld-group-refused', path: '/console/prices/groups/new', as: owner, status: 422, act: submit },
  { name: 'archive', path: '/console/archive', as: owner },
  { name: 'archived-prices', path: '/console/archive/prices', as: owner },
  { name: 'margins', path: '/console/margins', as: owner },
  { name: 'margins-narrow', path: '/console/margins?operation=renew&class=negative', as: owner },
  { name: 'margins-none', path: '/console/margins?q=nosuchending', as: owner },
  { name: 'margins-forbidden', path: '/console/margins', as: { tenant: northwind, role: 'support' }, status: 403 },
  { name: 'domain-names', path: '/console/domains', as: owner },
  { name: 'domain-names-none', path: '/console/domains?q=nosuchname', as: owner },
  { name: 'registrars', path: '/console/registrars', as: owner },
  { name: 'registrar-new', path: '/console/registrars/new', as: owner },
  { name: 'registrar-refused', path: '/console/registrars/new', as: owner, status: 422, act: submit },
  { name: 'registrar-one', follow: { from: '/console/registrars', link: 'a.rowlink' }, as: owner },
  { name: 'rates', path: '/console/rates', as: owner },
  { name: 'rates-in-yen', path: '/console/rates?base=JPY', as: owner },
  { name: 'rates-pair', path: '/console/rates/pairs/USD/INR', covers: '/console/rates/pairs/{base}/{quote}', as: owner },
  { name: 'rate-new', path: '/console/rates/new', as: owner },
  { name: 'rate-new-refused', path: '/console/rates/new', as: owner, status: 422, act: submit },
  { name: 'rate-imports', path: '/console/rates/imports', as: owner },
  { name: 'rate-import', path: '/console/rates/import', as: owner },
  { name: 'rate-import-refused', path: '/console/rates/import', as: owner, status: 422, act: submit },
  { name: 'rate-import-one', follow: { from: '/console/rates/imports', link: 'a.rowlink' }, as: owner },
  { name: 'rate-settings', path: '/console/settings/rates', as: owner },
  { name: 'rate-settings-refused', path: '/console/settings/rates', as: owner, status: 422, act: (tab) => tab.locator('input[name=oldest_hours]').fill('0').then(() => submit(tab)) },
  { name: 'sync', path: '/console/sync', as: owner },
  { name: 'sync-none', path: '/console/sync', as: { tenant: saffron, role: 'owner' } },
  { name: 'sync-new', path: '/console/sync/new', as: owner },
  { name: 'sync-refused', path: '/console/sync/new', as: owner, status: 422, act: submit },
  { name: 'sync-source', follow: { from: '/console/sync', link: 'a.rowlink' }, as: owner },
  { name: 'customers', path: '/console/customers', as: owner },
  { name: 'customer-one', follow: { from: '/console/customers', link: 'a.rowlink' }, as: owner },
  { name: 'customer-new', path: '/console/customers/new', as: owner },
  { name: 'customer-new-refused', path: '/console/customers/new', as: owner, status: 422, act: submit },
  { name: 'customer-groups', path: '/console/customer-groups', as: owner },
  { name: 'customer-group-new', path: '/console/customer-groups/new', as: owner },
  { name: 'suppliers', path: '/console/suppliers', as: owner },
  { name: 'supplier-one', follow: { from: '/console/suppliers', link: 'a.rowlink' }, as: owner },
  { name: 'supplier-new', path: '/console/suppliers/new', as: owner },
  { name: 'users', path: '/console/users', as: owner },
  { name: 'user-one', follow: { from: '/console/users', link: 'a.rowlink' }, as: owner },
  { name: 'user-invite', path: '/console/users/new', as: owner },
  { name: 'user-invite-refused', path: '/console/users/new', as: owner, status: 422, act: submit },
  { name: 'roles', path: '/console/roles', as: owner },
  { name: 'role-one', follow: { from: '/console/roles', link: 'a.rowlink' }, as: owner },
  { name: 'role-new', path: '/console/roles/new', as: owner },
  { name: 'api-keys', path: '/console/api-keys', as: owner },
  { name: 'api-key-new', path: '/console/api-keys/new', as: owner },
  { name: 'own-domains', path: '/console/settings/domains', as: owner },
  { name: 'audit', path: '/console/audit', as: owner },
  { name: 'jobs', path: '/console/jobs', as: owner },
  { name: 'jobs-none', path: '/console/jobs?state=dead', as: owner },
  { name: 'job-one', follow: { from: '/console/jobs', link: 'a.rowlink' }, as: owner },
  { name: 'mailbox', path: '/console/mailbox', as: owner },
  { name: 'notices', path: '/console/notices', as: owner },
  { name: 'profile', path: '/console/profile', as: owner },
  { name: 'confirm', path: '/console/confirm', as: owner },
  { name: 'settings', path: '/console/settings', as: owner },
  { name: 'settings-company', path: '/console/settings/company', as: owner },
  { name: 'storefront-settings', path: '/console/settings/storefront', as: owner },
  { name: 'storefront-settings-refused', path: '/console/settings/storefront', as: owner, status: 422, act: (tab) => tab.locator('input[name=prices][value=with_tax]').check().then(() => submit(tab)) },
  { name: 'tld-pricing', path: '/console/settings/tld-pricing', as: owner },
  { name: 'tld-pricing-refused', path: '/console/settings/tld-pricing', as: owner, status: 422, act: (tab) => tab.locator('#f-max_schedule_days').fill('soon').then(() => submit(tab)) },
  { name: 'keys', path: '/console/keys', as: owner },
  { name: 'components', path: '/console/components', as: owner },
  { name: 'search', path: '/console/search?q=harbour', as: owner },
  { name: 'forbidden', path: '/console/prices/import', as: { tenant: northwind, role: 'support' }, status: 403 },
];

// The same list with what each entry leaves unsaid.
export const allPages = pages.map((page) => {
  const tenant = page.tenant ?? page.as?.tenant ?? northwind;
  const path = page.path ?? `${page.follow.from} first`;
  return { status: 200, ...page, path, tenant, url: tenant.url + page.path };
});

// Those that have an address of their own and nothing to do first.
export const plainPages = allPages.filter((page) => !page.follow && !page.act);

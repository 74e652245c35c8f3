// Every page of the product and who looks at it. A page that docs/routes.txt names and this list does not is a failure
// (suites/coverage.test.mjs), so that no page escapes the checks.
import { northwind, saffron } from './demo.mjs';

const owner = { tenant: northwind, role: 'owner' };

export const pages = [
  // storefront, as a visitor
  { name: 'storefront', path: '/' },
  { name: 'search-one-word', path: '/search?q=leafandlark' },
  { name: 'search-many', path: '/search?q=' + encodeURIComponent('leaf.com\nlark.net\nnot a name\nexample.org') },
  { name: 'price-list', path: '/prices' },
  { name: 'sign-in', path: '/sign-in' },
  { name: 'no-such-page', path: '/no/such/page', status: 404 },
  { name: 'saffron-storefront', path: '/', tenant: saffron },
  // staff console, as the owner
  { name: 'dashboard', path: '/console', as: owner },
  { name: 'tld-prices', path: '/console/prices', as: owner },
  { name: 'price-import', path: '/console/prices/import', as: owner },
  { name: 'customers', path: '/console/customers', as: owner },
  { name: 'suppliers', path: '/console/suppliers', as: owner },
  { name: 'users', path: '/console/users', as: owner },
  { name: 'roles', path: '/console/roles', as: owner },
  { name: 'audit', path: '/console/audit', as: owner },
  { name: 'jobs', path: '/console/jobs', as: owner },
  { name: 'mailbox', path: '/console/mailbox', as: owner },
  { name: 'notices', path: '/console/notices', as: owner },
  { name: 'profile', path: '/console/profile', as: owner },
  { name: 'settings', path: '/console/settings', as: owner },
];

// The same list with what each entry leaves unsaid.
export const allPages = pages.map((page) => {
  const tenant = page.tenant ?? page.as?.tenant ?? northwind;
  return { status: 200, ...page, tenant, url: tenant.url + page.path };
});

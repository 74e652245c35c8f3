// The browser: the system's Chromium, started once a file, with a fresh context for each visit.
import { chromium } from 'playwright-core';
import { after, before } from 'node:test';
import { password, staff } from './demo.mjs';

const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];

let browser;
const signedIn = new Map();

// Call once at the top of a suite.
export function useBrowser() {
  before(async () => {
    browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: FLAGS });
  });
  after(async () => browser?.close());
}

// A new page in a context of its own. `as` is {tenant, role}, signed in (role `customer` at the company's site); without
// it a visitor.
// `faults` gathers what no page may produce: console errors, policy violations, failed own requests, exceptions.
export async function visit({ as, javaScript = true, width = 1440, height = 900, scheme = 'light', reducedMotion = 'reduce', bypassCSP = false } = {}) {
  const storageState = as ? await cookiesOf(as) : undefined;
  const context = await browser.newContext({ storageState, javaScriptEnabled: javaScript, viewport: { width, height }, colorScheme: scheme, reducedMotion, bypassCSP, acceptDownloads: true });
  context.setDefaultTimeout(10_000);
  const page = await context.newPage();
  const faults = [];
  page.on('console', (message) => message.type() === 'error' && !expectedError(message.text()) && faults.push(`console: ${message.text()}`));
  page.on('pageerror', (error) => !fromTheBrowser(error.message) && faults.push(`exception: ${error.message}`));
  page.on('request', (sent) => !sent.url().startsWith('data:') && !new URL(sent.url()).hostname.endsWith('localhost') && faults.push(`request to the outside: ${sent.url()}`));
  return { page, context, faults, close: () => context.close() };
}

// Chromium reports an answer of 4xx as an error; a test that provokes one checks the status itself.
const expectedError = (text) => /Failed to load resource: the server responded with a status of 4\d\d/.test(text);

// The browser's own word on a page transition that a quick next click cut short.
const fromTheBrowser = (text) => text.startsWith('Transition was aborted') || text.startsWith('Transition was skipped');

// Signing in costs a password hash; each sign-in is done once a file and its cookies are used again.
async function cookiesOf({ tenant, role }) {
  const key = `${tenant.slug}/${role}`;
  if (!signedIn.has(key)) signedIn.set(key, signInState(tenant, role));
  return signedIn.get(key);
}

async function signInState(tenant, role) {
  const context = await browser.newContext();
  const page = await context.newPage();
  if (role === 'customer') await signIn(page, tenant, tenant.customers[0].email, password, '/sign-in');
  else await signIn(page, tenant, staff(tenant, role).email);
  const state = await context.storageState();
  await context.close();
  return state;
}

// Fills in the sign-in form as a person would.
export async function signIn(page, tenant, email, secret = password, at = '/console/sign-in') {
  await page.goto(tenant.url + at);
  await page.locator('input[name=email]').fill(email);
  await page.locator('input[name=password]').fill(secret);
  await Promise.all([page.waitForLoadState('load'), page.locator('form:has(input[name=password]) button:not([type=button])').first().click()]);
  await page.waitForLoadState('load');
}

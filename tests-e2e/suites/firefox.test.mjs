// The second engine lays the key pages out as the first does: the same parts at the same places, nothing wider than the
// window. Screenshots of both land in shots/, to be looked at side by side.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { after, before, test } from 'node:test';
import { useBrowser, visit } from '../lib/browser.mjs';
import { northwind, password, staff } from '../lib/demo.mjs';
import { firefox, startFirefox } from '../lib/firefox.mjs';

const skip = firefox ? false : 'there is no Firefox here (FIREFOX names one)';
const shots = new URL('../shots/', import.meta.url);

const ROUTES = [
  ['storefront', '/'],
  ['search', '/search?q=leafandlark'],
  ['price-list', '/prices'],
  ['console-sign-in', '/console/sign-in'],
  ['dashboard', '/console'],
  ['tld-prices', '/console/prices'],
  ['customers', '/console/customers'],
  ['jobs', '/console/jobs'],
  ['company-settings', '/console/settings/company'],
];

useBrowser();
let other;

before(async () => {
  if (skip) return;
  fs.mkdirSync(shots, { recursive: true });
  other = await startFirefox();
});
after(async () => other?.close());

for (const [name, path] of ROUTES) {
  test(`${path} looks the same in Firefox`, { skip }, async () => {
    const inside = path.startsWith('/console') && !path.endsWith('/sign-in');
    if (inside) await signedIn();
    const { page, close } = await visit({ as: inside ? { tenant: northwind, role: 'owner' } : undefined });
    // a headless Firefox has no window narrower than 500 px
    for (const width of [1440, 600]) {
      await page.setViewportSize({ width, height: 900 });
      await page.goto(northwind.url + path, { waitUntil: 'load' });
      await other.resize(width, 900);
      await other.goto(northwind.url + path);
      fs.writeFileSync(new URL(`firefox-${name}-${width}.png`, shots), await other.screenshot());
      const [here, there] = [await page.evaluate(places), await other.run(`return (${places})()`)];
      assert.ok(there.width <= width, `${there.width} px wide at ${width}`);
      assert.deepEqual(differences(here.parts, there.parts), [], `at ${width} px`);
    }
    await close();
  });
}

let isIn = false;

async function signedIn() {
  if (isIn) return;
  await other.goto(`${northwind.url}/console/sign-in`);
  await other.run('document.querySelector("input[name=email]").value = arguments[0]; document.querySelector("input[name=password]").value = arguments[1]; document.querySelector("form:has(input[name=password])").requestSubmit()', staff(northwind, 'owner').email, password);
  for (let tries = 0; tries < 100 && (await other.run('return location.pathname')) !== '/console'; tries++) await new Promise((resolve) => setTimeout(resolve, 100));
  assert.equal(await other.run('return location.pathname'), '/console');
  isIn = true;
}

// Runs in either page: where its parts stand. Heights depend on each engine's fonts and are not compared.
function places() {
  const parts = {};
  for (const selector of ['header', 'nav', 'main', 'main h1', 'main form', 'main table', 'main .card', 'main .tiles', 'footer']) {
    const found = [...document.querySelectorAll(selector)].find((one) => one.getClientRects().length > 0);
    if (!found) continue;
    const box = found.getBoundingClientRect();
    parts[selector] = [Math.round(box.left), Math.round(box.width)];
  }
  return { parts, width: document.documentElement.scrollWidth };
}

// Parts that only one has, or that stand elsewhere. What is as wide as its words may differ by the fonts.
function differences(here, there) {
  const names = new Set([...Object.keys(here), ...Object.keys(there)]);
  return [...names].flatMap((name) => {
    if (!here[name] || !there[name]) return [`${name}: ${here[name] ? 'missing' : 'too much'} in Firefox`];
    const [left, width] = [Math.abs(here[name][0] - there[name][0]), Math.abs(here[name][1] - there[name][1])];
    const most = name.includes(' ') ? 32 : 4;
    return left > most || width > most ? [`${name}: ${here[name]} and ${there[name]}`] : [];
  });
}

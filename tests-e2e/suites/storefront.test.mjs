// A visitor looks for names, with JavaScript and without.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { useBrowser, visit } from '../lib/browser.mjs';
import { northwind } from '../lib/demo.mjs';
import { pattern, words } from '../lib/words.mjs';

useBrowser();

const STATES = ['available', 'taken', 'invalid', 'unknown'].map((state) => words('domains', `domains-${state}`));

for (const javaScript of [true, false]) {
  describe(javaScript ? 'with JavaScript' : 'without JavaScript', () => {
    test('one word shows endings with their state, price and renewal price', () => oneWord(javaScript));
    test('a whole name is answered first, then its neighbours', () => wholeName(javaScript));
    test('a list has a row for each name in the order asked, bad ones with the reason', () => list(javaScript));
    test('nothing typed is lost when the list is too long', () => tooLong(javaScript));
    test('an empty list says what to do', () => emptyList(javaScript));
    test('the price list is filtered by the address and says the same as CSV', () => priceList(javaScript));
  });
}

// Rows as a reader sees them, from top to bottom: name, state, texts of the price column. Those that arrive while the page
// streams come in any order; the place each takes is what counts.
async function rows(page) {
  await page.waitForLoadState('load');
  // the rows that arrived; those they took the place of stand in a shadow tree and are not looked at
  return page.evaluate(() =>
    [...document.querySelectorAll('.hit')].sort((a, b) => a.getBoundingClientRect().top - b.getBoundingClientRect().top).map((hit) => {
      const texts = (selector) => [...hit.querySelectorAll(selector)].map((found) => found.textContent.trim());
      return { name: texts('.name')[0] ?? '', badges: texts('.badge'), price: texts('.p strong')[0] ?? '', notes: texts('.p small') };
    }),
  );
}

const stateOf = (row) => STATES.find((state) => row.badges.includes(state));

async function oneWord(javaScript) {
  const { page, faults, close } = await visit({ javaScript });
  await page.goto(northwind.url);
  await page.locator('#q').fill('leafandlark');
  await page.locator('form[role=search] button').click();
  await page.waitForURL(/\/search\?/);
  const found = await rows(page);
  assert.ok(found.length >= 8, `${found.length} endings`);
  for (const row of found) {
    assert.match(row.name, /^leafandlark\./);
    assert.ok(stateOf(row), `${row.name} says what state it is in: ${row.badges}`);
    if (stateOf(row) === words('domains', 'domains-available')) {
      assert.match(row.price, /\d/, `${row.name} has a price`);
      assert.ok(row.notes.some((note) => /\d/.test(note)), `${row.name} has its renewal price beside it: ${row.notes}`);
    } else {
      assert.equal(row.price, '', `${row.name} is not available and shows no price`);
    }
  }
  assert.equal(await page.locator('#q').inputValue(), 'leafandlark');
  assert.deepEqual(faults, []);
  await close();
}

async function wholeName(javaScript) {
  const { page, faults, close } = await visit({ javaScript });
  await page.goto(`${northwind.url}/search?q=leafandlark.com`);
  await page.waitForLoadState('load');
  assert.equal((await page.locator('.exact:visible').first().textContent()).trim(), 'leafandlark.com');
  assert.ok((await rows(page)).length >= 4);
  assert.deepEqual(faults, []);
  await close();
}

async function list(javaScript) {
  const asked = ['leafandlark.com', 'not a name', 'leafandlark.net', 'leafandlark.com', 'LEAFANDLARK.ORG', 'bücher.com', '-bad.com', 'x.nosuchending'];
  const { page, faults, close } = await visit({ javaScript });
  await page.goto(`${northwind.url}/bulk`);
  await page.locator('#names').fill(asked.join('\n'));
  await Promise.all([page.waitForNavigation({ waitUntil: 'load' }), page.locator('form:has(#names) button').last().click()]);
  const found = await rows(page);
  assert.equal(found.length, asked.length, 'one row for each, duplicates too');
  const invalid = words('domains', 'domains-invalid');
  assert.deepEqual(found.map((row) => row.name.toLowerCase()), asked.map((name) => name.toLowerCase()));
  for (const at of [1, 6, 7]) {
    assert.ok(found[at].badges.includes(invalid), `${asked[at]} is no name`);
    assert.ok(found[at].notes.join('').length > 10, `${asked[at]} says why`);
  }
  assert.equal(stateOf(found[0]), stateOf(found[3]), 'the same name has the same answer');
  assert.deepEqual(faults, []);
  await close();
}

async function tooLong(javaScript) {
  const asked = Array.from({ length: 501 }, (_, number) => `too-many-${number}.com`).join('\n');
  const { page, close } = await visit({ javaScript });
  await page.goto(`${northwind.url}/bulk`);
  await page.locator('#names').fill(asked);
  await page.locator('form:has(#names) button').last().click();
  await page.locator('.err-sum').waitFor();
  assert.match(await page.locator('.err-sum').textContent(), pattern('domains', 'error-too_many_names'));
  assert.equal((await page.locator('#names').inputValue()).replaceAll('\r', ''), asked);
  assert.match(await page.title(), /^Error:/);
  await close();
}

async function emptyList(javaScript) {
  const { page, close } = await visit({ javaScript });
  await page.goto(`${northwind.url}/bulk`);
  await page.locator('form:has(#names) button').last().click();
  await page.locator('.err-sum').waitFor();
  assert.match(await page.locator('.err-sum').textContent(), pattern('domains', 'error-no_names'));
  await close();
}

async function priceList(javaScript) {
  const { page, faults, close } = await visit({ javaScript });
  await page.goto(`${northwind.url}/prices?q=com`);
  const shown = await page.locator('table tbody th').allTextContents();
  assert.ok(shown.length > 0 && shown.every((ending) => ending.includes('com')), `${shown}`);
  const [download] = await Promise.all([page.waitForEvent('download'), page.locator('a[href*=".csv"]').first().click()]);
  const lines = (await text(download)).trim().split('\n');
  assert.ok(lines.length - 1 >= shown.length, 'the CSV has every row of the page');
  assert.ok(lines.slice(1).every((line) => line.split(',')[0].includes('com')), 'and only those of the filter');
  assert.deepEqual(faults, []);
  await close();
}

async function text(download) {
  const chunks = [];
  for await (const chunk of await download.createReadStream()) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

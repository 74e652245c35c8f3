// A price that changes next summer: typed, looked at with what it does, published, changed again, taken back. And a coupon:
// added, tried on a price, ended. And a history of exchange rates: mended, looked at, recorded. Each run has an ending, a
// code and a day of its own, so that suites may run side by side.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { useBrowser, visit } from '../lib/browser.mjs';
import { northwind } from '../lib/demo.mjs';
import { words } from '../lib/words.mjs';

useBrowser();

const owner = { tenant: northwind, role: 'owner' };
const at = (path) => northwind.url + path;
const inDays = (days) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

async function press(page, button) {
  await button.first().click();
  await page.waitForLoadState('load');
}

for (const javaScript of [true, false]) {
  describe(javaScript ? 'with JavaScript' : 'without JavaScript', () => {
    test('a price is scheduled, edited and taken back, each after a look at what it does; below cost only with a reason', () => scheduled(javaScript));
    test('a coupon is added, makes a price less, and is ended', () => coupon(javaScript));
    test('a history of rates is mended where it was pasted, looked at with what it touches, and recorded', () => history(javaScript));
  });
}

async function scheduled(javaScript) {
  const { page, faults, close } = await visit({ as: owner, javaScript });
  const ending = javaScript ? 'cafe' : 'today';
  const main = () => page.locator('main').textContent();
  await page.goto(at(`/console/tlds/${ending}/prices/new`));
  await page.locator('input[name=effective_from]').fill(inDays(200));
  await page.locator('input[name=renew-1-regular]').fill('14.37');
  await press(page, page.locator('main form button.btn--primary'));
  const publish = page.locator('button[name=publish]');
  assert.match(await main(), /14\.37/);
  assert.match(await main(), new RegExp(words('catalog', 'catalog-change-margins')));
  assert.match(await main(), new RegExp(words('web', 'touches-title')));

  await press(page, page.locator('button[name=back]'));
  assert.equal(await page.locator('input[name=renew-1-regular]').inputValue(), '14.37', 'what was typed is still there');
  await press(page, page.locator('main form button.btn--primary'));
  await press(page, publish);
  await page.locator('.err-sum').waitFor();
  await page.locator('[name=below_cost_reason]').fill('A guest price, to be taken back');
  await press(page, publish);
  assert.equal(new URL(page.url()).pathname, `/console/prices/${ending}`, await main());
  assert.match(await main(), /14\.37/);

  const edit = page.locator(`main a[href*="/tlds/${ending}/prices/pch_"]`);
  await press(page, edit);
  await page.locator('input[name=renew-1-regular]').fill('59.13');
  await press(page, page.locator('main form button.btn--primary'));
  await press(page, publish);
  assert.match(await main(), /59\.13/);
  assert.equal(await edit.count(), 1, 'one change is scheduled, not two');

  await press(page, page.locator('main form[action$="/cancel"] button'));
  const confirm = page.locator('dialog[open] button.btn--danger, main form[action$="/cancel"] button');
  if (new URL(page.url()).pathname !== `/console/prices/${ending}`) await press(page, confirm);
  await page.goto(at(`/console/prices/${ending}`));
  assert.equal(await edit.count(), 0, 'nothing is scheduled any more');
  assert.deepEqual(faults, []);
  await close();
}

async function coupon(javaScript) {
  const { page, faults, close } = await visit({ as: owner, javaScript });
  const code = `QUIET-${javaScript ? 'LAKE' : 'POND'}-${Date.now() % 1_000_000}`;
  const main = () => page.locator('main').textContent();
  await page.goto(at('/console/discounts/new?kind=coupon'));
  await page.locator('input[name=code]').fill(code);
  await page.locator('input[name=name]').fill(`Half of everything, ${code}`);
  await page.locator('input[name=percent]').fill('fifty');
  await press(page, page.locator('main form button.btn--primary'));
  assert.equal(await page.locator('input[name=code]').inputValue(), code, 'a refused form keeps what was typed');
  await page.locator('input[name=percent]').fill('50');
  await press(page, page.locator('main form button.btn--primary'));
  assert.match(await main(), new RegExp(code), 'a coupon touches nobody yet, so that it is added at once');
  await page.goto(at(`/console/discounts/preview?tld=biz&operation=renew&years=1&currency=USD&coupon=${code}`));
  assert.match(await main(), new RegExp(code));
  await page.goto(at('/console/discounts'));
  await press(page, page.locator('main a', { hasText: code }));
  const end = page.locator('main form[action$="/end"] button');
  await press(page, end);
  await press(page, page.locator('button[name=publish]'));
  await page.goto(at('/console/discounts?view=past'));
  assert.match(await main(), new RegExp(code));
  assert.deepEqual(faults, []);
  await close();
}

async function history(javaScript) {
  const { page, faults, close } = await visit({ as: owner, javaScript });
  const main = () => page.locator('main').textContent();
  const some = (n) => Math.floor(Math.random() * n);
  const day = `${2000 + some(20)}-${10 + some(3)}-${10 + some(18)}`;
  const send = () => press(page, page.locator('main form.card button.btn--primary'));
  await page.goto(at('/console/rates/import'));
  await send();
  assert.match(await main(), new RegExp(words('reference', 'error-ecb_missing')));
  await page.locator('textarea[name=pasted]').fill(`Date,USD\n${day},1;08`);
  await send();
  assert.equal(await page.locator('main th[scope=row]').first().textContent(), 'Line 2', 'a bad line is named as people count it');
  await press(page, page.locator('main a[href*="/rates/import?of="]'));
  assert.match(await page.locator('textarea[name=pasted]').inputValue(), /1;08/, 'what was pasted is still there');
  await page.locator('textarea[name=pasted]').fill(`Date,USD\n${day},1.08`);
  await send();
  assert.match(await main(), new RegExp(words('web', 'touches-title')));
  assert.match(await main(), new RegExp(words('reference', 'rates-review-none')), 'a day long past touches nothing');
  await press(page, page.locator('button[name=publish]'));
  assert.equal(new URL(page.url()).pathname, '/console/rates', await main());
  await page.goto(at('/console/rates/imports'));
  assert.match(await page.locator('main tbody tr').first().textContent(), new RegExp(words('reference', 'rates-state-applied')));
  assert.deepEqual(faults, []);
  await close();
}

// A day in the staff console: the price book, an import, people, the audit log, jobs, the mailbox. Paths that change
// something use what is theirs alone, so that suites may run side by side.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { useBrowser, visit } from '../lib/browser.mjs';
import { northwind } from '../lib/demo.mjs';
import { words } from '../lib/words.mjs';

useBrowser();

const owner = { tenant: northwind, role: 'owner' };
const at = (path) => northwind.url + path;

async function textOf(download) {
  const chunks = [];
  for await (const chunk of await download.createReadStream()) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

async function downloadCsv(page) {
  const [download] = await Promise.all([page.waitForEvent('download'), page.locator('main a[href*=".csv"]').first().click()]);
  return (await textOf(download)).trim().split(/\r?\n/);
}

for (const javaScript of [true, false]) {
  const how = javaScript ? 'with JavaScript' : 'without JavaScript';
  describe(how, () => {
    test('the price book shows what the real lists come to', () => theRealLists(javaScript));
    test('the price book is filtered, and its CSV says the same', () => filteredBook(javaScript));
    test('a bad cell of an import names line, column, value and reason, and changes nothing', () => badImport(javaScript));
    test('an import is shown before it changes anything, then applied', () => goodImport(javaScript));
    test('somebody is invited, gets mail, and signs in', () => invitation(javaScript));
    test('a refused form keeps what was typed', () => keepsInput(javaScript));
  });
}

async function theRealLists(javaScript) {
  const { page, faults, close } = await visit({ as: owner, javaScript });
  await page.goto(at('/console/prices'));
  const main = (await page.locator('main').textContent()).replace(/\s+/g, ' ');
  for (const [key, count] of [['catalog-tile-compared', 346], ['catalog-tile-register-negative', 283], ['catalog-tile-renew-negative', 18], ['catalog-tile-renew-low', 267]]) {
    assert.match(main, new RegExp(`${words('catalog', key)}\\s*${count}(?!\\d)`), key);
  }
  assert.deepEqual(faults, []);
  await close();
}

async function filteredBook(javaScript) {
  const { page, faults, close } = await visit({ as: owner, javaScript });
  await page.goto(at('/console/prices'));
  await page.locator('.views a', { hasText: words('catalog', 'catalog-view-negative') }).click();
  await page.waitForURL(/view=/);
  const negative = await downloadCsv(page);
  assert.ok(negative.length > 18 && negative.length < 346, `${negative.length} lines`);
  await page.locator('main input[type=search]').first().fill('.shop');
  await page.keyboard.press('Enter');
  await page.waitForURL(/q=/);
  const shown = await page.locator('#price-book tbody th').allTextContents();
  assert.ok(shown.every((ending) => ending.includes('shop')), `${shown}`);
  assert.match(page.url(), /view=/, 'the search keeps the view');
  await page.goBack();
  assert.ok((await page.locator('#price-book tbody tr').count()) > shown.length, 'the back button brings the list back');
  assert.deepEqual(faults, []);
  await close();
}

async function pasteImport(page, text) {
  await page.goto(at('/console/prices/import'));
  await page.locator('select[name=format]').selectOption({ label: words('catalog', 'catalog-format-prices-csv') });
  const sales = await page.locator('select[name=list] option').evaluateAll((options) => options.filter((one) => /sales/i.test(one.textContent)).map((one) => one.value));
  await page.locator('select[name=list]').selectOption(sales[0]);
  await page.locator('textarea[name=pasted]').fill(text);
  await page.locator('main form button.btn--primary').click();
  await page.waitForLoadState('load');
}

const HEAD = 'tld,operation,years,kind,currency,amount,effective_from';

async function badImport(javaScript) {
  const { page, faults, close } = await visit({ as: owner, javaScript });
  await pasteImport(page, `${HEAD}\ncom,register,1,regular,USD,11.08,\nnet,register,1,regular,USD,eleven,\n`);
  const main = await page.locator('main').textContent();
  assert.match(main, new RegExp(words('catalog', 'catalog-refused')));
  const row = page.locator('main table tbody tr', { hasText: 'eleven' }).first();
  assert.match(await row.textContent(), /3[\s\S]*amount[\s\S]*eleven[\s\S]*\S/);
  assert.equal(await page.locator('form[action$="/apply"]').count(), 0, 'there is nothing to apply');
  assert.deepEqual(faults, []);
  await close();
}

async function goodImport(javaScript) {
  const { page, faults, close } = await visit({ as: owner, javaScript });
  // an ending without a cost, so that no margin counted elsewhere moves; each run takes one of its own
  await page.goto(at('/console/prices?view=no_cost'));
  const free = await page.locator('#price-book tbody a.rowlink').evaluateAll((links) => links.map((link) => link.pathname.split('/').pop()));
  const [ending, amount] = javaScript ? [free[0], '47.11'] : [free[1], '48.12'];
  await pasteImport(page, `${HEAD}\n${ending},register,1,regular,USD,${amount},\n`);
  assert.match(await page.locator('main').textContent(), new RegExp(words('catalog', 'catalog-dry-run')));
  assert.match(await page.locator('#plan').textContent(), new RegExp(amount.replace('.', '\\.')));
  const review = page.url();
  await page.goto(at(`/console/prices/${ending}`));
  assert.doesNotMatch(await page.locator('main').textContent(), new RegExp(amount.replace('.', '\\.')), 'nothing has changed yet');
  await page.goto(review);
  await page.locator('form[action$="/apply"] button').click();
  await page.waitForLoadState('load');
  assert.match(await page.locator('main').textContent(), new RegExp(words('catalog', 'catalog-applied')));
  await page.goto(at(`/console/prices/${ending}`));
  assert.match(await page.locator('main').textContent(), new RegExp(amount.replace('.', '\\.')));
  assert.deepEqual(faults, []);
  await close();
}

async function invitation(javaScript) {
  const email = `new-${javaScript ? 'js' : 'plain'}@northwind.example`;
  const { page, faults, close } = await visit({ as: owner, javaScript });
  await page.goto(at('/console/users/new'));
  await page.locator('input[name=name]').fill('Nila Newcomer');
  await page.locator('input[name=email]').fill(email);
  await page.locator('input[name=roles]').last().check();
  await page.locator('main form button.btn--primary').first().click();
  await page.waitForLoadState('load');
  await page.goto(at(`/console/users?q=${encodeURIComponent(email)}`));
  assert.match(await page.locator('main table tbody').textContent(), new RegExp(words('identity', 'identity-state-invited')));
  const link = await linkInMail(page, email, /\/invite\//);

  const guest = await visit({ javaScript });
  await guest.page.goto(link);
  await guest.page.locator('input[name=password]').fill('a quiet lake in november');
  await guest.page.locator('main form button.btn--primary').click();
  await guest.page.waitForLoadState('load');
  await guest.page.goto(at('/console'));
  if (guest.page.url().includes('/sign-in')) {
    await guest.page.locator('input[name=email]').fill(email);
    await guest.page.locator('input[name=password]').fill('a quiet lake in november');
    await guest.page.locator('form:has(input[name=password]) button:not([type=button])').click();
    await guest.page.waitForLoadState('load');
  }
  assert.equal(new URL(guest.page.url()).pathname, '/console');
  await guest.close();

  await page.goto(at('/console/audit'));
  assert.match(await page.locator('main').textContent(), /user/i, 'the audit log has it');
  assert.deepEqual(faults, []);
  await close();
}

// Mail is sent by a job; the mailbox shows it soon after.
async function linkInMail(page, email, wanted) {
  for (let tries = 0; tries < 50; tries++) {
    await page.goto(at('/console/mailbox'));
    const mail = page.locator('tbody tr', { hasText: email }).locator('a.rowlink');
    if ((await mail.count()) > 0) {
      await mail.first().click();
      await page.waitForLoadState('load');
      const links = await page.locator('main').evaluate((main) => [...main.querySelectorAll('a')].map((a) => a.href).concat(main.textContent.match(/https?:\/\/\S+/g) ?? []));
      const found = links.find((link) => wanted.test(link));
      if (found) return found;
    }
    await page.waitForTimeout(200);
  }
  throw new Error(`no mail for ${email} with a link like ${wanted}`);
}

async function keepsInput(javaScript) {
  const { page, close } = await visit({ as: owner, javaScript });
  await page.goto(at('/console/users/new'));
  await page.locator('input[name=name]').fill('<b>Zoë</b> "O\'Hara" & Söhne');
  await page.locator('input[name=email]').fill('not an address');
  await page.locator('main form button.btn--primary').first().click();
  await page.locator('.err-sum').waitFor();
  assert.equal(await page.locator('input[name=name]').inputValue(), '<b>Zoë</b> "O\'Hara" & Söhne');
  assert.equal(await page.locator('input[name=email]').inputValue(), 'not an address');
  assert.match(await page.title(), /^Error:/);
  await close();
}

describe('lists', () => {
  for (const path of ['/console/prices', '/console/users', '/console/audit', '/console/jobs', '/console/registrars', '/console/prices/imports', '/console/customers', '/console/suppliers']) {
    test(`${path} has its CSV`, async () => {
      const { page, close } = await visit({ as: owner });
      await page.goto(at(path));
      const lines = await downloadCsv(page);
      assert.match(lines[0], /^[a-z_]+(,[a-z_]+)+$/, `a heading line: ${lines[0]}`);
      await close();
    });
  }

  test('the audit log tells who signed in', async () => {
    const { page, close } = await visit({ as: owner });
    await page.goto(at('/console/audit?q=sign'));
    assert.match(await page.locator('main').textContent(), /sign/i);
    await close();
  });

  test('what people typed is shown as text', async () => {
    const { page, close } = await visit({ as: owner });
    await page.goto(at(`/console/users?q=${encodeURIComponent('<img src=x onerror=alert(1)>')}`));
    assert.equal(await page.locator('main img[src=x]').count(), 0);
    assert.equal(await page.locator('main input[type=search]').first().inputValue(), '<img src=x onerror=alert(1)>');
    await close();
  });
});

describe('keys', () => {
  test('the palette opens, finds the price book and goes there', async () => {
    const { page, faults, close } = await visit({ as: owner });
    await page.goto(at('/console'));
    await page.keyboard.press('Control+k');
    await page.locator('#cmdk[open]').waitFor();
    await page.keyboard.type(words('catalog', 'catalog-prices').slice(0, 8));
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/console\/(prices|search)/);
    assert.deepEqual(faults, []);
    await close();
  });

  test('g then p goes to the price book, and not while one types', async () => {
    const { page, close } = await visit({ as: owner });
    await page.goto(at('/console/users'));
    await page.locator('main input[type=search]').first().focus();
    await page.keyboard.type('gp');
    assert.match(page.url(), /\/console\/users/);
    await page.locator('h1').click();
    await page.keyboard.press('g');
    await page.keyboard.press('p');
    await page.waitForURL(/\/console\/prices/);
    await close();
  });
});

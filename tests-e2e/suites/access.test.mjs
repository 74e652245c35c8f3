// Who gets where: signed out, in the wrong role, as another tenant, with another tenant's key.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { signIn, useBrowser, visit } from '../lib/browser.mjs';
import { demo, northwind, password, request, saffron, staff } from '../lib/demo.mjs';
import { plainPages } from '../lib/pages.mjs';
import { words } from '../lib/words.mjs';

useBrowser();

describe('signed out', () => {
  for (const page of plainPages.filter((one) => one.as)) {
    test(`${page.path} leads to sign-in and back`, async () => {
      const answer = await request(page.url, { headers: { accept: 'text/html' } });
      assert.equal(answer.status, 303);
      const goal = new URL(answer.headers.location, page.url);
      assert.equal(goal.pathname, page.path.startsWith('/me/') ? '/sign-in' : '/console/sign-in');
      assert.equal(goal.searchParams.get('next'), page.path);
    });
  }

  test('the API says 401 as a problem', async () => {
    const answer = await request(`${northwind.url}/api/v1/users`, { headers: { accept: 'application/json' } });
    assert.equal(answer.status, 401);
    assert.match(answer.headers['content-type'], /^application\/problem\+json/);
    assert.match(JSON.parse(answer.text).code, /./);
  });
});

describe('signing in', () => {
  // an account that no other suite signs in with: guessing at it is slowed down
  const guessed = staff(northwind, 'finance').email;

  for (const javaScript of [true, false]) {
    test(`a wrong password keeps the address and tells nothing (JavaScript ${javaScript ? 'on' : 'off'})`, async () => {
      const { page, close } = await visit({ javaScript });
      await signIn(page, northwind, guessed, 'not the password');
      assert.match(await page.locator('.err-sum').textContent(), new RegExp(words('identity', 'error-sign_in_wrong').slice(0, 20)));
      assert.equal(await page.locator('input[name=email]').inputValue(), guessed);
      assert.equal(await page.locator('input[name=password]').inputValue(), '');
      await signIn(page, northwind, 'nobody@example.com', 'not the password');
      assert.match(await page.locator('.err-sum').textContent(), new RegExp(words('identity', 'error-sign_in_wrong').slice(0, 20)));
      await close();
    });

    test(`the right one leads to where one wanted to go, and signing out ends it (JavaScript ${javaScript ? 'on' : 'off'})`, async () => {
      const { page, faults, close } = await visit({ javaScript });
      await page.goto(`${northwind.url}/console/users`);
      assert.match(page.url(), /\/console\/sign-in\?next=/);
      await page.locator('input[name=email]').fill(staff(northwind, 'owner').email);
      await page.locator('input[name=password]').fill(password);
      await page.locator('form:has(input[name=password]) button:not([type=button])').click();
      await page.waitForURL('**/console/users');
      await page.locator('button[popovertarget=m-user]').focus();
      await page.keyboard.press('Enter');
      await page.locator('form[action="/console/sign-out"] button').click();
      await page.waitForURL((url) => !url.pathname.startsWith('/console/users'));
      await page.goto(`${northwind.url}/console/users`);
      assert.match(page.url(), /\/console\/sign-in/);
      assert.deepEqual(faults, []);
      await close();
    });
  }

  test('the console cookie is out of reach of scripts and of other sites', async () => {
    const { page, context, close } = await visit({});
    await signIn(page, northwind, staff(northwind, 'owner').email);
    const cookies = (await context.cookies(northwind.url)).filter((cookie) => cookie.httpOnly);
    assert.ok(cookies.length > 0);
    for (const cookie of cookies) {
      assert.match(cookie.name, /^__Host-/);
      assert.ok(cookie.secure && cookie.httpOnly);
      assert.match(cookie.sameSite, /Lax|Strict/);
    }
    await close();
  });
});

describe('in the wrong place', () => {
  test('a role without the right gets a page that says so', async () => {
    const { page, close } = await visit({ as: { tenant: northwind, role: 'support' } });
    const answer = await page.goto(`${northwind.url}/console/prices/import`);
    assert.equal(answer.status(), 403);
    assert.match(await page.locator('h1').textContent(), /\S/);
    assert.ok((await page.locator('main a').count()) > 0, 'the page shows a way on');
    await close();
  });

  test("another tenant's sign-in is no sign-in here", async () => {
    const { page, close } = await visit({});
    await signIn(page, saffron, staff(northwind, 'owner').email);
    assert.match(page.url(), /\/console\/sign-in/);
    await close();
  });

  test("another tenant's key finds nothing here", async () => {
    const answer = await request(`${saffron.url}/api/v1/catalog/prices`, { headers: { authorization: `Bearer ${northwind.api_key}` } });
    assert.equal(answer.status, 404);
  });

  test('a form from another site is refused', async () => {
    const body = 'email=a%40example.com&password=x';
    const headers = { 'content-type': 'application/x-www-form-urlencoded', origin: 'https://evil.example', 'sec-fetch-site': 'cross-site', 'content-length': body.length };
    const answer = await request(`${northwind.url}/console/sign-in`, { method: 'POST', headers, body });
    assert.equal(answer.status, 403);
  });

  test("the installation's own host shows the demo's tenants and no tenant's pages", async () => {
    const answer = await request(demo.url, { headers: { accept: 'text/html' } });
    assert.equal(answer.status, 200);
    for (const tenant of demo.tenants) assert.ok(answer.text.includes(tenant.url.replace(/\/$/, '')), tenant.slug);
  });
});

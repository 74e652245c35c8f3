// Menus, dialogs and sheets open and close by keyboard with JavaScript off, on every page, wide and narrow, and give the
// focus back.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { useBrowser, visit } from '../lib/browser.mjs';
import { plainPages } from '../lib/pages.mjs';

useBrowser();

for (const page of plainPages) {
  test(`${page.path} opens its menus and dialogs without JavaScript`, async () => {
    const faults = [];
    for (const width of [1440, 390]) {
      const { page: tab, close } = await visit({ as: page.as, javaScript: false, width });
      await tab.goto(page.url);
      faults.push(...(await faultyInvokers(tab, width)));
      await close();
    }
    assert.deepEqual(faults, []);
  });
}

async function faultyInvokers(tab, width) {
  const faults = [];
  for (const [selector, attribute, state] of [
    ['button[popovertarget]', 'popovertarget', ':popover-open'],
    ['button[commandfor][command="show-modal"]', 'commandfor', '[open]'],
  ]) {
    const buttons = tab.locator(`${selector}:visible`);
    // one of each kind of menu is enough where every row of a table has its own
    const count = Math.min(await buttons.count(), 12);
    for (let index = 0; index < count; index++) {
      const button = buttons.nth(index);
      if (!(await button.isVisible())) continue;
      const goal = `#${await button.getAttribute(attribute)}`;
      const opened = await after(tab, button, 'Enter', `${goal}${state}`, true);
      const closed = await after(tab, null, 'Escape', `${goal}${state}`, false);
      if (!opened || !closed) faults.push(`${width}px ${goal} opened: ${opened}, closed: ${closed}`);
      else if (!(await button.evaluate((one) => one === document.activeElement))) faults.push(`${width}px ${goal} does not give the focus back`);
    }
  }
  return faults;
}

async function after(tab, focused, key, selector, present) {
  if (focused) await focused.focus();
  await tab.keyboard.press(key);
  try {
    await tab.locator(selector).waitFor({ state: present ? 'attached' : 'detached', timeout: 2000 });
    return true;
  } catch {
    return false;
  }
}

// Every page in light and dark, at 390 and 1440 px: no accessibility violation, nothing the content security policy
// refuses, no console error, no horizontal scrolling from 320 to 1920 px, valid HTML, little weight, nothing that moves
// after it was painted. Screenshots land in shots/.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import { describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { HtmlValidate, FileSystemConfigLoader } from 'html-validate';
import { useBrowser, visit } from '../lib/browser.mjs';
import { request } from '../lib/demo.mjs';
import { allPages } from '../lib/pages.mjs';

const axe = fs.readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const shots = new URL('../shots/', import.meta.url);
fs.mkdirSync(shots, { recursive: true });
const html = new HtmlValidate(new FileSystemConfigLoader());

const WIDTHS = [320, 360, 390, 600, 768, 960, 1024, 1280, 1440, 1920];
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

useBrowser();

for (const page of allPages) {
  describe(page.name, () => {
    test(`${page.path} answers ${page.status} with valid HTML and a title`, () => answersWell(page));
    for (const scheme of ['light', 'dark']) {
      test(`${page.path} has no accessibility violation in ${scheme}`, () => accessible(page, scheme));
    }
    test(`${page.path} weighs little and stays where it was painted`, () => lightAndStill(page));
    test(`${page.path} never scrolls sideways`, () => neverScrollsSideways(page));
    test(`${page.path} can be walked with the Tab key`, () => walksByKeyboard(page));
  });
}

async function open(page, options) {
  const seen = await visit({ as: page.as, ...options });
  const answer = await reach(page, seen.page);
  return { ...seen, answer };
}

// Goes to a page by its address, by the first link of a list, or by what one does on another page.
async function reach(page, tab) {
  let answer;
  if (page.follow) {
    await tab.goto(page.tenant.url + page.follow.from, { waitUntil: 'load' });
    answer = await tab.goto(await tab.locator(page.follow.link).first().evaluate((link) => link.href), { waitUntil: 'load' });
  } else {
    answer = await tab.goto(page.url, { waitUntil: 'load' });
  }
  if (!page.act) return answer;
  const [next] = await Promise.all([tab.waitForNavigation({ waitUntil: 'load' }), page.act(tab)]);
  return next;
}

async function answersWell(page) {
  const { page: tab, answer, faults, close } = await open(page);
  assert.equal(answer.status(), page.status);
  assert.match(await tab.title(), /\S.*\S/);
  const policy = answer.headers()['content-security-policy'] ?? '';
  assert.match(policy, /default-src 'none'/, 'the content security policy starts closed');
  assert.doesNotMatch(policy, /unsafe-inline|unsafe-eval/);
  if (page.as) assert.match(answer.headers()['cache-control'] ?? '', /no-store/, 'what one person may see is stored nowhere');
  const report = await html.validateString(await answer.text(), new URL('../page.html', import.meta.url).pathname);
  const messages = report.results.flatMap((result) => result.messages).map((m) => `${m.line}:${m.column} ${m.ruleId} ${m.message}`);
  assert.deepEqual([...new Set(messages)].slice(0, 10), []);
  assert.deepEqual(faults, []);
  await close();
}

// Page and stylesheet, scripts, as they travel; and how much moved after it was first painted.
async function lightAndStill(page) {
  const { page: tab, close } = await open(page);
  const size = async (url) => gzipSync((await request(url)).text).length;
  const linked = await tab.evaluate(() => ({ html: document.documentElement.outerHTML, sheets: [...document.querySelectorAll('link[rel=stylesheet]')].map((one) => one.href), scripts: [...document.scripts].map((one) => one.src).filter(Boolean) }));
  let bytes = gzipSync(linked.html).length;
  for (const sheet of new Set(linked.sheets)) bytes += await size(sheet);
  assert.ok(bytes <= 50 * 1024, `${bytes} bytes of page and stylesheet`);
  let script = 0;
  for (const one of new Set(linked.scripts)) script += await size(one);
  assert.ok(script <= 12 * 1024, `${script} bytes of script`);
  let moved = await tab.evaluate(movement);
  if (moved > 0.01) {
    // a minute may have turned, and with it what "3 min ago" says: what really moves does so again
    await reach(page, tab);
    moved = await tab.evaluate(movement);
  }
  assert.ok(moved <= 0.01, `the page moved by ${moved}`);
  await close();
}

// Runs in the page: the sum of its layout shifts so far.
function movement() {
  return new Promise((resolve) => {
    let sum = 0;
    const add = (list) => list.getEntries().filter((entry) => !entry.hadRecentInput).forEach((entry) => { sum += entry.value; });
    new PerformanceObserver(add).observe({ type: 'layout-shift', buffered: true });
    setTimeout(() => resolve(sum), 200);
  });
}

async function accessible(page, scheme) {
  const { page: tab, faults, close } = await open(page, { scheme, bypassCSP: true });
  for (const [width, height] of [[1440, 900], [390, 844]]) {
    await tab.setViewportSize({ width, height });
    await tab.screenshot({ path: new URL(`${page.name}-${scheme}-${width}.png`, shots).pathname, fullPage: true });
    // a tall window, so that what lies below the fold is looked at too
    await tab.setViewportSize({ width, height: 6000 });
    if (!(await tab.evaluate(() => 'axe' in window))) await tab.evaluate(axe);
    const result = await tab.evaluate((rules) => window.axe.run(document, { runOnly: rules }), RULES);
    const found = result.violations.map((v) => `${width}px ${v.id}: ${v.nodes.slice(0, 3).map((n) => `${n.target.join(' ')} (${[...n.any, ...n.all, ...n.none][0]?.message ?? v.help})`).join('; ')}`);
    assert.deepEqual(found, []);
  }
  assert.deepEqual(faults, []);
  await close();
}

async function neverScrollsSideways(page) {
  const { page: tab, close } = await open(page);
  const wide = [];
  for (const width of WIDTHS) {
    await tab.setViewportSize({ width, height: 800 });
    const over = await tab.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    if (over > 0) wide.push(`${over} px too wide at ${width}`);
  }
  assert.deepEqual(wide, []);
  await close();
}

// Every stop is visible, ringed, and not under a bar; the walk ends (it returns to the first stop).
async function walksByKeyboard(page) {
  const { page: tab, close } = await open(page, { width: 1280, height: 800 });
  const faults = [];
  let stops = 0;
  for (; stops < 150; stops++) {
    await tab.keyboard.press('Tab');
    const stop = await tab.evaluate(describeFocus);
    if (!stop || stop.again) break;
    if (!stop.seen) faults.push(`hidden: ${stop.what}`);
    if (!stop.ring) faults.push(`no focus ring: ${stop.what}`);
    if (!stop.top) faults.push(`covered: ${stop.what}`);
  }
  assert.ok(stops > 0, 'the page has something to reach');
  assert.deepEqual(faults.slice(0, 5), []);
  await close();
}

// Runs in the page.
function describeFocus() {
  const focused = document.activeElement;
  if (!focused || focused === document.body || focused === document.documentElement) return null;
  const again = focused.dataset.walked === 'yes';
  focused.dataset.walked = 'yes';
  const box = focused.getBoundingClientRect();
  const ringed = (element) => element && (getComputedStyle(element).outlineStyle !== 'none' || getComputedStyle(element).boxShadow !== 'none');
  const holder = focused.matches('input,select,textarea') ? focused.parentElement : null;
  const x = Math.min(innerWidth - 1, Math.max(0, box.x + box.width / 2));
  const y = Math.min(innerHeight - 1, Math.max(0, box.y + box.height / 2));
  const top = document.elementFromPoint(x, y);
  return {
    again,
    seen: box.width > 0 && box.height > 0,
    ring: ringed(focused) || ringed(holder),
    top: Boolean(top) && (focused.contains(top) || top.contains(focused) || top.closest('label')?.contains(focused)),
    what: `${focused.tagName.toLowerCase()}.${focused.className} ${(focused.textContent || focused.name || '').trim().slice(0, 30)}`,
  };
}

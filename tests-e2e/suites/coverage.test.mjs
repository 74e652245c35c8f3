// Every page that the program says it serves is one that the other suites look at.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { test } from 'node:test';
import { pages } from '../lib/pages.mjs';

// Shown only while somebody sets it up, once.
const ON_THE_WAY = ['/console/profile/two-factor', '/me/profile/two-factor'];
// Text to keep, not a page to look at.
const DOWNLOADS = ['/console/ledger/journal'];

test('every page of docs/routes.txt is in lib/pages.mjs', () => {
  const routes = fs.readFileSync(new URL('../../docs/routes.txt', import.meta.url), 'utf8').split('\n');
  const served = routes.filter((line) => /^page +GET /.test(line)).map((line) => line.split(/ +/)[2]);
  assert.ok(served.length > 5, 'docs/routes.txt lists pages');
  const seen = new Set(pages.flatMap((page) => [page.path, page.covers, page.follow?.from]).filter(Boolean).map((path) => path.split('?')[0]));
  const missed = served.filter((path) => !path.includes('{') && !path.endsWith('.csv') && !seen.has(path) && !ON_THE_WAY.includes(path) && !DOWNLOADS.includes(path));
  assert.deepEqual(missed, []);
});

// The words of the product, from its own message files, so that a better wording breaks no test.
import fs from 'node:fs';

const root = new URL('../../crates/', import.meta.url);
const files = new Map();

// The text of a message that has no arguments: words('domains', 'domains-taken') is "Taken".
export function words(room, key) {
  if (!files.has(room)) files.set(room, read(room));
  const text = files.get(room).get(key);
  if (text === undefined) throw new Error(`crates/${room}/messages/en-US.ftl has no message ${key}`);
  return text;
}

// The same as a pattern, its arguments standing for any text.
export function pattern(room, key) {
  const escaped = words(room, key).split(/\{[^}]*\}/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(escaped.join('.+'));
}

function read(room) {
  const found = new Map();
  for (const line of fs.readFileSync(new URL(`${room}/messages/en-US.ftl`, root), 'utf8').split('\n')) {
    const match = /^([a-z][a-z0-9_-]*) = (.*)$/.exec(line);
    if (match) found.set(match[1], match[2].trim());
  }
  return found;
}

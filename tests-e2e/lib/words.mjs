// The words of the product, from its own message files, so that a better wording breaks no test.
import fs from 'node:fs';

const root = new URL('../../crates/', import.meta.url);
const files = new Map();

// The text of a message that has no arguments: words('domains', 'domains-taken') is "Taken".
export function words(room, key) {
  if (!files.has(room)) files.set(room, read(room));
  const text = files.get(room).get(key);
  if (text === undefined) throw new Error(`crates/${room}/messages has no message ${key}`);
  return text;
}

// The same as a pattern, its arguments standing for any text.
export function pattern(room, key) {
  const escaped = words(room, key).split(/\{[^}]*\}/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(escaped.join('.+'));
}

// A room's file, and those of its features where they have files of their own.
function read(room) {
  const folder = new URL(`${room}/messages/`, root);
  const own = new URL('en-US/', folder);
  const features = fs.existsSync(own) ? fs.readdirSync(own).filter((name) => name.endsWith('.ftl')).map((name) => new URL(name, own)) : [];
  const found = new Map();
  for (const file of [new URL('en-US.ftl', folder), ...features].filter((file) => fs.existsSync(file))) {
    for (const line of fs.readFileSync(file, 'utf8').split('\n')) {
      const match = /^([a-z][a-z0-9_-]*) = (.*)$/.exec(line);
      if (match) found.set(match[1], match[2].trim());
    }
  }
  return found;
}

// The second engine: the system's Firefox, driven over Marionette, the protocol it speaks without any other program.
// Absent (no FIREFOX and none in the usual places), the suite that uses it is skipped and says so.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';

const PLACES = ['/usr/bin/firefox-esr', '/Applications/Firefox.app/Contents/MacOS/firefox'];

export const firefox = process.env.FIREFOX || PLACES.find((place) => fs.existsSync(place));

// A headless Firefox with a profile of its own; `close` ends it and removes the profile.
export async function startFirefox() {
  const profile = fs.mkdtempSync(path.join(os.tmpdir(), 'entrepot-firefox-'));
  const port = await freePort();
  // nothing of it may ask the outside
  const settings = { 'marionette.port': port, 'app.update.enabled': false, 'browser.shell.checkDefaultBrowser': false, 'datareporting.policy.dataSubmissionEnabled': false, 'toolkit.telemetry.reportingpolicy.firstRun': false, 'network.captive-portal-service.enabled': false, 'network.connectivity-service.enabled': false, 'services.settings.server': 'data:,', 'extensions.update.enabled': false, 'browser.safebrowsing.downloads.enabled': false, 'browser.startup.homepage_override.mstone': 'ignore', 'ui.prefersReducedMotion': 1, 'ui.useOverlayScrollbars': 1, 'widget.gtk.overlay-scrollbars.enabled': true };
  fs.writeFileSync(path.join(profile, 'user.js'), Object.entries(settings).map(([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});\n`).join(''));
  const child = spawn(firefox, ['--headless', '--marionette', '--no-remote', '--profile', profile], { stdio: 'ignore', env: { ...process.env, HOME: profile } });
  const close = async () => {
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    await ended;
    fs.rmSync(profile, { recursive: true, force: true });
  };
  try {
    const wire = await connect(port, child);
    await wire.send('WebDriver:NewSession', { capabilities: { alwaysMatch: { pageLoadStrategy: 'normal' } } });
    return { ...driver(wire), close };
  } catch (error) {
    await close();
    throw error;
  }
}

function driver(wire) {
  const run = async (script, ...args) => (await wire.send('WebDriver:ExecuteScript', { script, args, sandbox: null })).value;
  return {
    goto: (url) => wire.send('WebDriver:Navigate', { url }),
    run,
    // the content's width, not the window's
    async resize(width, height) {
      await wire.send('WebDriver:SetWindowRect', { width, height });
      const [inner, outer] = await run('return [innerWidth, outerWidth]');
      if (inner !== width) await wire.send('WebDriver:SetWindowRect', { width: width + outer - inner, height });
    },
    // the whole page, or its first window where it is taller than a picture may be
    screenshot: async () => {
      const { value: height } = await wire.send('WebDriver:ExecuteScript', { script: 'return document.documentElement.scrollHeight', args: [] });
      const { value } = await wire.send('WebDriver:TakeScreenshot', { full: height < 32000, hash: false });
      return Buffer.from(value, 'base64');
    },
  };
}

function freePort() {
  return new Promise((resolve) => {
    const server = net.createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

async function connect(port, child) {
  for (let tries = 0; tries < 300; tries++) {
    if (child.exitCode !== null) throw new Error(`firefox ended with ${child.exitCode}`);
    const socket = net.connect(port, '127.0.0.1');
    const opened = await new Promise((resolve) => socket.once('connect', () => resolve(true)).once('error', () => resolve(false)));
    if (opened) return messages(socket);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('firefox did not open its port in half a minute');
}

// A message is its length, a colon and JSON: [0, id, command, parameters] there, [1, id, error, result] back.
function messages(socket) {
  let buffer = Buffer.alloc(0);
  let last = 0;
  const waiting = new Map();
  socket.on('data', (chunk) => {
    buffer = Buffer.concat([buffer, chunk]);
    for (;;) {
      const colon = buffer.indexOf(':');
      if (colon < 0) return;
      const length = Number(buffer.subarray(0, colon).toString());
      if (buffer.length < colon + 1 + length) return;
      const message = JSON.parse(buffer.subarray(colon + 1, colon + 1 + length).toString('utf8'));
      buffer = buffer.subarray(colon + 1 + length);
      if (!Array.isArray(message)) continue; // its greeting
      const [, id, error, result] = message;
      const { resolve, reject } = waiting.get(id);
      waiting.delete(id);
      if (error) reject(new Error(`${error.error}: ${error.message}`));
      else resolve(result);
    }
  });
  return {
    send: (command, parameters) =>
      new Promise((resolve, reject) => {
        const id = ++last;
        waiting.set(id, { resolve, reject });
        const text = JSON.stringify([0, id, command, parameters]);
        socket.write(`${Buffer.byteLength(text)}:${text}`);
      }),
  };
}

// The demo under test: its addresses, sign-ins and keys, as it wrote them to demo.json (ENTREPOT_DEMO names the file).
import fs from 'node:fs';
import http from 'node:http';

const file = process.env.ENTREPOT_DEMO ?? 'data/demo.json';
export const demo = JSON.parse(fs.readFileSync(file, 'utf8'));
export const password = demo.password;

export function tenant(slug) {
  const found = demo.tenants.find((one) => one.slug === slug);
  if (!found) throw new Error(`demo.json has no tenant ${slug}`);
  return { ...found, url: found.url.replace(/\/$/, '') };
}

export const northwind = tenant('northwind');
export const saffron = tenant('saffron');

// The first member of staff with this role.
export function staff(of, role) {
  const found = of.staff.find((one) => one.role === role);
  if (!found) throw new Error(`${of.slug} has no member of staff with the role ${role}; it has ${of.staff.map((one) => one.role)}`);
  return found;
}

// One plain HTTP request, without a browser. Every *.localhost is this machine; not every resolver knows that.
export function request(address, { method = 'GET', headers = {}, body } = {}) {
  const url = new URL(address);
  const options = { host: '127.0.0.1', port: url.port, path: url.pathname + url.search, method, headers: { host: url.host, ...headers } };
  return new Promise((resolve, reject) => {
    const call = http.request(options, (answer) => {
      const chunks = [];
      answer.on('data', (chunk) => chunks.push(chunk));
      answer.on('end', () => resolve({ status: answer.statusCode, headers: answer.headers, text: Buffer.concat(chunks).toString('utf8') }));
    });
    call.on('error', reject);
    call.end(body);
  });
}

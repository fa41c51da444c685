// Serves the page, wiz and sql.js: node examples/browser/serve.mjs [PORT]
import { createReadStream, existsSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const PORT = 8000;
const require = createRequire(import.meta.url);
const types = { html: 'text/html', css: 'text/css', js: 'text/javascript', wasm: 'application/wasm' };

/** Which file stands behind a path; undefined: none. */
function fileOf(url) {
  const name = new URL(url, 'http://localhost').pathname.slice(1) || 'index.html';
  if (name === 'wiz.js') return require.resolve('wiz/browser');
  const [, ofPackage] = /^sql\.js\/([\w.-]+)$/.exec(name) ?? [];
  if (ofPackage !== undefined) return path.join(path.dirname(require.resolve('sql.js')), ofPackage);
  return /^[\w-]+\.(html|css|js)$/.test(name) ? fileURLToPath(new URL(name, import.meta.url)) : undefined;
}

const server = createServer(({ url }, response) => {
  const file = fileOf(url);
  if (file === undefined || !existsSync(file)) {
    response.writeHead(404).end();
    return;
  }
  response.writeHead(200, { 'content-type': types[path.extname(file).slice(1)] });
  createReadStream(file).pipe(response);
});
server.listen(Number(process.argv[2] ?? PORT), '127.0.0.1', () => {
  console.log(`http://127.0.0.1:${server.address().port}/`);
});

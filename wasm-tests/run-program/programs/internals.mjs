// Makes Node use the modules that it has in itself: for parsing HTTP, and for finding the exports of CommonJS.
import http from 'node:http';

const server = http
  .createServer((_, response) => response.end('of the server'))
  .listen(0, '127.0.0.1', async () => {
    const response = await fetch(`http://127.0.0.1:${server.address().port}`);
    console.log(await response.text());
    const { named } = await import('./named.cjs');
    console.log(named);
    server.close();
    server.closeAllConnections();
  });

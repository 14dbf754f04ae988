import { createReadStream, existsSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.wasm': 'application/wasm',
};

/** A Content-Security-Policy without `unsafe-eval`. */
export const POLICY = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'";

/** A page that runs main.js. */
export const PAGE = '<!doctype html><title>newton-losses</title><body><script type="module" src="/main.js"></script>';

/** Serves the files of a folder under a Content-Security-Policy. */
export async function serve(folder: string, policy: string): Promise<{ url: string; server: Server }> {
  const server = createServer(({ url = '/' }, response) => {
    const name = url === '/' ? 'index.html' : url;
    const file = path.join(folder, path.basename(path.dirname(name)), path.basename(name));
    if (existsSync(file)) {
      response.writeHead(200, { 'content-type': TYPES[path.extname(file)], 'content-security-policy': policy });
      createReadStream(file).pipe(response);
    } else response.writeHead(url === '/favicon.ico' ? 204 : 404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, server };
}

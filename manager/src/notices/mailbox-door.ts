import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { Cursor, Platform } from '../platform/index.ts';
import { clearCaught, listCaught, toCaughtMail } from './caught.ts';

const pageSize = 100;

/**
 * A plain door on the loopback address to what the catcher took, for tests and examples: `GET /` lists the mails as a JSON array, newest
 * first, each with its raw source; `DELETE /` clears them.
 */
export async function startMailboxDoor(
  platform: Platform,
  port: number,
): Promise<{ readonly url: string; stop(): Promise<void> }> {
  const server = createServer((request, response) => {
    answer(platform, request.method ?? '', request.url ?? '', request.headers.host ?? '', response).catch(
      (error: Error) => {
        platform.log.warn({ err: error.message }, 'the mailbox door failed');
        if (!response.headersSent) response.writeHead(503);
        response.end();
      },
    );
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const { port: bound } = server.address() as { port: number };
  return {
    url: `http://127.0.0.1:${bound}/`,
    async stop() {
      server.close();
      server.closeAllConnections();
      if (server.listening) await once(server, 'close');
    },
  };
}

async function answer(
  platform: Platform,
  method: string,
  url: string,
  host: string,
  response: ServerResponse,
): Promise<void> {
  // A page elsewhere may have its name point here (DNS rebinding); it would come with that name.
  if (!/^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/.test(host)) return void response.writeHead(421).end();
  if (url.split('?')[0] !== '/') return void response.writeHead(404).end();
  if (method === 'DELETE') {
    await clearCaught(platform);
    return void response.writeHead(204).end();
  }
  if (method !== 'GET') return void response.writeHead(405, { allow: 'GET, DELETE' }).end();
  await list(platform, response);
}

/** Page by page, so that a full catcher need not stand in memory at once. */
async function list(platform: Platform, response: ServerResponse): Promise<void> {
  let after: Cursor | undefined;
  let separator = '[';
  for (;;) {
    const from = after;
    const { rows, more } = await platform.database.asProvider((tx) => listCaught(tx, pageSize, from));
    if (!response.headersSent)
      response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-store' });
    for (const row of rows) {
      if (!response.write(separator + JSON.stringify(await toCaughtMail(row)))) await once(response, 'drain');
      separator = ',';
    }
    const last = rows.at(-1);
    if (!more || !last) break;
    after = { at: last.received_at, id: last.id };
  }
  response.end(separator === '[' ? '[]' : ']');
}

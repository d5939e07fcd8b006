import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Client, createClient } from '@sakimori/contract';
import { CliFault, exitCodes } from './fault.ts';
import { locateDataFolder } from './up/data-folder.ts';

/** Where the service API is, and the key to use there. */
export type Connection = { readonly service: string; readonly key: string };

/** Named on the command line, else in the environment, else the system that `sakimori up` started from this checkout. */
export function findConnection(given: { server?: string; key?: string }, env: NodeJS.ProcessEnv): Connection {
  const server = given.server ?? env['SAKIMORI_CLI_URL'];
  const key = given.key ?? env['SAKIMORI_CLI_KEY'];
  if (!server) {
    const local = readLocal(env);
    if (!local) throw new CliFault('fault.noConnection', {}, exitCodes.unreachable);
    return key ? { ...local, key } : local;
  }
  const service = serviceOf(server);
  if (!key) throw new CliFault('fault.noKey', { service }, exitCodes.usage);
  return { service, key };
}

/** The console's address will do: the service API lies below it. */
function serviceOf(server: string): string {
  const url = URL.parse(server);
  if (!url || !/^https?:$/.test(url.protocol)) throw new CliFault('fault.badServer', { server }, exitCodes.usage);
  const path = url.pathname.replace(/\/+$/, '');
  return `${url.origin}${path === '' ? '/service' : path}`;
}

function readLocal(env: NodeJS.ProcessEnv): Connection | undefined {
  try {
    const file = join(locateDataFolder(env['SAKIMORI_DATA']), 'cli.json');
    const { service, key } = JSON.parse(readFileSync(file, 'utf8')) as Partial<Connection>;
    return service && key ? { service, key } : undefined;
  } catch {
    return undefined;
  }
}

const answerTimeoutMs = 120_000;

/** A typed client that tells apart: it said no (`Refusal`), it said nothing, and something else answered (`CliFault`). */
export function connect({ service, key }: Connection): Client {
  const send: typeof fetch = async (input, init) => {
    const response = await fetch(input, { ...init, signal: AbortSignal.timeout(answerTimeoutMs) }).catch(
      (error: Error & { cause?: { code?: string; message?: string } }) => {
        const detail = error.cause?.code ?? error.cause?.message ?? error.message;
        throw new CliFault('fault.unreachable', { service, detail }, exitCodes.unreachable);
      },
    );
    const isJson = /^application\/(problem\+)?json/.test(response.headers.get('content-type') ?? '');
    if (response.status !== 204 && !isJson) throw new CliFault('fault.notSakimori', { service }, exitCodes.unreachable);
    return response;
  };
  return createClient({ base: service, headers: { authorization: `Bearer ${key}` }, fetch: send });
}

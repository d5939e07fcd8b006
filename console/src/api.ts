import { createClient, Refusal, type RouteAnswer } from '@sakimori/contract';
import { notePresence } from './presence.ts';

export { Refusal, type RouteAnswer };

/** No answer came at all: the manager is stopped or the network is down. */
export class Unreachable extends Error {
  override readonly name = 'Unreachable';
}

const answerTimeoutMs = 60_000;

async function send(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
  try {
    const response = await fetch(input, { ...init, signal: AbortSignal.timeout(answerTimeoutMs) });
    notePresence(true);
    return response;
  } catch (cause) {
    notePresence(false);
    throw new Unreachable('The manager did not answer', { cause });
  }
}

/** The service API of the manager that served this page. Errors: `Refusal` (it said no), `Unreachable` (it said nothing). */
export const call = createClient({ base: '/service', fetch: send });

export const isUnauthenticated = (error: unknown): boolean =>
  error instanceof Refusal && error.code === 'unauthenticated';

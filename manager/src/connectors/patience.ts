import { setTimeout as wait } from 'node:timers/promises';
import { ConnectorFault } from './fault.ts';
import type { Limits } from './limits.ts';
import type { Reply, Transport } from './transport.ts';

const busyStatuses: ReadonlySet<number> = new Set([429, 500, 502, 503, 504]);
const brokenCodes: ReadonlySet<string> = new Set(['ECONNRESET', 'EPIPE', 'EAI_AGAIN', 'ECONNREFUSED']);

export const isBusyStatus = (reply: Reply): boolean => busyStatuses.has(reply.status);

/**
 * Repeats a request while the other side is busy or the connection breaks: with doubling waits and full jitter, for as many tries as the
 * limits say. Every request of the connectors may be repeated: they read, or open a session.
 * @param attempt makes and sends the request anew, since a signature is bound to its time
 * @param isBusy whether a reply asks for a repeat; statuses are the default
 * @returns the last reply, busy or not
 * @throws ConnectorFault when the last try made no reply, or the listing is over
 */
export async function patiently(
  transport: Transport,
  limits: Limits,
  service: string,
  attempt: () => Promise<Reply>,
  isBusy: (reply: Reply) => boolean = isBusyStatus,
): Promise<Reply> {
  for (let made = 1; ; made += 1) {
    let asked: number | undefined;
    try {
      const reply = await attempt();
      if (!isBusy(reply) || made >= limits.triesMax) return reply;
      asked = askedWaitMs(reply);
    } catch (error) {
      if (made >= limits.triesMax || !isBroken(error)) throw error;
    }
    const jittered = Math.random() * limits.firstWaitMs * 2 ** (made - 1);
    const waitMs = Math.min(Math.max(asked ?? 0, jittered), limits.waitMsMax);
    await wait(waitMs, undefined, { signal: transport.over }).catch(() => {
      throw transport.overFault(service);
    });
  }
}

const isBroken = (error: unknown): boolean =>
  error instanceof ConnectorFault && error.kind === 'unreachable' && brokenCodes.has(error.code ?? '');

/** `Retry-After` in seconds; its form as a date is not used by these services. */
function askedWaitMs(reply: Reply): number | undefined {
  const told = reply.headers['retry-after'];
  return told !== undefined && /^\d{1,5}$/.test(told) ? Number(told) * 1000 : undefined;
}

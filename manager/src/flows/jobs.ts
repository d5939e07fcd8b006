import { request } from 'node:https';
import { isInnerAddress, outerLookup } from '../connectors/index.ts';
import { announce, defineJob, type Platform } from '../platform/index.ts';
import { selectRuns, settleTry } from './store.ts';

export const callWebhook = defineJob<{ accountId: string; runId: string; tryId: string; url: string }>('flows.webhook');

/** Sends a text to somebody else's server. @returns its status */
export type Post = (url: string, body: string) => Promise<number>;

const timeoutMs = 10_000;

/** One POST over TLS: no redirect is followed, nothing of the answer is read but its status, and this machine and its link are out of bounds. */
export const postOutside: Post = (url, body) => {
  const { hostname } = new URL(url);
  if (isInnerAddress(hostname.replace(/^\[|\]$/g, ''))) return Promise.reject(new Error('inner_address'));
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    const sending = request(url, { method: 'POST', headers, agent: false, lookup: outerLookup, timeout: timeoutMs });
    sending.setTimeout(timeoutMs, () => sending.destroy(new Error('timeout')));
    sending.once('error', reject);
    sending.once('response', (response) => {
      response.destroy();
      resolve(response.statusCode ?? 0);
    });
    sending.end(body);
  });
};

/** Calls the webhook of a try and writes down what came of it. A call that fails is a try that failed: the flow goes on by its own time. */
export async function sendWebhook(
  platform: Platform,
  post: Post,
  { accountId, runId, tryId, url }: { accountId: string; runId: string; tryId: string; url: string },
): Promise<void> {
  const { clock, database } = platform;
  const [run] = await database.as(accountId, (tx) => selectRuns(tx, { accountId, runId }));
  if (run?.state !== 'running') return;
  const body = JSON.stringify({
    ...{ event: 'agent.silent', account: run.account_name, host: run.host_name, alert: run.alert_number },
    ...{ cause: run.alert_facts['cause'], lastSeenAt: run.alert_facts['lastSeenAt'], runId, tryId },
  });
  const outcome = await post(url, body).then(
    (status) => (status >= 200 && status < 300 ? undefined : `HTTP ${status}`),
    (error: NodeJS.ErrnoException) => String(error.code ?? error.message).slice(0, 100),
  );
  if (outcome === undefined) return;
  await database.as(accountId, async (tx) => {
    await settleTry(tx, accountId, tryId, { state: 'failed', at: clock.now(), by: 'system', note: outcome });
    await announce(tx, { topic: 'alert', accountId, id: run.alert_id });
  });
}

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock } from '../platform/index.ts';

/** How whoever is called, or the gateway itself, behaves. `silent`: calls are taken and nothing is ever said of them. */
export type Manner = 'key' | 'answers' | 'delivered' | 'no_answer' | 'busy' | 'silent' | 'down' | 'garbled';
type Call = {
  readonly id: string;
  readonly kind: string;
  readonly to: string;
  readonly text: string;
  readonly at: number;
};

const acceptedMs = 4000;
const ringsMs = 12_000;
const talksMs = 30_000;

/**
 * A telephone gateway for tests, as a real one behaves: it wants its token, takes a call at once and carries it out later, rings, is answered or not, hears
 * a key, and knows a message that it was given twice by its id. Its time is the test's clock.
 */
export async function startFakeGateway(clock: () => Clock, token: string) {
  const calls = new Map<string, Call>();
  const gateway = { manner: 'key' as Manner, taken: 0, url: '', calls, close: () => server.close() };
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const piece of request) body += String(piece);
    const answer = (status: number, value: unknown) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
    if (request.headers.authorization !== `Bearer ${token}`) return answer(401, { error: 'token' });
    if (gateway.manner === 'down') return answer(503, { error: 'maintenance' });
    if (gateway.manner === 'garbled') return response.end('<html>hello</html>');
    if (request.method === 'POST') {
      const asked = JSON.parse(body) as Omit<Call, 'at'>;
      if (!/^\+\d+$/.test(asked.to) || !asked.text) return answer(400, { error: 'malformed' });
      const known = calls.get(asked.id) ?? { ...asked, at: clock().now().getTime() };
      gateway.taken += 1;
      calls.set(asked.id, known);
      return answer(202, { id: `gw-${asked.id}` });
    }
    const call = calls.get(request.url!.split('/gw-')[1] ?? '');
    if (!call) return answer(404, { error: 'unknown' });
    return answer(200, stateOf(gateway.manner, clock().now().getTime() - call.at));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  gateway.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/calls`;
  return gateway;
}

function stateOf(manner: Manner, passedMs: number): { state: string; reason?: string } {
  if (manner === 'silent' || passedMs < acceptedMs) return { state: 'accepted' };
  if (manner === 'delivered') return { state: 'delivered' };
  if (manner === 'busy') return { state: 'failed', reason: 'busy' };
  if (passedMs < ringsMs) return { state: 'ringing' };
  if (manner === 'no_answer')
    return passedMs < talksMs ? { state: 'ringing' } : { state: 'failed', reason: 'no_answer' };
  if (passedMs < talksMs) return { state: 'answered' };
  return { state: manner === 'key' ? 'acknowledged' : 'completed' };
}

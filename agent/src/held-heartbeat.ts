import type { IncomingMessage } from 'node:http';
import { createInterface } from 'node:readline';
import { agentPaths, type Heartbeat, HeartbeatEnded, HeartbeatReceived } from '@sakimori/contract/agent-protocol';
import { type Clock, toEpochMs } from './clock.ts';
import type { Transport } from './transport.ts';

/** A heartbeat that the manager holds open. */
export type HeldHeartbeat = {
  readonly received: HeartbeatReceived;
  /** Host clock minus manager clock by this exchange, ms. */
  readonly clockOffsetMs: number;
  /** How the manager ended it; rejects when the connection broke. */
  readonly ended: Promise<HeartbeatEnded>;
  /** Lets go of it, after a newer one has taken its place. */
  readonly release: () => void;
};

/** The longest hold a policy can ask for is an hour. */
const holdMsMax = 3_700_000;
const firstLineMsMax = 15_000;
/** The first line may bring tasks with their facts. */
const lineBytesMax = 256 * 1024;

/** Sends a heartbeat and resolves once the manager has said that it has it. @throws as `Transport.call` */
export async function openHeartbeat(transport: Transport, clock: Clock, heartbeat: Heartbeat): Promise<HeldHeartbeat> {
  let sentMs = clock.nowMs();
  const response = await transport.open('POST', agentPaths.heartbeat, heartbeat, {
    timeoutMs: holdMsMax,
    onSent: () => {
      sentMs = clock.nowMs();
    },
  });
  const nextLine = readLines(response);
  const cancel = clock.after(firstLineMsMax, () => response.destroy(new Error('no answer to the heartbeat')));
  try {
    const received = HeartbeatReceived.parse(JSON.parse(await nextLine()));
    // The manager wrote its time about half way between our sending and our reading.
    const clockOffsetMs = Math.round((sentMs + clock.nowMs()) / 2 - toEpochMs(received.managerTime));
    const ended = nextLine().then((line) => HeartbeatEnded.parse(JSON.parse(line)));
    // Whoever waits hears of a broken connection; a released heartbeat has nobody who waits.
    ended.catch(() => undefined);
    return { received, clockOffsetMs, ended, release: () => response.destroy() };
  } catch (error) {
    response.destroy();
    throw error;
  } finally {
    cancel();
  }
}

/** Gives one line after the other; rejects when the response ends or breaks before it. */
function readLines(response: IncomingMessage): () => Promise<string> {
  let size = 0;
  response.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size > lineBytesMax) response.destroy(new Error('the answer to the heartbeat is too large'));
  });
  const broken = new Promise<never>((_, reject) => {
    response.once('error', reject);
    // A whole answer may be closed before its last line was read; what it ends with is for the reader of lines to find.
    response.once('close', () => {
      if (!response.complete) reject(new Error('the manager closed the connection'));
    });
  });
  broken.catch(() => undefined);
  const lines = createInterface({ input: response })[Symbol.asyncIterator]();
  const next = async () => {
    const line = await lines.next();
    if (line.done) throw new Error('the manager closed the connection');
    return line.value;
  };
  return () => Promise.race([next(), broken]);
}

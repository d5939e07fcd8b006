import { createInterface } from 'node:readline';
import type { FlowProcess } from '../../../flow-process/flow.ts';
import { readProcess } from '../../../flow-process/process-facts.ts';
import { holderOf, inodeOf } from '../../../flow-process/sockets.ts';
import { Filter } from './filter.ts';
import type { Seen } from './inspector.ts';
import { openQueue } from './queue-reader.ts';
import { openRawSender } from './raw-sender.ts';
import type { Order, Word } from './words.ts';

/**
 * The process that holds packets until they are judged: `filter <number of the queue>`. It is one of its own, so that nothing else that the agent does holds up
 * anybody's packets. Ends with its standard input.
 */
const say = (word: Word): void => void process.stdout.write(`${JSON.stringify(word)}\n`);

async function findOwner({ protocol, local, peer }: Seen): Promise<FlowProcess | undefined> {
  const inode = await inodeOf({ protocol, local, peer, isOutgoing: true, startedAtMs: 0 });
  const pid = inode === undefined ? undefined : await holderOf(inode);
  return pid === undefined ? undefined : readProcess(pid);
}

try {
  const [queue, sender] = [await openQueue(Number(process.argv[2])), await openRawSender()];
  const filter = new Filter({ queue, sender, say, findOwner, nowMs: () => performance.now() });
  const input = createInterface({ input: process.stdin });
  input.on('line', (line) => filter.hear(JSON.parse(line) as Order));
  const end = () => {
    filter.end();
    queue.close();
    sender.close();
    input.close();
    process.stdin.destroy();
  };
  input.once('close', end);
  process.once('SIGTERM', end);
  await queue.run((packet) => filter.take(packet));
} catch (error) {
  const code = (error as { code?: unknown }).code;
  say({
    say: 'fault',
    code: typeof code === 'string' ? code : '',
    detail: error instanceof Error ? error.message : String(error),
  });
  process.exitCode = 1;
}

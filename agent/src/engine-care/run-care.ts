/** For tests: an agent's process that has a child in its care. Says its number; ends orderly when its input does, and by a fault when told `fail`. */
import { systemClock } from '../clock.ts';
import { createRecordingHost } from '../engines/recording-host.ts';
import { SupervisedChild } from './supervised-child.ts';

const child = new SupervisedChild({
  host: createRecordingHost('antimalware', process.argv[2]!, systemClock),
  name: 'sleeper',
  plan: () => ({ program: '/bin/sleep', args: ['1000'] }),
  probe: async () => undefined,
  rhythm: { soonMs: 10 },
});
let told = '';
process.stdin.on('data', (chunk: Buffer) => {
  told += chunk.toString();
});
process.stdin.on('end', async () => {
  if (told === 'fail') throw new Error('a fault of its own');
  await child.stop();
});
await child.start();
await child.running(30_000);
console.log(child.report().pid);

// Runs commands of `sakimori` one after another, or several at once, in one process: a test types hundreds, and to start the program costs a second
// each time. Each run has standard output, standard error and exit code of its own.
import { AsyncLocalStorage } from 'node:async_hooks';
import { run } from '../cli/src/run.ts';

export type Typed = { readonly id: number; readonly words: readonly string[]; readonly env: NodeJS.ProcessEnv };
export type Answered = { readonly id: number; readonly code: number; readonly out: string; readonly err: string };

type Terminal = { out: string; err: string };
const terminals = new AsyncLocalStorage<Terminal>();

for (const which of ['out', 'err'] as const) {
  const stream = which === 'out' ? process.stdout : process.stderr;
  const write = stream.write.bind(stream);
  stream.write = ((chunk: string | Uint8Array, ...rest: []) => {
    const terminal = terminals.getStore();
    if (!terminal) return write(chunk, ...rest);
    terminal[which] += Buffer.from(chunk as string).toString();
    return true;
  }) as typeof stream.write;
}
process.on('message', async ({ id, words, env }: Typed) => {
  const terminal: Terminal = { out: '', err: '' };
  const code = await terminals.run(terminal, () => run(words, env));
  process.send!({ id, code, ...terminal } satisfies Answered);
});
// Whoever asked has ended.
process.on('disconnect', () => process.exit(0));

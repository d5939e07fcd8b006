import { closeSync, openSync, writeSync } from 'node:fs';
import { accessKinds, type LineKind, syslogKinds } from './log-lines.ts';
import { Random } from './random.ts';

/**
 * Writes a log of mixed everyday lines, the same for the same seed: sshd, sudo, cron, systemd, kernel, mail, names, databases and web servers in
 * one file. About every fifth line is one that rules tell of.
 * @returns bytes written
 */
export function writeCorpus(path: string, lines: number, seed = 20_261_127): number {
  const random = new Random(seed);
  const table = tableOf([...syslogKinds, ...accessKinds]);
  const isAccess = new Set(accessKinds);
  const file = openSync(path, 'w');
  let bytes = 0;
  let chunk: string[] = [];
  for (let index = 0; index < lines; index++) {
    const kind = random.of(table);
    const text = kind.line(random);
    chunk.push(isAccess.has(kind) ? text : `${stamp(index, lines)} ${text}`);
    if (chunk.length < 10_000 && index < lines - 1) continue;
    bytes += writeSync(file, `${chunk.join('\n')}\n`);
    chunk = [];
  }
  closeSync(file);
  return bytes;
}

/** Each kind as often as its weight says. */
const tableOf = (kinds: readonly LineKind[]) =>
  kinds.flatMap((kind) => Array.from({ length: kind.weight }, () => kind));

/** The lines are spread over one day. */
function stamp(index: number, lines: number): string {
  const second = Math.floor((index / lines) * 86_400);
  const two = (value: number) => String(value).padStart(2, '0');
  return `Nov 27 ${two(Math.floor(second / 3600))}:${two(Math.floor(second / 60) % 60)}:${two(second % 60)}`;
}

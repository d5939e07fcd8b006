import { createHash, randomBytes } from 'node:crypto';
import { parentPort, workerData } from 'node:worker_threads';
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import type { LineFault, NewWebFeed } from '@sakimori/contract';
import type { WebEntryKind } from '@sakimori/contract/web-reputation/entry';
import { TableFull, WebTableBuilder } from '@sakimori/contract/web-reputation/table';
import { FeedProblem, type FeedProblemCode } from './problem.ts';
import { readFeed } from './read-feed.ts';

/** A thread for what takes seconds with a million lines: reading a feed, and making a table of all. */
export type ReadTask = {
  readonly do: 'read';
  readonly text: string;
  readonly feed: Pick<NewWebFeed, 'format' | 'category' | 'score'>;
  readonly entriesMax: number;
};
export type BuildTask = {
  readonly do: 'build';
  readonly contents: readonly { readonly feed: string; readonly content: Uint8Array }[];
};
export type WorkDone = {
  read: { content: Uint8Array; digest: string; entries: number; faults: LineFault[]; faultCount: number };
  build: { bytes: Uint8Array; version: string; entries: number };
};
export type WorkAnswer<T extends 'read' | 'build'> =
  | { readonly done: WorkDone[T] }
  | { readonly fault: { readonly code: FeedProblemCode; readonly detail: string } };

const contentBytesMax = 512 * 1024 * 1024;

function read({ text, feed, entriesMax }: ReadTask): WorkDone['read'] {
  const { entries, faults, faultCount } = readFeed(text, feed, entriesMax);
  const lines = entries.map(({ kind, text: name, score, category }) => `${kind}\t${score}\t${category}\t${name}`);
  const content = Buffer.from(lines.join('\n'));
  const digest = createHash('sha256').update(content).digest('hex');
  return { content: zstdCompressSync(content), digest, entries: entries.length, faults, faultCount };
}

function build({ contents }: BuildTask): WorkDone['build'] {
  const key = randomBytes(8);
  const builder = new WebTableBuilder([key.readUInt32LE(0), key.readUInt32LE(4)]);
  for (const { feed, content } of contents) {
    const text = zstdDecompressSync(content, { maxOutputLength: contentBytesMax }).toString('utf8');
    for (const line of text.split('\n')) {
      const [kind, score, category, name] = line.split('\t') as [WebEntryKind, string, string, string];
      builder.add(kind, name, { score: Number(score), category, feed });
    }
  }
  const bytes = builder.build();
  return { bytes, version: createHash('sha256').update(bytes).digest('hex'), entries: builder.entries };
}

const task = workerData as ReadTask | BuildTask;
try {
  parentPort?.postMessage({ done: task.do === 'read' ? read(task) : build(task) });
} catch (error) {
  const fault = error instanceof TableFull ? new FeedProblem('table_full') : error;
  if (!(fault instanceof FeedProblem)) throw error;
  parentPort?.postMessage({ fault: { code: fault.code, detail: fault.detail } });
}

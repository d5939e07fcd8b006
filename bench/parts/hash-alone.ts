import { createHash, hash } from 'node:crypto';
import { closeSync, fstatSync, openSync, readdirSync, readSync } from 'node:fs';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';

// The floor for a scan in Node: walk a tree and hash every regular file with two workers. No attributes, no database, no comparison.
//   node hash-alone.ts FOLDER
const batch = 256;
const chunkBytes = 256 * 1024;

if (isMainThread) {
  const workers = [0, 1].map(() => new Worker(new URL(import.meta.url), { workerData: 'hash' }));
  let files: string[] = [];
  let turn = 0;
  const send = () => {
    workers[turn++ % 2]!.postMessage(files);
    files = [];
  };
  const folders = [process.argv[2]!];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      if (entry.isDirectory()) folders.push(`${folder}/${entry.name}`);
      else if (entry.isFile()) files.push(`${folder}/${entry.name}`);
      if (files.length >= batch) send();
    }
  }
  send();
  for (const worker of workers) worker.postMessage([]);
} else if (workerData === 'hash') {
  const buffer = Buffer.allocUnsafeSlow(chunkBytes);
  parentPort!.on('message', (files: readonly string[]) => {
    if (files.length === 0) parentPort!.close();
    for (const path of files) hashFile(path, buffer);
  });
}

function hashFile(path: string, buffer: Buffer): void {
  const file = openSync(path, 'r');
  const { size } = fstatSync(file);
  const read = readSync(file, buffer, 0, chunkBytes, null);
  if (read === size) hash('sha256', buffer.subarray(0, read), 'latin1');
  else {
    const sum = createHash('sha256').update(buffer.subarray(0, read));
    for (
      let more = readSync(file, buffer, 0, chunkBytes, null);
      more > 0;
      more = readSync(file, buffer, 0, chunkBytes, null)
    ) {
      sum.update(buffer.subarray(0, more));
    }
    sum.digest();
  }
  closeSync(file);
}

import type { Writable } from 'node:stream';

/** Where `logtest` and `logscan` read and write. */
export interface Streams {
  readonly input: AsyncIterable<Buffer | string>;
  readonly output: Writable;
  readonly error: Writable & { readonly isTTY?: boolean };
}

/** Set when the reader of the output has gone: there is nobody to answer any more. */
export interface Writer {
  readonly isClosed: boolean;
  write(text: string): Promise<void>;
}

/** Waits where the reader is slower. */
export function writerTo(output: Writable): Writer {
  let isClosed = false;
  let goOn = () => {};
  output.on('error', (error: NodeJS.ErrnoException) => {
    isClosed = true;
    goOn();
    if (error.code !== 'EPIPE') throw error;
  });
  output.on('close', () => {
    isClosed = true;
    goOn();
  });
  output.on('drain', () => goOn());
  return {
    get isClosed() {
      return isClosed;
    },
    async write(text) {
      if (isClosed || text === '' || output.write(text)) return;
      await new Promise<void>((resolve) => {
        goOn = resolve;
      });
    },
  };
}

import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';

/** Reads below a root: `/` on a real host. What is not there, or not for our eyes, is undefined. */
export class RootFiles {
  readonly #root: string;
  constructor(root = '/') {
    this.#root = root;
  }

  path(path: string): string {
    return join(this.#root, path);
  }

  text(path: string): string | undefined {
    return orUndefined(() => readFileSync(this.path(path), 'utf8'));
  }

  bytes(path: string): Buffer | undefined {
    return orUndefined(() => readFileSync(this.path(path)));
  }

  names(path: string): string[] | undefined {
    return orUndefined(() => readdirSync(this.path(path)));
  }

  link(path: string): string | undefined {
    return orUndefined(() => readlinkSync(this.path(path)));
  }
}

function orUndefined<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

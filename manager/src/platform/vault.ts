import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Keeps stored secrets unreadable without the master secret, and derives the passwords that our own processes use among themselves. */
export class Vault {
  readonly #master: string;
  constructor(master: string) {
    this.#master = master;
  }

  /** The master secret from the environment, or made once in `<data folder>/secret` (mode 0600). */
  static async open(dataFolder: string, given?: string): Promise<Vault> {
    if (given) return new Vault(given);
    const file = join(dataFolder, 'secret');
    await mkdir(dataFolder, { recursive: true });
    await writeFile(file, randomBytes(32).toString('base64url'), { flag: 'wx', mode: 0o600 }).catch(
      (error: NodeJS.ErrnoException) => {
        if (error.code !== 'EEXIST') throw error;
      },
    );
    await chmod(file, 0o600);
    return new Vault((await readFile(file, 'utf8')).trim());
  }

  /** A key or password for one purpose; the same for every process that has the master secret. */
  derive(purpose: string, bytes = 32): Buffer {
    return Buffer.from(hkdfSync('sha256', this.#master, 'sakimori', purpose, bytes));
  }

  /** AES-256-GCM, bound to its purpose: a value sealed for one place cannot be opened in another. */
  seal(purpose: string, plain: string): string {
    const nonce = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', this.derive(`seal:${purpose}`), nonce);
    const body = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]);
    return Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64');
  }

  /** @throws Error where the value was sealed with another master secret or purpose. */
  open(purpose: string, sealed: string): string {
    const bytes = Buffer.from(sealed, 'base64');
    const decipher = createDecipheriv('aes-256-gcm', this.derive(`seal:${purpose}`), bytes.subarray(0, 12));
    decipher.setAuthTag(bytes.subarray(12, 28));
    return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString('utf8');
  }
}

export const sha256 = (value: string | Uint8Array): string => createHash('sha256').update(value).digest('hex');
/** A secret for a person or program to hand back: 256 bits, URL-safe. */
export const newSecret = (): string => randomBytes(32).toString('base64url');

import type { Dirent, Stats } from 'node:fs';
import { mkdir, readdir, readFile, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { documentBytesMax } from '@sakimori/contract/intake/index';
import type { Platform } from '../platform/index.ts';
import type { Intake } from './intake.ts';

const filesAtOnce = 200;

type Found = { readonly source: string; readonly folder: string; readonly name: string };

/**
 * What another program fetched from S3 or a queue, laid into `<folder>/<source>/` a document or lines a file. A file that was taken moves to `taken`,
 * one that could not be read as events to `refused`: moved after its records are committed, so that a stop in between brings it twice and counts once.
 */
export class IntakeFolder {
  readonly #platform: Platform;
  readonly #intake: Intake;
  readonly #folder: string;
  /** Size and time of each file at the look before: one that still changes is left for the next. */
  #before = new Map<string, string>();

  constructor(platform: Platform, intake: Intake, folder: string) {
    this.#platform = platform;
    this.#intake = intake;
    this.#folder = folder;
  }

  /** Looks once. A file that cannot be read or moved holds up no other. @returns how many files were taken or refused */
  async read(): Promise<number> {
    const files = await this.#list();
    const now = new Map<string, string>();
    let settled = 0;
    for (const file of files) {
      const path = join(file.folder, file.name);
      try {
        const found = await stat(path);
        const looks = stateOf(found);
        if (this.#before.get(path) !== looks) now.set(path, looks);
        else if (settled < filesAtOnce) {
          await this.#settle(file, found.size);
          settled += 1;
        } else now.set(path, looks);
      } catch (error) {
        this.#say(file, 'a file of a source could not be read', error as Error);
      }
    }
    this.#before = now;
    return settled;
  }

  async #list(): Promise<Found[]> {
    const sources = (await this.#intake.bindings.current()).filter(({ kind }) => kind === 'folder');
    const found: Found[] = [];
    for (const { value: source } of sources) {
      const folder = join(this.#folder, source);
      for (const name of ['', 'taken', 'refused']) await mkdir(join(folder, name), { recursive: true });
      const names = (await readdir(folder, { withFileTypes: true })).filter(isDocument).map(({ name }) => name);
      found.push(...names.sort().map((name) => ({ source, folder, name })));
    }
    return found;
  }

  async #settle(file: Found, size: number): Promise<void> {
    const isRead = size <= documentBytesMax && (await this.#take(file));
    await rename(join(file.folder, file.name), join(file.folder, isRead ? 'taken' : 'refused', file.name));
    if (!isRead) this.#say(file, 'a file of a source holds no event that could be read');
  }

  async #take({ source, folder, name }: Found): Promise<boolean> {
    const text = await readFile(join(folder, name), 'utf8');
    const { parsed } = await this.#intake.takeDocument({ transport: 'folder', address: '', identity: source }, text);
    return parsed.events.length > 0;
  }

  #say({ source, name }: Found, what: string, error?: Error): void {
    this.#platform.log.warn({ source, file: name, ...(error ? { err: error.message } : {}) }, what);
  }
}

/** Only files: what links elsewhere was not laid here. */
const isDocument = (entry: Dirent): boolean => entry.isFile() && !entry.name.startsWith('.');
const stateOf = ({ size, mtimeMs }: Stats): string => `${size}|${mtimeMs}`;

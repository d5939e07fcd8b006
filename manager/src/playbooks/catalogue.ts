import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import {
  checkPlaybook,
  needsSource,
  type Playbook,
  type PlaybookEntry,
  type PlaybookFault,
  playbookBytesMax,
  Refusal,
} from '@sakimori/contract';
import type { Config } from '../platform/index.ts';

const shippedFolder = join(import.meta.dirname, '../../../rules/playbooks');
/** Of a folder that somebody filled by mistake the first files are read, and the rest is named as a fault. */
const filesMax = 200;

type Found = { readonly playbooks: ReadonlyMap<string, PlaybookEntry>; readonly faults: readonly PlaybookFault[] };
type Read = { readonly file: string; readonly playbook: Playbook; readonly isShipped: boolean };

/** The playbooks that can be chosen: those that are shipped, and those of the data folder, which is looked at whenever somebody asks (S76). */
export class Playbooks {
  readonly #folders: readonly { readonly path: string; readonly isShipped: boolean }[];

  constructor(config: Pick<Config, 'SAKIMORI_DATA'>) {
    this.#folders = [
      { path: shippedFolder, isShipped: true },
      { path: join(config.SAKIMORI_DATA, 'playbooks'), isShipped: false },
    ];
  }

  /** What stands, and which files do not, and why. A file takes nothing from the others: an id that is taken stays with the first. */
  read(): Found {
    const faults: PlaybookFault[] = [];
    const byId = new Map<string, Read>();
    for (const { path, isShipped } of this.#folders) {
      const files = filesIn(path);
      for (const file of files.slice(filesMax))
        faults.push({ file, faults: [`more than ${filesMax} files are not read`] });
      for (const file of files.slice(0, filesMax)) {
        const checked = readFile(join(path, file));
        const taken = checked.playbook && byId.get(checked.playbook.id);
        if (taken) faults.push({ file, faults: [`id: ${taken.playbook.id} is the id of ${taken.file} already`] });
        else if (checked.playbook) byId.set(checked.playbook.id, { file, playbook: checked.playbook, isShipped });
        else faults.push({ file, faults: checked.faults.map((fault) => fault.slice(0, 500)).slice(0, 20) });
      }
    }
    const entries = [...byId.values()].map((read) => [read.playbook.id, toEntry(read)] as const);
    return { playbooks: new Map(entries), faults };
  }

  /** @throws Refusal `not_found` */
  get(id: string): Playbook {
    for (const { path } of this.#folders)
      for (const file of filesIn(path).slice(0, filesMax)) {
        const { playbook } = readFile(join(path, file));
        if (playbook?.id === id) return playbook;
      }
    throw new Refusal('not_found', { what: 'playbook' });
  }
}

const filesIn = (folder: string): string[] =>
  existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => name.endsWith('.json'))
        .sort()
    : [];

function readFile(path: string): ReturnType<typeof checkPlaybook> {
  try {
    const about = statSync(path);
    if (!about.isFile()) return { faults: ['it is no file'] };
    if (about.size > playbookBytesMax) return { faults: [`larger than ${playbookBytesMax} bytes`] };
    return checkPlaybook(readFileSync(path, 'utf8'));
  } catch (error) {
    return { faults: [(error as NodeJS.ErrnoException).code ?? (error as Error).message] };
  }
}

const toEntry = ({ playbook, isShipped }: Read): PlaybookEntry => ({ ...entryOf(playbook), isShipped });

export const entryOf = (playbook: Playbook): Omit<PlaybookEntry, 'isShipped'> => ({
  ...{ id: playbook.id, version: playbook.version, name: playbook.name, summary: playbook.summary },
  ...{ effect: playbook.effect, steps: playbook.steps.map((step) => step.do), scopes: playbook.scopes },
  ...(playbook.minutes ? { minutes: playbook.minutes } : {}),
  ...{ needsConsent: playbook.consent.needed, needsSource: needsSource(playbook) },
});

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileNames, type SuricataMode, suricataYaml } from '@sakimori/contract/suricata-yaml';
import { type ChildPlan, type ChildReport, type ChildState, SupervisedChild } from '../../../engine-care/index.ts';
import { errorText } from '../../../log.ts';
import { readQueueCounters } from '../../../packet-queue/index.ts';
import type { EngineHost } from '../../engine.ts';
import { EventFile } from '../events/event-file.ts';
import { askSuricata } from './command.ts';

/** What a sensor works by; changed while it runs, by a reload. */
export type SensorSetting = {
  readonly program: string;
  readonly version: string | undefined;
  /** Lines of Suricata's language. */
  readonly rules: string;
  readonly homeNet: readonly string[];
  /** In `tap`. */
  readonly interfaces: readonly string[];
  /** In `inline`. */
  readonly queues: readonly number[];
};

export type SensorParts = {
  readonly host: EngineHost;
  readonly mode: SuricataMode;
  readonly onLines: (mode: SuricataMode, lines: readonly string[], place: string) => Promise<void>;
  readonly onHung: (mode: SuricataMode) => unknown;
};

/** What Suricata says that it has loaded. */
export type Loaded = { readonly loaded: number; readonly failed: number };

export const placeKeyOf = (mode: SuricataMode): string => `events.${mode}`;

const childNameOf = (mode: SuricataMode): string => `suricata-${mode}`;

/** Where its process is written down, for an agent that comes after a killed one. */
export const recordOf = (dataFolder: string, mode: SuricataMode): string =>
  join(dataFolder, `${childNameOf(mode)}.child.json`);

const askMsMax = 2000;
const reloadMsMax = 180_000;
const reloadLookMs = 50;
const memoryBytesMax = 2 * 1024 ** 3;

/** One supervised Suricata in a folder of its own, and the reader of what it tells. */
export class Sensor {
  readonly mode: SuricataMode;
  readonly #parts: SensorParts;
  readonly #child: SupervisedChild;
  #setting: SensorSetting | undefined;
  #events: EventFile | undefined;
  #loaded: Loaded | undefined;
  /** How often it has said that it works by new rules. */
  #reloads = 0;

  constructor(parts: SensorParts) {
    this.#parts = parts;
    this.mode = parts.mode;
    this.#child = new SupervisedChild({
      host: parts.host,
      name: childNameOf(parts.mode),
      plan: (folder) => this.#plan(folder),
      probe: () => this.#probe(),
      rhythm: { everyMs: 2000, soonMs: 100, answerMs: askMsMax + 500, hungMsMax: 5000, startMsMax: 180_000 },
      onRunning: () => this.#readStats(),
      onHung: () => parts.onHung(parts.mode),
      onLine: (line) => {
        if (line.includes('rule reload complete')) this.#reloads += 1;
      },
    });
  }

  get setting(): SensorSetting | undefined {
    return this.#setting;
  }

  get loaded(): Loaded | undefined {
    return this.#loaded;
  }

  get state(): ChildState {
    return this.#child.state;
  }

  report(): ChildReport {
    return this.#child.report();
  }

  /** Starts it, or gives a running one a new setting: by a reload where that does. Resolves when it works by it. @throws Error when it does not in time */
  async use(setting: SensorSetting, timeoutMs: number): Promise<void> {
    const before = this.#setting;
    this.#setting = setting;
    if (!before) {
      this.#follow();
      await this.#child.start();
      await this.#child.running(timeoutMs);
    } else if (needsRestart(before, setting)) {
      await this.#child.restart();
      await this.#child.running(timeoutMs);
    } else if (!isSame(before, setting)) await this.#reload(timeoutMs);
    await this.#readStats();
  }

  /** Whether it answers. Never rejects. */
  async isWell(): Promise<boolean> {
    try {
      await this.#ask('uptime', 1000);
      return true;
    } catch {
      return false;
    }
  }

  async stop(): Promise<void> {
    await this.#child.stop();
    await this.#events?.stop();
    this.#events = undefined;
    this.#setting = undefined;
    this.#loaded = undefined;
  }

  /** The files are written before every start: one that dies comes up with what is wanted now. */
  async #plan(folder: string): Promise<ChildPlan> {
    const setting = this.#setting;
    if (!setting) throw new Error('there is nothing to run by');
    await this.#write(folder, setting);
    const place = ['-c', join(folder, fileNames.configuration), '-l', folder];
    const from = this.mode === 'inline' ? setting.queues.flatMap((queue) => ['-q', `${queue}`]) : ['--af-packet'];
    return {
      program: setting.program,
      args: [...place, ...from],
      ...(setting.version ? { version: setting.version } : {}),
      ...{ memoryBytesMax, oomScoreAdj: 200 },
    };
  }

  async #write(folder: string, setting: SensorSetting): Promise<void> {
    const { homeNet, interfaces, rules } = setting;
    await writeFile(
      join(folder, fileNames.configuration),
      suricataYaml({ folder, mode: this.mode, homeNet, interfaces }),
    );
    await writeFile(join(folder, fileNames.rules), rules);
  }

  async #reload(timeoutMs: number): Promise<void> {
    if (this.#child.state !== 'running') {
      // Whatever it comes up with is what is wanted now.
      await this.#child.restart();
      return this.#child.running(timeoutMs);
    }
    await this.#write(this.#child.folder, this.#setting!);
    const before = this.#reloads;
    // The other way of asking keeps the socket busy for as long as the rules take, and nobody could tell that from a hang.
    await this.#ask('ruleset-reload-nonblocking');
    const { clock } = this.#parts.host;
    const endMs = clock.monotonicMs() + reloadMsMax;
    // Asked for its time, it tells the new one while its threads still work by the old rules.
    while (this.#reloads === before) {
      if (clock.monotonicMs() > endMs || this.#child.state !== 'running')
        throw new Error('Suricata did not take the rules in time');
      await new Promise<void>((done) => clock.after(reloadLookMs, done));
    }
  }

  async #probe(): Promise<void> {
    await this.#ask('uptime');
    if (this.mode !== 'inline') return;
    const read = readQueueCounters();
    const lost = this.#setting?.queues.filter((queue) => !read.has(queue)) ?? [];
    if (lost.length > 0) throw new Error(`it does not read queue ${lost.join(', ')}`);
  }

  async #readStats(): Promise<void> {
    try {
      const [stats] = (await this.#ask('ruleset-stats')) as { rules_loaded?: number; rules_failed?: number }[];
      this.#loaded = { loaded: stats?.rules_loaded ?? 0, failed: stats?.rules_failed ?? 0 };
    } catch (error) {
      this.#parts.host.log('warn', `suricata-${this.mode}: does not say what it has loaded: ${errorText(error)}`);
    }
  }

  #ask(command: string, timeoutMs = askMsMax): Promise<unknown> {
    return askSuricata(this.#parts.host.clock, join(this.#child.folder, fileNames.socket), command, timeoutMs);
  }

  #follow(): void {
    const { host, onLines } = this.#parts;
    this.#events = new EventFile({
      clock: host.clock,
      path: join(this.#child.folder, fileNames.events),
      place: host.recall(placeKeyOf(this.mode)),
      onLines: (lines, place) => onLines(this.mode, lines, place),
      reopen: () => this.#ask('reopen-log-files'),
      onFault: (error) => host.log('error', `suricata-${this.mode}: its events cannot be read: ${errorText(error)}`),
    });
    this.#events.start();
  }
}

const needsRestart = (a: SensorSetting, b: SensorSetting): boolean =>
  a.program !== b.program || `${a.interfaces}` !== `${b.interfaces}` || `${a.queues}` !== `${b.queues}`;

const isSame = (a: SensorSetting, b: SensorSetting): boolean =>
  !needsRestart(a, b) && a.rules === b.rules && `${a.homeNet}` === `${b.homeNet}`;

import { globSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Module, ModuleStatus } from '@sakimori/contract/module';
import { type Clock, toInstant } from '../../clock.ts';
import { livingChild, residentBytesOf } from '../../engine-care/index.ts';
import { installCommandOf } from '../../install-command.ts';
import { readStatus } from '../../status-file.ts';
import { enginePrograms, pathOf } from './catalogue.ts';
import { installedPackages } from './system.ts';

/** A program that modules stand on, as it is on this host. */
export type ProgramState = {
  readonly name: string;
  readonly modules: readonly Module[];
  readonly path?: string;
  /** Of its package. */
  readonly version?: string;
  /** The command that brings it, where it is not there. */
  readonly install?: string;
};

/** A module, as the agent tells it; and the processes that the agent runs for it. */
export type ModuleState = {
  readonly module: Module;
  /** `unknown`: no agent runs here that could tell. */
  readonly state: ModuleStatus['state'] | 'unknown';
  readonly causes: ModuleStatus['causes'];
  readonly processes: readonly { readonly name: string; readonly pid: number; readonly residentBytes?: number }[];
  /** When rules or signatures that the agent keeps for it were last written. */
  readonly rulesAt?: string;
};

export type EnginesStatus = {
  readonly isAgentRunning: boolean;
  readonly programs: readonly ProgramState[];
  readonly modules: readonly ModuleState[];
};

/** How engines fare on this host. Reads only: works beside a running agent and without one. */
export async function enginesStatus(folder: string, modules: readonly Module[], clock: Clock): Promise<EnginesStatus> {
  const packages = new Map([...(await installedPackages('apt')), ...(await installedPackages('dnf'))]);
  const agent = readStatus(folder, clock.nowMs());
  const told = agent?.isRunning ? agent.status.heartbeat.modules : [];
  return {
    isAgentRunning: agent?.isRunning ?? false,
    programs: enginePrograms
      .filter((engine) => engine.modules.some((module) => modules.includes(module)))
      .map((engine) => {
        const path = pathOf(engine);
        const version = [...engine.packages.apt, ...engine.packages.dnf]
          .map((name) => packages.get(name))
          .find(Boolean);
        return {
          ...{ name: engine.name, modules: engine.modules },
          ...(path === undefined ? { install: installCommandOf(engine.modules[0]!) } : { path }),
          ...(version === undefined ? {} : { version }),
        };
      }),
    modules: modules.map((module) => {
      const status = told.find((one) => one.module === module);
      const rulesAt = rulesTimeOf(folder, module);
      return {
        ...{ module, state: status?.state ?? 'unknown', causes: status?.causes ?? [] },
        processes: processesOf(folder, module),
        ...(rulesAt === undefined ? {} : { rulesAt }),
      };
    }),
  };
}

function processesOf(folder: string, module: Module): ModuleState['processes'] {
  return globSync('*.child.json', { cwd: join(folder, 'engines', module) }).flatMap((record) => {
    const pid = livingChild(join(folder, 'engines', module, record));
    if (pid === undefined) return [];
    const residentBytes = residentBytesOf(pid);
    return [{ name: basename(record, '.child.json'), pid, ...(residentBytes === undefined ? {} : { residentBytes }) }];
  });
}

const ruleFiles = '**/*.{cvd,cld,cud,hdb,hsb,ndb,ldb,yar,rules}';

function rulesTimeOf(folder: string, module: Module): string | undefined {
  const place = join(folder, 'engines', module);
  const times = globSync(ruleFiles, { cwd: place, exclude: ['quarantine', 'vault'] }).flatMap((path) => {
    const { mtimeMs } = statSync(join(place, path), { throwIfNoEntry: false }) ?? {};
    return mtimeMs === undefined ? [] : [mtimeMs];
  });
  return times.length > 0 ? toInstant(Math.max(...times)) : undefined;
}

export function describeEngines({ isAgentRunning, programs, modules }: EnginesStatus): string {
  const lines = [
    ...programs.map(({ name, path, version, install }) =>
      path
        ? `${name.padEnd(14)} ${path}${version ? ` (${version})` : ''}`
        : `${name.padEnd(14)} not installed; install with: ${install}`,
    ),
    isAgentRunning ? '' : 'The agent does not run here, so what modules do is not known.',
    ...modules.flatMap(({ module, state, causes, processes, rulesAt }) => [
      `${module.padEnd(14)} ${state}${rulesAt ? `; rules of ${rulesAt}` : ''}`,
      ...processes.map(
        ({ name, pid, residentBytes }) =>
          `${''.padEnd(14)} ${name} runs (pid ${pid}${residentBytes === undefined ? '' : `, ${Math.round(residentBytes / 1e6)} MB`})`,
      ),
      ...causes.map(({ code, facts }) => `${''.padEnd(14)} ${[code, ...Object.values(facts)].join(' ')}`),
    ]),
  ];
  return `${lines.filter(Boolean).join('\n')}\n`;
}

import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Module } from '@sakimori/contract/module';
import { ExitError, exitCodes } from '../../exit-codes.ts';
import { isRoot } from '../../facts.ts';
import { type EngineProgram, pathOf, programsFor } from './catalogue.ts';
import { type Command, commandLine, type InstallPlan, planInstall, planUnits } from './commands.ts';
import { type Distribution, readDistribution } from './distribution.ts';
import {
  hasSystemd,
  installedPackages,
  readInstalled,
  runCommand,
  type Said,
  withoutStartingServices,
  writeInstalled,
} from './system.ts';
import { dropInPath, dropInText, modulesOfDropIn } from './unit-drop-in.ts';

export type InstallWish = {
  readonly folder: string;
  readonly modules: readonly Module[];
  readonly mirror: string | undefined;
  readonly isDry: boolean;
  /** A line of progress. */
  readonly say: (line: string) => void;
};

export type InstallOutcome = {
  readonly distribution: string;
  readonly installed: readonly string[];
  readonly alreadyThere: readonly string[];
  /** Of a dry run: what would be done. */
  readonly commands: readonly string[];
};

/**
 * Brings the programs that modules stand on, from the distribution's own packages, without starting their services: the agent runs them itself, by
 * configurations of its own. What is there already is left as it is.
 * @throws ExitError without root, where the distribution is not known, without network, or where packages cannot be installed
 */
export async function installEngines(wish: InstallWish): Promise<InstallOutcome> {
  const wanted = programsFor(wish.modules);
  const missing = wanted.filter((engine) => pathOf(engine) === undefined);
  const distribution = readDistribution(wanted);
  const place = mkdtempSync(join(tmpdir(), 'sakimori-engines-'));
  try {
    const plan = planInstall(distribution, missing, join(place, 'sources.list'), wish.mirror);
    const units = planUnits(missing, hasSystemd());
    const outcome = {
      distribution: distribution.name,
      installed: missing.map(({ name }) => name),
      alreadyThere: wanted.filter((engine) => !missing.includes(engine)).map(({ name }) => name),
    };
    if (wish.isDry) return { ...outcome, commands: describePlan(plan, units, wish.modules) };
    if (!isRoot()) throw new ExitError(exitCodes.noPermission, 'engines are installed by root: try with sudo');
    if (missing.length > 0) await installMissing(wish, distribution, missing, plan, units);
    await writeDropIn(wish);
    return { ...outcome, commands: [] };
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

function describePlan(
  { commands, sources }: InstallPlan,
  units: readonly Command[],
  modules: readonly Module[],
): string[] {
  const dropIn = dropInText(modules);
  return [
    ...(sources ? [`# for these commands alone, besides the sources of this host: ${sources.line}`] : []),
    ...(commands.length > 0 ? ['# with a policy-rc.d that lets packages start no services'] : []),
    ...[...commands, ...units].map(commandLine),
    ...(dropIn && hasUnit()
      ? [
          `# written to ${dropInPath}, then systemctl daemon-reload:`,
          ...dropIn
            .trim()
            .split('\n')
            .map((line) => `#   ${line}`),
        ]
      : []),
  ];
}

async function installMissing(
  { folder, say }: InstallWish,
  { tool }: Distribution,
  missing: readonly EngineProgram[],
  plan: InstallPlan,
  units: readonly Command[],
): Promise<void> {
  if (plan.sources) writeFileSync(plan.sources.path, `${readOr('/etc/apt/sources.list')}\n${plan.sources.line}\n`);
  const before = await installedPackages(tool);
  const all = [...plan.commands, ...units];
  await withoutStartingServices(async () => {
    for (const [place, command] of all.entries()) {
      say(`${place + 1}/${all.length} ${command.say}`);
      const said = await runCommand(command.words);
      if (said.code !== 0 && command.isNeeded) throw faultOf(command, said);
      // Also after a fault in a later command: what is there by now came from us.
      if (command.isNeeded) await recordNew(folder, tool, before, missing);
    }
  });
  const still = missing.filter((engine) => pathOf(engine) === undefined);
  if (still.length > 0)
    throw new ExitError(
      exitCodes.unavailable,
      `the packages came without ${still.map(({ programs }) => programs[0]).join(', ')}`,
    );
}

async function recordNew(
  folder: string,
  tool: Distribution['tool'],
  before: ReadonlyMap<string, string>,
  missing: readonly EngineProgram[],
): Promise<void> {
  const fresh = [...(await installedPackages(tool)).keys()].filter((name) => !before.has(name));
  const asked = new Set(missing.flatMap(({ packages }) => packages[tool]));
  const known = readInstalled(folder);
  const union = (old: readonly string[] = [], more: readonly string[]) => [...new Set([...old, ...more])];
  writeInstalled(folder, {
    tool,
    packages: union(
      known?.packages,
      fresh.filter((name) => asked.has(name)),
    ),
    dependencies: union(
      known?.dependencies,
      fresh.filter((name) => !asked.has(name)),
    ),
  });
}

/** What apt and dnf say when no repository answers. */
const noNetwork =
  /could not resolve|temporary failure resolving|unable to connect|network is unreachable|failed to fetch|cannot download|no route to host|connection (refused|timed out)|could not connect/i;
const noPackage =
  /unable to locate package|has no installation candidate|no match for argument|unable to find a match|is not valid for the default release|the value .* is invalid/i;

function faultOf(command: Command, { err, out, code }: Said): ExitError {
  const words = `${err}\n${out}`;
  const tail = (err.trim() || out.trim()).split('\n').slice(-6).join('\n').slice(-800);
  const why = noNetwork.test(words)
    ? 'the packages cannot be fetched: no way to the repositories of this host'
    : noPackage.test(words)
      ? 'the repositories of this host do not have these packages'
      : `it ended with code ${code}`;
  return new ExitError(exitCodes.unavailable, `${why}\n${commandLine(command)}\n${tail}`);
}

const hasUnit = (): boolean =>
  ['/lib/systemd/system', '/usr/lib/systemd/system', '/etc/systemd/system'].some((folder) =>
    existsSync(join(folder, 'sakimori-agent.service')),
  );

/** The unit of the agent gives as little as a host without engines needs. */
async function writeDropIn({ modules, say }: InstallWish): Promise<void> {
  const before = readOr(dropInPath);
  const all = [...new Set([...modulesOfDropIn(before), ...modules])] as Module[];
  const text = dropInText(all);
  if (!text || text === before || !hasUnit()) return;
  mkdirSync(dirname(dropInPath), { recursive: true, mode: 0o755 });
  writeFileSync(dropInPath, text, { mode: 0o644 });
  say(`lets the agent run them: ${dropInPath}`);
  if (!hasSystemd()) return;
  await runCommand(['systemctl', 'daemon-reload']);
  await runCommand(['systemctl', 'try-restart', 'sakimori-agent.service']);
}

function readOr(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

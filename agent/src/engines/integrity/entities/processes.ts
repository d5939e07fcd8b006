import { lstatSync } from 'node:fs';
import { basename } from 'node:path';
import type { Pace } from '../../../inventory/pace.ts';
import type { AccountNames } from '../account-names.ts';
import { digestOf, type Entities, fitKey, fitValue, type Values } from './entity.ts';
import type { SafeFiles } from './safe-files.ts';

type Running = {
  readonly name: string;
  readonly users: Set<string>;
  readonly groups: Set<string>;
  readonly commandLines: Set<string>;
  count: number;
};

/**
 * Running programs: all processes of one program file are one entity, since process numbers say nothing about a change. Threads of the kernel are left out.
 * Arguments may hold passwords and are told by a digest alone.
 */
export async function readProcessEntities(
  files: SafeFiles,
  pace: Pace,
  names: AccountNames,
): Promise<Entities | undefined> {
  const pids = files.names('/proc').filter((name) => /^\d+$/.test(name));
  if (pids.length === 0) return undefined;
  const programs = new Map<string, Running>();
  for (const pid of pids) {
    await pace();
    const seen = lookAt(files, pid);
    if (!seen) continue;
    const program = programs.get(seen.key) ?? begin(seen.name);
    programs.set(seen.key, program);
    program.users.add(names.user(seen.uid));
    program.groups.add(names.group(seen.gid));
    program.commandLines.add(digestOf(seen.commandLine));
    program.count += 1;
  }
  return new Map([...programs].map(([key, program]) => [key, valuesOf(program)]));
}

const begin = (name: string): Running => ({
  ...{ name, users: new Set(), groups: new Set(), commandLines: new Set(), count: 0 },
});

type Seen = { key: string; name: string; uid: number; gid: number; commandLine: string };

function lookAt(files: SafeFiles, pid: string): Seen | undefined {
  const commandLine = files.text(`/proc/${pid}/cmdline`);
  const stat = lstatSync(files.path(`/proc/${pid}`), { throwIfNoEntry: false });
  if (!commandLine || !stat) return undefined;
  const program = files.program(pid);
  const short = files.text(`/proc/${pid}/comm`)?.trim() ?? '';
  if (!program && !short) return undefined;
  // After an upgrade a program runs on from a file that is gone: it is the same program. One that only ever was in memory is not.
  const path = program?.startsWith('/memfd:') ? program : program?.replace(/ \(deleted\)$/, '');
  const { uid, gid } = stat;
  return { key: fitKey(path ?? `[${short}]`), name: fitValue(path ? basename(path) : short), uid, gid, commandLine };
}

const valuesOf = ({ name, users, groups, commandLines, count }: Running): Values => ({
  name,
  users: fitValue([...users].sort().join(', ')),
  groups: fitValue([...groups].sort().join(', ')),
  arguments: commandLines.size === 1 ? [...commandLines][0]! : digestOf([...commandLines].sort().join('\n')),
  count: String(count),
});

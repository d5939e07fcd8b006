/**
 * The engine that this version of the agent does not carry: anti-malware.
 * It does nothing, and says so: what is missing on this host, the one command that adds it, and that even then this version does not drive it.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { ModuleStatus } from '@sakimori/contract/module';
import { installCommandOf } from '../../install-command.ts';
import { agentVersion } from '../../version.ts';
import type { Engine, ModulePolicy } from '../engine.ts';

export type AbsentModule = 'antimalware';

/** The field's own program that the module stands on. */
const programs = {
  antimalware: { name: 'ClamAV', binary: 'clamd' },
} as const satisfies Record<AbsentModule, { name: string; binary: string }>;

const binaryFolders = ['/usr/sbin', '/usr/bin', '/sbin', '/bin', '/usr/local/sbin', '/usr/local/bin'];

/** @param folders where programs are looked for */
export function createAbsentEngine<M extends AbsentModule>(
  module: M,
  folders: readonly string[] = binaryFolders,
): Engine<M> {
  let policy: ModulePolicy<M> | undefined;
  return {
    module,
    async apply(next) {
      policy = next;
    },
    status: () =>
      policy === undefined || policy.state === 'off'
        ? { module, state: 'off', causes: [], figures: {} }
        : lacking(module, folders),
    async stop() {
      policy = undefined;
    },
  };
}

function lacking(module: AbsentModule, folders: readonly string[]): ModuleStatus {
  const program = programs[module];
  const isInstalled = folders.some((folder) => existsSync(join(folder, program.binary)));
  return {
    module,
    state: 'lacking',
    ...(isInstalled ? {} : { lacks: program.name, install: installCommandOf(module) }),
    causes: [{ code: 'not_driven_yet', facts: { program: program.name, agentVersion } }],
    figures: {},
  };
}

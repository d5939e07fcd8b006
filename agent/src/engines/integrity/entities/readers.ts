import type { EntityKind } from '@sakimori/contract/integrity-entity';
import type { Pace } from '../../../inventory/pace.ts';
import type { AccountNames } from '../account-names.ts';
import { accountFiles, readGroups, readUsers } from './accounts.ts';
import { cronPaths, readCron } from './cron.ts';
import type { Entities } from './entity.ts';
import { readKernelModules } from './kernel-modules.ts';
import { readPorts } from './ports.ts';
import { readProcessEntities } from './processes.ts';
import type { SafeFiles } from './safe-files.ts';
import { readServiceEntities, servicePaths } from './services.ts';
import { packageFiles, readSoftware } from './software.ts';
import { readSshKeys, sshKeyFiles } from './ssh-keys.ts';

export type ReadParts = { readonly files: SafeFiles; readonly pace: Pace; readonly names: AccountNames };

export type Reader = {
  /** All entities of the kind; undefined where this host has no such thing or does not let us see it. */
  read(parts: ReadParts): Promise<Entities | undefined>;
  /** Files and folders whose change means that something may have changed; a kind without them is read each time. */
  readonly sources?: (files: SafeFiles) => readonly string[];
  /** Seconds between two looks while the policy asks for real time. */
  readonly lookEverySeconds: number;
};

export const readers: Readonly<Record<EntityKind, Reader>> = {
  user: { read: async ({ files }) => readUsers(files), sources: () => accountFiles, lookEverySeconds: 5 },
  group: { read: async ({ files }) => readGroups(files), sources: () => accountFiles, lookEverySeconds: 5 },
  ssh_key: {
    read: async ({ files }) => readSshKeys(files),
    sources: (files) => ['/etc/passwd', '/etc/ssh/sshd_config', ...sshKeyFiles(files).map(({ path }) => path)],
    lookEverySeconds: 5,
  },
  cron: { read: async ({ files }) => readCron(files), sources: cronPaths, lookEverySeconds: 10 },
  service: { read: ({ files }) => readServiceEntities(files), lookEverySeconds: 30, sources: servicePaths },
  software: { read: ({ files, pace }) => readSoftware(files, pace), sources: () => packageFiles, lookEverySeconds: 30 },
  kernel_module: { read: async ({ files }) => readKernelModules(files), lookEverySeconds: 10 },
  port: { read: ({ files, pace, names }) => readPorts(files, pace, names), lookEverySeconds: 15 },
  process: { read: ({ files, pace, names }) => readProcessEntities(files, pace, names), lookEverySeconds: 15 },
};

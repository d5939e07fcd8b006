import type { Module } from '@sakimori/contract/module';

/** Beside the unit of the agent: what it may do and use more, for the engines that it runs itself. */
export const dropInPath = '/etc/systemd/system/sakimori-agent.service.d/engines.conf';

/** Of megabytes, what the programs of a module need on top of the agent's own: signatures and rules in memory. */
const memoryMb: Partial<Record<Module, number>> = { antimalware: 2048, intrusion: 1024, webreputation: 256 };

/** @returns `undefined` where none of these modules needs more than the unit gives */
export function dropInText(modules: readonly Module[]): string | undefined {
  const needed = modules.filter((module) => memoryMb[module] !== undefined);
  if (needed.length === 0) return undefined;
  const more = needed.reduce((sum, module) => sum + memoryMb[module]!, 0);
  const lines = [
    '# Written by `sakimori-agent engines install`, taken away by `sakimori-agent engines remove`.',
    `# For: ${needed.join(', ')}`,
    '[Service]',
    `MemoryHigh=${256 + more}M`,
    `MemoryMax=${512 + more}M`,
    'TasksMax=512',
    '# Engines have limits of their own; packets and scans must not wait for a share of a second.',
    'CPUQuota=',
    '# Engines run as users of their own, in folders that are given to them, and are ended by the agent.',
    'CapabilityBoundingSet=CAP_SETUID CAP_SETGID CAP_CHOWN CAP_FOWNER CAP_KILL CAP_SYS_NICE CAP_SYS_RESOURCE',
    'SystemCallFilter=@setuid @chown',
    ...(needed.includes('intrusion')
      ? [
          'CapabilityBoundingSet=CAP_NET_RAW CAP_IPC_LOCK',
          'RestrictAddressFamilies=AF_PACKET',
          '# Which program opens a connection is told by the tracing of the kernel, in an instance of our own.',
          'ReadWritePaths=-/sys/kernel/tracing',
        ]
      : []),
    ...(needed.includes('antimalware')
      ? [
          '# Malware is taken away wherever it lies.',
          'CapabilityBoundingSet=CAP_DAC_OVERRIDE CAP_LINUX_IMMUTABLE',
          '# The guard of files asks whether anybody writes to a file, and gives up all rights but four.',
          'CapabilityBoundingSet=CAP_LEASE',
          'SystemCallFilter=capset',
          'ProtectSystem=no',
          'ProtectHome=no',
          'RestrictSUIDSGID=no',
        ]
      : []),
  ];
  return `${lines.join('\n')}\n`;
}

/** Modules that a drop-in was written for. */
export const modulesOfDropIn = (text: string): string[] => (/^# For: (.+)$/m.exec(text)?.[1] ?? '').split(', ');

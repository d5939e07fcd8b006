import type { Pace } from '../../../inventory/pace.ts';
import { type BoundSocket, parseProcNet } from '../../../inventory/proc-net.ts';
import { readProcesses } from '../../../inventory/processes.ts';
import { RootFiles } from '../../../inventory/root-files.ts';
import type { AccountNames } from '../account-names.ts';
import { type Entities, fitKey, fitValue, type Values } from './entity.ts';
import type { SafeFiles } from './safe-files.ts';

const tables = [
  ['tcp', 'tcp'],
  ['tcp6', 'tcp'],
  ['udp', 'udp'],
  ['udp6', 'udp'],
] as const;

/**
 * Ports on which the host listens, with the program and the user behind each. UDP ports that the kernel hands out to whoever asks (`ip_local_port_range`) are
 * left out: every look-up of a name opens one.
 */
export async function readPorts(files: SafeFiles, pace: Pace, names: AccountNames): Promise<Entities | undefined> {
  // `/proc/net` is that of whoever reads; below another root nobody of ours is.
  const texts = tables.map(([table, protocol]) => ({
    protocol,
    text: files.text(`/proc/net/${table}`) ?? files.text(`/proc/1/net/${table}`),
  }));
  if (texts.every(({ text }) => text === undefined)) return undefined;
  const lent = lentPorts(files);
  const sockets = texts
    .flatMap(({ protocol, text }) => parseProcNet(text ?? '', protocol))
    .filter(({ protocol, port }) => protocol === 'tcp' || port < lent.first || port > lent.last);
  const inodes = new Set(sockets.map(({ inode }) => inode));
  const { holders } = await readProcesses(new RootFiles(files.root), inodes, pace);
  const byPort = Map.groupBy(sockets, ({ protocol, address, port }) =>
    fitKey(`${protocol}${address.includes(':') ? '6' : ''}/${address}/${port}`),
  );
  return new Map([...byPort].map(([key, group]) => [key, valuesOf(group, holders, names)]));
}

function valuesOf(
  sockets: readonly BoundSocket[],
  holders: Awaited<ReturnType<typeof readProcesses>>['holders'],
  names: AccountNames,
): Values {
  const programs = new Set(
    sockets.flatMap(({ inode }) => {
      const program = holders.get(inode);
      return program ? [program.exe ?? program.process] : [];
    }),
  );
  const users = new Set(sockets.map(({ uid }) => names.user(uid)));
  return {
    // Of a process that we may not see the program is not known, which is no change of it.
    ...(programs.size > 0 ? { program: fitValue([...programs].sort().join(', ')) } : {}),
    user: fitValue([...users].sort().join(', ')),
    listeners: String(sockets.length),
  };
}

function lentPorts(files: SafeFiles): { first: number; last: number } {
  const match = /^(\d+)\s+(\d+)/.exec(files.text('/proc/sys/net/ipv4/ip_local_port_range') ?? '');
  return match ? { first: Number(match[1]), last: Number(match[2]) } : { first: 32_768, last: 60_999 };
}

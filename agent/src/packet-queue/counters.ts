import { readFileSync } from 'node:fs';
import { readdir, readFile, readlink } from 'node:fs/promises';

/** What the kernel tells of one queue that somebody reads (`/proc/net/netfilter/nfnetlink_queue`, `net/netfilter/nfnetlink_queue.c`). */
export type QueueCounters = {
  readonly queue: number;
  /** Netlink address of the reader: as a rule its process id. */
  readonly port: number;
  /** Packets that wait for the reader's word, now. */
  readonly waiting: number;
  /** Dropped (or, where the reader asked for it, let through) because the queue was full. */
  readonly dropped: number;
  /** Dropped because the reader's socket was full. */
  readonly lost: number;
  /** Packets that came so far, modulo 2^32. */
  readonly arrived: number;
};

const countersPath = '/proc/net/netfilter/nfnetlink_queue';

/** Of this network namespace; a queue that nobody reads is absent. Empty where the kernel has no NFQUEUE. */
export function readQueueCounters(): ReadonlyMap<number, QueueCounters> {
  return new Map(parseQueueCounters(readText(countersPath)).map((one) => [one.queue, one]));
}

export function parseQueueCounters(text: string): QueueCounters[] {
  return text.split('\n').flatMap((line) => {
    const [queue, port, waiting, , , dropped, lost, arrived] = line.trim().split(/\s+/).map(Number);
    return arrived === undefined
      ? []
      : [{ queue: queue!, port: port!, waiting: waiting!, dropped: dropped!, lost: lost!, arrived }];
  });
}

/**
 * Which process reads this queue. Looks through all processes: not for every second.
 * @returns undefined where nobody does, or it may not be told
 */
export async function readerOf(queue: number): Promise<{ readonly pid: number; readonly name: string } | undefined> {
  const port = readQueueCounters().get(queue)?.port;
  if (port === undefined) return undefined;
  const netlinkNetfilter = '12';
  // The kernel prints the address as an unsigned number here, and there too.
  const inode = readText('/proc/net/netlink')
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .find((columns) => columns[1] === netlinkNetfilter && Number(columns[2]) === port)?.[9];
  if (!inode) return undefined;
  const processes = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  // As a rule the address is the number of the process.
  processes.sort((a, b) => Number(b === `${port}`) - Number(a === `${port}`));
  for (const pid of processes)
    if (await holdsSocket(pid, inode)) return { pid: Number(pid), name: readText(`/proc/${pid}/comm`).trim() };
  return undefined;
}

async function holdsSocket(pid: string, inode: string): Promise<boolean> {
  try {
    for (const descriptor of await readdir(`/proc/${pid}/fd`))
      if ((await readlink(`/proc/${pid}/fd/${descriptor}`).catch(() => '')) === `socket:[${inode}]`) return true;
  } catch {
    // It has ended meanwhile.
  }
  return false;
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/** Interfaces by which the rest of the world is reached: those of default routes (`/proc/net/route`, `/proc/net/ipv6_route`), in order. */
export async function readUplinks(): Promise<string[]> {
  const read = async (path: string) =>
    (await readFile(path, 'utf8').catch(() => '')).split('\n').map((line) => line.trim().split(/\s+/));
  const four = (await read('/proc/net/route')).filter(([, to, , , , , , mask]) => to === '00000000' && mask === to);
  const six = (await read('/proc/net/ipv6_route')).filter(([to, bits]) => bits === '00' && /^0+$/.test(to ?? ''));
  const names = [...four.map(([name]) => name), ...six.map((columns) => columns.at(-1))];
  const isPlain = (name: string | undefined): name is string => name !== 'lo' && /^[\w.:-]{1,15}$/.test(name ?? '');
  return [...new Set(names.filter(isPlain))].sort();
}

/** Whether this host passes packets on, for containers or as a router. */
export async function isForwarding(): Promise<boolean> {
  const read = (path: string) => readFile(path, 'utf8').catch(() => '0');
  const found = await Promise.all(
    ['/proc/sys/net/ipv4/ip_forward', '/proc/sys/net/ipv6/conf/all/forwarding'].map(read),
  );
  return found.some((text) => text.trim() === '1');
}

import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { BlockList, connect, isIP } from 'node:net';
import { networkInterfaces } from 'node:os';
import type { ProbePoint, ProbeResult } from '@sakimori/contract';
import { isInnerAddress } from '../connectors/index.ts';
import { Turns } from '../platform/index.ts';

export type Knock = { readonly result: ProbeResult; readonly milliseconds: number };

/** A look from outside: tests bring their own. */
export type Prober = {
  /** Never throws; a point that may not be asked is `not_tried`. */
  knock(point: ProbePoint): Promise<Knock>;
  /** Whether this machine's own network is there, as far as it can know by itself. */
  ownNetwork(): 'cut' | 'unknown';
};

const knockMsMax = 2000;
const knocksAtOnceMax = 256;
const knocksWaitingMax = 20_000;

/**
 * Whether a point may be probed at all. What a host says of itself is a stranger's word: it must not make the manager knock at itself, at its
 * link, at a cloud's metadata or at many at once.
 */
export const mayProbe = ({ address }: ProbePoint): boolean =>
  isIP(address) !== 0 && !isInnerAddress(address) && !ownAddresses().check(address, familyOf(address));

const familyOf = (address: string): 'ipv4' | 'ipv6' => (isIP(address) === 6 ? 'ipv6' : 'ipv4');

let own: { readonly list: BlockList; readonly atMs: number } | undefined;
const ownMsMax = 30_000;

/** Addresses of this machine. Node leaves out those of a link that is down, the kernel answers for them all the same (proc(5): `fib_trie`, `if_inet6`). */
function ownAddresses(): BlockList {
  if (own && performance.now() - own.atMs < ownMsMax) return own.list;
  const list = new BlockList();
  const named = Object.values(networkInterfaces()).flatMap((each) => (each ?? []).map(({ address }) => address));
  const four = [...readOr('/proc/net/fib_trie').matchAll(/\|-- ([0-9.]+)\n +\/32 host LOCAL/g)].map(
    (match) => match[1]!,
  );
  const six = readOr('/proc/net/if_inet6')
    .split('\n')
    .flatMap((line) => /^[0-9a-f]{32}/.exec(line)?.[0].match(/.{4}/g)?.join(':') ?? []);
  for (const address of new Set([...named, ...four, ...six]))
    if (isIP(address) !== 0) list.addAddress(address, familyOf(address));
  own = { list, atMs: performance.now() };
  return list;
}

/**
 * Knocks by TCP (connect(2): an acceptance and a refusal both come from a living kernel) and by ICMP through `ping`, where this machine has it
 * and lets us. Nothing is ever sent over an accepted connection.
 */
export class SystemProber implements Prober {
  readonly #turns = new Turns(knocksAtOnceMax, knocksWaitingMax);
  readonly #hadRoute = hasRoute();
  #canPing = true;

  async knock(point: ProbePoint): Promise<Knock> {
    const notTried: Knock = { result: 'not_tried', milliseconds: 0 };
    if (!mayProbe(point)) return notTried;
    const ask = () => (point.port === undefined ? this.#ping(point.address) : knockTcp(point.address, point.port));
    return this.#turns.run('', ask).catch(() => notTried);
  }

  ownNetwork(): 'cut' | 'unknown' {
    return this.#hadRoute && !hasRoute() ? 'cut' : 'unknown';
  }

  async #ping(address: string): Promise<Knock> {
    if (!this.#canPing) return { result: 'not_tried', milliseconds: 0 };
    const knock = await ping(address);
    // No such program, or no right to it: that does not change while we run.
    if (knock.result === 'not_tried') this.#canPing = false;
    return knock;
  }
}

const resultOf: Readonly<Record<string, ProbeResult>> = {
  ECONNREFUSED: 'refused',
  ECONNRESET: 'refused',
  EHOSTUNREACH: 'host_unreachable',
  EHOSTDOWN: 'host_unreachable',
  ENETUNREACH: 'network_unreachable',
  ENETDOWN: 'network_unreachable',
};

function knockTcp(host: string, port: number): Promise<Knock> {
  const begunMs = performance.now();
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const end = (result: ProbeResult) => {
      clearTimeout(timer);
      socket.destroy();
      resolve({ result, milliseconds: Math.round(performance.now() - begunMs) });
    };
    const timer = setTimeout(() => end('no_answer'), knockMsMax);
    socket.once('connect', () => end('answered'));
    socket.once('error', ({ code }: NodeJS.ErrnoException) => end(resultOf[code ?? ''] ?? 'no_answer'));
  });
}

/** ping(8) of iputils: 0 answered, 1 no answer, 2 another fault. The address is a number, never a name, and no shell reads it. */
function ping(address: string): Promise<Knock> {
  const begunMs = performance.now();
  return new Promise((resolve) => {
    const options = { timeout: knockMsMax + 500, env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C' } };
    execFile('ping', ['-n', '-q', '-c', '1', '-W', '2', address], options, (error, out) => {
      const milliseconds = Math.round(performance.now() - begunMs);
      if (!error) return resolve({ result: 'answered', milliseconds });
      const code = (error as { code?: unknown }).code;
      if (code === 1)
        return resolve({ result: /\+\d+ errors/.test(out) ? 'host_unreachable' : 'no_answer', milliseconds });
      return resolve({ result: 'not_tried', milliseconds });
    });
  });
}

/** Whether a link is up that leads anywhere: proc(5), `/proc/net/route` and `/proc/net/ipv6_route`, and carriers of sysfs. */
function hasRoute(): boolean {
  return hasDefaultRoute() && hasCarrier();
}

function hasDefaultRoute(): boolean {
  const four = readOr('/proc/net/route').split('\n').slice(1);
  if (four.some((line) => line.split('\t')[1] === '00000000')) return true;
  const six = readOr('/proc/net/ipv6_route').split('\n');
  return six.some((line) => line.startsWith(`${'0'.repeat(32)} 00 `) && !/\slo$/.test(line));
}

function hasCarrier(): boolean {
  try {
    const names = readdirSync('/sys/class/net').filter((name) => name !== 'lo');
    return names.some((name) => readOr(`/sys/class/net/${name}/carrier`).trim() === '1');
  } catch {
    return true;
  }
}

function readOr(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/** A socket that waits for what comes, as the kernel's tables say. */
export type BoundSocket = {
  readonly protocol: 'tcp' | 'udp';
  readonly address: string;
  readonly port: number;
  /** Of whom it is. */
  readonly uid: number;
  readonly inode: string;
};

/** States of proc_net_tcp(5): 0A is LISTEN; a UDP socket without a peer is in 07. */
const waitingState = { tcp: '0A', udp: '07' } as const;

/** Sockets of `/proc/net/{tcp,tcp6,udp,udp6}` that take what comes from anybody. */
export function parseProcNet(text: string, protocol: 'tcp' | 'udp'): BoundSocket[] {
  return text.split('\n').flatMap((line) => {
    const [, local, remote, state, , , , uid, , inode] = line.trim().split(/\s+/);
    const match = /^([0-9A-F]{8}|[0-9A-F]{32}):([0-9A-F]{4})$/.exec(local ?? '');
    if (!match || state !== waitingState[protocol] || !/^0+:0000$/.test(remote ?? '')) return [];
    const port = Number.parseInt(match[2]!, 16);
    return port === 0
      ? []
      : [{ protocol, address: readAddress(match[1]!), port, uid: Number(uid), inode: inode ?? '' }];
  });
}

/** The kernel writes addresses as 32-bit words in the machine's own order, which is the little end first wherever this agent runs. */
export function readAddress(hex: string): string {
  const words = hex.match(/.{8}/g)!;
  const bytes = words.flatMap((word) => [...Buffer.from(word, 'hex').reverse()]);
  return bytes.length === 4 ? bytes.join('.') : formatIpv6(bytes);
}

/** RFC 5952: lower case, without leading zeros, the longest run of zero groups as `::`; a mapped IPv4 address is shown as what it is. */
function formatIpv6(bytes: readonly number[]): string {
  const groups = Array.from({ length: 8 }, (_, index) =>
    ((bytes[2 * index]! << 8) | bytes[2 * index + 1]!).toString(16),
  );
  if (groups.slice(0, 6).join(':') === '0:0:0:0:0:ffff') return bytes.slice(12).join('.');
  const text = groups.join(':');
  const runs = [...text.matchAll(/(?:^|:)0(?::0)+(?=:|$)/g)].map((match) => match[0]);
  const longest = runs.sort((a, b) => b.replace(/^:/, '').length - a.replace(/^:/, '').length)[0];
  if (!longest) return text;
  const at = text.indexOf(longest);
  return `${text.slice(0, at)}::${text.slice(at + longest.length).replace(/^:/, '')}`;
}

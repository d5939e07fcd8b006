/** Which packets go into a queue of the kernel (NFQUEUE), from where a program takes them, looks at them and lets them on or drops them. */

/** Who asks for packets. One jump for each; its chains carry the name. */
export type QueueOwner = 'intrusion' | 'webrep';

export type QueueHook = 'input' | 'output' | 'forward';

export type Ports = number | readonly [number, number];

/** @param between `:` or `-` */
export const portsText = (ports: readonly Ports[], between: string, comma: string): string =>
  ports.map((one) => (typeof one === 'number' ? `${one}` : one.join(between))).join(comma);

/** Packets that a jump takes: all that a condition does not rule out. */
export type QueueRule = {
  /** Absent: wherever the jump is. */
  readonly hooks?: readonly QueueHook[];
  readonly protocol?: 'tcp' | 'udp';
  /** Ports of the protocol and ranges of them, the first and the last; at most 15, where a range counts as two. */
  readonly destinationPorts?: readonly Ports[];
  readonly sourcePorts?: readonly Ports[];
  /** Only this many packets of each connection, counted in both directions. The kernel begins to count with the rule: connections that are older count from there. */
  readonly firstPackets?: number;
  /** Not those of connections whose mark has these bits. */
  readonly unlessConnectionMark?: number;
};

export type QueueJump = {
  readonly owner: QueueOwner;
  /** Number of the first queue, 0 to 65535. */
  readonly queue: number;
  /** Connections are spread over this many queues with numbers in a row; 1 where absent. */
  readonly queueCount?: number;
  /**
   * `early`: before all filters (priority -150), `late`: behind them, so that only what is let in is looked at (priority 150). What comes out
   * of a queue goes on behind all rules of the same place: two owners must not have the same one.
   */
  readonly stage: 'early' | 'late';
  readonly hooks: readonly QueueHook[];
  /** Absent: every packet. */
  readonly rules?: readonly QueueRule[];
  /** Traffic of the host with itself too. */
  readonly includesLoopback?: boolean;
  /** What comes in by these interfaces and is passed on is left alone: from outside to what is behind this host. */
  readonly forwardUnlessFrom?: readonly string[];
  /** Ways that are never held up, whatever happens: address, by number, and TCP port of the peer. */
  readonly except?: readonly { readonly address: string; readonly port: number }[];
  /** What is not read because nobody reads: `open` passes, `closed` is dropped. */
  readonly failure: 'open' | 'closed';
};

export type Family = 4 | 6;

export const lastQueueOf = ({ queue, queueCount = 1 }: QueueJump): number => queue + queueCount - 1;

export const queuesOf = (jump: QueueJump): number[] =>
  Array.from({ length: jump.queueCount ?? 1 }, (_, index) => jump.queue + index);

export const rulesOf = ({ rules }: QueueJump): readonly QueueRule[] => rules ?? [{}];

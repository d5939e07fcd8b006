import { attributesOf, encodeRequest, errorNumberOf, messagesOf, numberOf, textOf } from '../../../netlink/messages.ts';
import { NetlinkFault, openNetlink } from '../../../netlink/netlink-socket.ts';

/** One packet that a rule with `log group` passed on, as `linux/netfilter/nfnetlink_log.h` tells it. */
export type LoggedPacket = {
  /** What the rule calls itself. */
  readonly prefix: string;
  /** EtherType. */
  readonly protocol: number;
  /** Numbers of interfaces; 0: none. */
  readonly inInterface: number;
  readonly outInterface: number;
  /** From the header of IP on, as much as the rule asked for. */
  readonly payload: Buffer;
  /** Of the process that sent it, where this host did. */
  readonly uid: number | undefined;
  /** Hardware address of who sent it, where it came over Ethernet. */
  readonly hardware: string | undefined;
};

const [logSubsystem, packetMessage, configMessage] = [4 << 8, 4 << 8, (4 << 8) | 1];
const [headAttribute, inAttribute, outAttribute, hardwareAttribute] = [1, 4, 5, 8];
const [payloadAttribute, prefixAttribute, uidAttribute] = [9, 10, 11];
const [commandAttribute, modeAttribute] = [1, 2];
const [bind, copyPacket] = [1, 2];
const answerMsMax = 2000;

export type PacketLog = { close(): void };

/**
 * Listens to one group of the packet log in this network namespace.
 * @param onLost called where packets were logged and could not be taken
 * @throws NetlinkFault (`EBUSY`: another program listens to the group; `EPERM`), or Error where koffi does not load
 */
export async function openPacketLog(
  group: number,
  onPacket: (packet: LoggedPacket) => void,
  onLost: () => void,
): Promise<PacketLog> {
  let answered: ((errno: number) => void) | undefined;
  const socket = await openNetlink([], {
    onOverrun: onLost,
    onDatagram(datagram) {
      const errno = errorNumberOf(datagram);
      if (errno !== undefined) answered?.(errno);
      else for (const packet of packetsOf(datagram)) onPacket(packet);
    },
  });
  const ask = async (attribute: number, value: Buffer): Promise<void> => {
    let timer: NodeJS.Timeout | undefined;
    const answer = new Promise<number>((resolve) => {
      answered = resolve;
      timer = setTimeout(() => resolve(-1), answerMsMax);
    });
    socket.send(encodeRequest(configMessage, group, [[attribute, value]]));
    const errno = await answer;
    clearTimeout(timer);
    if (errno !== 0) throw new NetlinkFault('the packet log', errno);
  };
  try {
    await ask(commandAttribute, Buffer.of(bind));
    await ask(modeAttribute, Buffer.of(0, 0, 0xff, 0xff, copyPacket, 0));
  } catch (error) {
    socket.close();
    throw error;
  }
  return socket;
}

export function* packetsOf(datagram: Buffer): Generator<LoggedPacket> {
  for (const { type, body } of messagesOf(datagram)) {
    if ((type & 0xff00) !== logSubsystem || type !== packetMessage) continue;
    const attributes = attributesOf(body);
    const payload = attributes.get(payloadAttribute);
    if (!payload) continue;
    yield {
      prefix: textOf(attributes.get(prefixAttribute)) ?? '',
      protocol: numberOf(attributes.get(headAttribute), 2) ?? 0,
      inInterface: numberOf(attributes.get(inAttribute), 4) ?? 0,
      outInterface: numberOf(attributes.get(outAttribute), 4) ?? 0,
      // The datagram's buffer is used again.
      payload: Buffer.from(payload),
      uid: numberOf(attributes.get(uidAttribute), 4),
      hardware: hardwareOf(attributes.get(hardwareAttribute)),
    };
  }
}

function hardwareOf(value: Buffer | undefined): string | undefined {
  const length = numberOf(value, 2);
  if (!value || length !== 6 || value.length < 10) return undefined;
  return value.subarray(4, 10).toString('hex').match(/../g)?.join(':');
}

import { attributesOf, messagesOf, numberOf, textOf } from '../../../netlink/messages.ts';
import { openNetlink } from '../../../netlink/netlink-socket.ts';

/** A transaction of nftables that touched a table of ours. */
export type TableChange = {
  /** Who made it, as the kernel tells; a program may choose its own name. */
  readonly processId: number | undefined;
  readonly processName: string | undefined;
};

const filterSubsystem = 10;
const newGeneration = 15;
const changesGroup = 7;
/** In messages about tables, chains, rules and sets alike. */
const tableAttribute = 1;
const [processIdAttribute, processNameAttribute] = [2, 3];

export type TableWatch = { close(): void };

/**
 * Hears of every transaction that touched this table, in this network namespace, once it is done (`linux/netfilter/nf_tables.h`).
 * @param onChange `undefined`: more happened than could be heard, so the table may have changed
 * @throws NetlinkFault, or Error where koffi does not load
 */
export async function watchTable(
  table: string,
  onChange: (change: TableChange | undefined) => void,
): Promise<TableWatch> {
  let isTouched = false;
  return openNetlink([changesGroup], {
    onOverrun: () => onChange(undefined),
    onDatagram(datagram) {
      for (const { type, body } of messagesOf(datagram)) {
        if (type >> 8 !== filterSubsystem) continue;
        const attributes = attributesOf(body);
        if ((type & 0xff) !== newGeneration) {
          isTouched ||= textOf(attributes.get(tableAttribute)) === table;
          continue;
        }
        if (!isTouched) continue;
        isTouched = false;
        onChange({
          processId: numberOf(attributes.get(processIdAttribute), 4),
          processName: textOf(attributes.get(processNameAttribute)),
        });
      }
    },
  });
}

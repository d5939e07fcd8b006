import { BlockList, isIP, isIPv6 } from 'node:net';
import type { HoldReason, SourceKind } from '@sakimori/contract';
import type { NeutralEvent } from '@sakimori/contract/intake/index';
import type { Platform } from '../platform/index.ts';
import { type BoundRow, selectBound } from './store.ts';

/** Who sent a record, as its connection tells; nothing of it is what the record says. */
export type Sender = {
  readonly transport: 'udp' | 'tcp' | 'tls' | 'sns' | 'folder';
  readonly address: string;
  /** Common name of a client certificate, topic, or folder. */
  readonly identity?: string;
};

export type Bound = BoundRow & { readonly network?: { readonly list: BlockList; readonly bits: number } };

/** `192.0.2.0/24`, `2001:db8::1`. @returns nothing where it is no network */
export function readNetwork(text: string): { list: BlockList; bits: number; value: string } | undefined {
  const [address = '', prefix, ...rest] = text.split('/');
  const family = isIP(address);
  const widest = family === 6 ? 128 : 32;
  const bits = prefix === undefined ? widest : /^\d{1,3}$/.test(prefix) ? Number(prefix) : -1;
  // All of the Internet is nobody.
  if (family === 0 || rest.length > 0 || bits < (family === 6 ? 16 : 8) || bits > widest) return undefined;
  const list = new BlockList();
  list.addSubnet(address, bits, family === 6 ? 'ipv6' : 'ipv4');
  return { list, bits, value: bits === widest ? address : `${address}/${bits}` };
}

const freshMs = 2000;

/** Which sources there are, as this process last saw them. */
export class Bindings {
  readonly #platform: Platform;
  #all: readonly Bound[] = [];
  #readAt = Number.NEGATIVE_INFINITY;
  #reading: Promise<void> | undefined;

  constructor(platform: Platform) {
    this.#platform = platform;
  }

  /** The next look asks the database. */
  forget(): void {
    this.#readAt = Number.NEGATIVE_INFINITY;
  }

  async current(): Promise<readonly Bound[]> {
    if (performance.now() - this.#readAt > freshMs) {
      this.#reading ??= this.#read().finally(() => {
        this.#reading = undefined;
      });
      await this.#reading;
    }
    return this.#all;
  }

  async #read(): Promise<void> {
    const startedAt = performance.now();
    const rows = await this.#platform.database.asProvider(selectBound);
    this.#all = rows.map((row) => {
      const network = row.kind === 'address' ? readNetwork(row.value) : undefined;
      return network ? { ...row, network } : row;
    });
    this.#readAt = startedAt;
  }
}

const kindOfSender: Readonly<Record<Sender['transport'], SourceKind>> = {
  ...{ udp: 'address', tcp: 'address', tls: 'address', sns: 'sns', folder: 'folder' },
};

/** The sources that know this sender: by its certificate, else by the narrowest network that it is in. */
export function candidatesFor(sender: Sender, all: readonly Bound[]): readonly Bound[] {
  const kind = kindOfSender[sender.transport];
  if (kind !== 'address') return all.filter((each) => each.kind === kind && each.value === sender.identity);
  const named =
    sender.identity === undefined ? [] : all.filter((each) => each.kind === 'tls' && each.value === sender.identity);
  if (named.length > 0) return named;
  const family = isIPv6(sender.address) ? 'ipv6' : 'ipv4';
  const within = all.filter(({ network }) => network?.list.check(sender.address, family));
  const narrowest = Math.max(...within.map(({ network }) => network!.bits));
  return within.filter(({ network }) => network!.bits === narrowest);
}

/**
 * Which of the sender's sources a record belongs to. The tenant in a record opens nothing: it only chooses among the sources that the sender has
 * anyhow, and a tenant that belongs elsewhere closes the way.
 */
export function bindingOf(
  event: NeutralEvent,
  candidates: readonly Bound[],
  all: readonly Bound[],
): Bound | HoldReason {
  if (candidates.length === 0) return 'unbound';
  const named = [event.tenant_id, event.tenant].filter((each) => each !== undefined);
  const isOf = ({ trend_tenant: tenant }: Bound): boolean => tenant !== null && named.includes(tenant);
  const open = candidates.filter(({ trend_tenant: tenant }) => tenant === null);
  if (named.length === 0) return only(candidates);
  const own = candidates.filter(isOf);
  if (own.length > 0) return only(own);
  // Each manager of one's own calls its only tenant `Primary`, number 0: that names nobody.
  const isCommon = event.tenant_id === '0' || event.tenant === 'Primary';
  const isElsewhere =
    !isCommon && all.some((each) => isOf(each) && !open.some(({ tenant_id: id }) => id === each.tenant_id));
  if (open.length === 0 || isElsewhere) return 'foreign_tenant';
  return only(open);
}

/** One account, whichever of its sources. */
const only = (sources: readonly Bound[]): Bound | HoldReason =>
  new Set(sources.map(({ tenant_id: id }) => id)).size === 1 ? sources[0]! : 'ambiguous';

import { announce, type Tx } from '../platform/index.ts';

/** `assignment`: the hosts may have another policy. `task`: there is something for them to do. */
export type HostAnnouncement = 'assignment' | 'task';

/** PostgreSQL takes less than 8,000 bytes in one announcement; 200 ids with their commas are 7,400. */
const hostsPerAnnouncement = 200;

/** Tells every manager process, when the transaction commits, something about these hosts: few announcements however many they are. */
export async function announceHosts(tx: Tx, what: HostAnnouncement, hostIds: readonly string[]): Promise<void> {
  for (let start = 0; start < hostIds.length; start += hostsPerAnnouncement)
    await announce(tx, { internal: what, id: hostIds.slice(start, start + hostsPerAnnouncement).join(',') });
}

/** The hosts that an announcement of this kind names; undefined for any other announcement. */
export function hostsAnnounced(event: object, what: HostAnnouncement): string[] | undefined {
  const { internal, id } = event as { internal?: unknown; id?: unknown };
  return internal === what && typeof id === 'string' ? id.split(',') : undefined;
}

/** Hosts: enrolment by one-time token, certificates of our own authority, inventory, and when each was last heard. */
import type { Platform, Room } from '../platform/index.ts';
import type { Authority } from './authority.ts';
import type { AgentsAddress } from './enrolment.ts';
import { hostRoutes } from './routes.ts';
import { keepTasks } from './tasks.ts';

export { type HostAnnouncement, hostsAnnounced } from './announce-hosts.ts';
export { announceAssignment, assignPolicies } from './assignment.ts';
export { Authority, type IssuedCertificate } from './authority.ts';
export { type AgentsAddress, enrolHost } from './enrolment.ts';
export { renewCertificate } from './hosts.ts';
export { type Recovered, SightingWriter } from './sightings.ts';
export {
  type CertificateRow,
  clearSilent,
  type DueRow,
  markSilent,
  noteCause,
  postponeSilences,
  type Sighting,
  selectCertificate,
  selectCertificates,
  selectDueSilences,
} from './store.ts';
export { type EndedTask, type GivenTask, selectHostsWithOpenTasks } from './task-store.ts';
export { giveTasks, recordTaskResults, takeTasks } from './tasks.ts';

export const hostsRoom = (platform: Platform, authority: Authority, agentsAddress: AgentsAddress): Room => ({
  name: 'hosts',
  routes: hostRoutes(platform, authority, agentsAddress),
  ticks: [keepTasks(platform)],
});

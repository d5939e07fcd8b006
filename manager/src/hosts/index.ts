/** Hosts: enrolment by token, certificates of our own authority, inventory, and when each was last heard. */
import type { Platform, Room } from '../platform/index.ts';
import type { ContainmentGate } from './asked-tasks.ts';
import type { Authority } from './authority.ts';
import type { OnRetired } from './hosts.ts';
import { hostRoutes } from './routes.ts';
import { keepTasks } from './tasks.ts';
import type { AgentsAddress } from './tokens.ts';

export { type HostAnnouncement, hostsAnnounced } from './announce-hosts.ts';
export { askHost, type ContainmentGate, giveTaskTo, openGate } from './asked-tasks.ts';
export { announceAssignment, assignPolicies } from './assignment.ts';
export { Authority, type IssuedCertificate } from './authority.ts';
export { enrolHost, type OnEnrol } from './enrolment.ts';
export { getHost, hostsOf, type OnRetired, renewCertificate, retireHosts } from './hosts.ts';
export { ensureRemoteHosts, listRemoteHosts, type RemoteSighting, touchRemoteHosts } from './remote.ts';
export { adoptRemoteHosts, leaveRemoteHosts, type ToldHost, tellRemoteHosts } from './remote-told.ts';
export { type EndCause, type Recovered, SightingWriter } from './sightings.ts';
export {
  type CertificateRow,
  clearSilent,
  countHeard,
  type DeploymentPurpose,
  type DueRow,
  lockHosts,
  markSilent,
  noteCause,
  postponeHosts,
  postponeSilences,
  type Sighting,
  selectCertificate,
  selectCertificates,
  selectDueSilences,
  selectUnwatched,
  setCause,
  setPatience,
} from './store.ts';
export { type EndedTask, type GivenTask, selectHostsWithOpenTasks } from './task-store.ts';
export { cancelTasks, giveTasks, keepTasks, recordTaskResults, takeTasks } from './tasks.ts';
export { type AgentsAddress, deploymentHostsMax, issueDeploymentToken, withdrawToken, writeToken } from './tokens.ts';

export const hostsRoom = (
  platform: Platform,
  authority: Authority,
  options: { readonly agents: AgentsAddress; readonly onRetired: OnRetired; readonly gate?: ContainmentGate },
): Room => ({
  name: 'hosts',
  routes: hostRoutes(platform, authority, options.agents, options.onRetired, options.gate),
  ticks: [keepTasks(platform)],
});

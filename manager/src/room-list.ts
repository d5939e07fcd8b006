import type { ApiObject } from '@sakimori/contract/workload-security/index';
import { accessRoom } from './access/index.ts';
import { alertsRoom, noteUndelivered } from './alerts/index.ts';
import { antimalwareRoom } from './antimalware/index.ts';
import { auditRoutes, system } from './audit/index.ts';
import { automationRoom, withNextRun } from './automation/index.ts';
import { Backends } from './backends/index.ts';
import { calendarFor, calendarRoom } from './calendar/index.ts';
import { casesRoom, tellExhausted, tellKey, tellLevel } from './cases/index.ts';
import { changesDoneIn, changesRoom } from './changes/index.ts';
import { conditionsRoom } from './conditions/index.ts';
import { forgetHosts } from './configuration/index.ts';
import { containmentRoom } from './containment/index.ts';
import {
  checkAccount,
  checkWork,
  customersRoom,
  type Desk,
  editionSource,
  entitlementOf,
  type OnAccountCreated,
  pinnedEditions,
  termsShown,
} from './customers/index.ts';
import { type DeploymentParts, deploymentRoom } from './deployment/index.ts';
import { detectionsRoom } from './detections/index.ts';
import { type Editions, editionsRoom } from './editions/index.ts';
import { flowsRoom } from './flows/index.ts';
import { hearingRoom } from './hearing/index.ts';
import { type Authority, hostsRoom, type SightingWriter } from './hosts/index.ts';
import { installationRoom } from './installation/index.ts';
import { inventoryRoom } from './inventory/index.ts';
import { licensesRoom } from './licenses/index.ts';
import { livenessRoom } from './liveness/index.ts';
import { maintenanceRoom } from './maintenance/index.ts';
import { meetingsRoom } from './meetings/index.ts';
import { monitoringRoom } from './monitoring/index.ts';
import { noticesRoom, type Undelivered } from './notices/index.ts';
import { onboardingRoom } from './onboarding/index.ts';
import { onCallRoom } from './oncall/index.ts';
import { overviewRoom } from './overview/index.ts';
import type { Platform, Room, Tx } from './platform/index.ts';
import { containmentGate, playbooksRoom } from './playbooks/index.ts';
import { defaultTarget, policiesRoom } from './policies/index.ts';
import { providerRoom } from './provider/index.ts';
import { recommendationsRoom } from './recommendations/index.ts';
import { RemoteDesk, RemoteOperations, remoteRoom } from './remote/index.ts';
import { type Configuration, reportsRoom, turnIntoLink } from './reports/index.ts';
import { reviewsRoom } from './reviews/index.ts';
import { ticketsRoom } from './tickets/index.ts';
import { unannouncedChanges, upgradesRoom } from './upgrades/index.ts';
import { type WebTables, webFeedsRoom } from './webfeeds/index.ts';
import { raiseMissedRun, raiseRetired, raiseUndelivered, recipientWork, workRoom } from './work/index.ts';
import { workbenchRoom } from './workbench/index.ts';
import { type WorkloadApiDoor, workloadApiRoom } from './workloadapi/index.ts';

/** What `manager.ts` has made, and rooms are handed. */
export type Wiring = {
  readonly sources: Room;
  readonly webTables: WebTables;
  readonly editions: Editions;
  readonly authority: Authority;
  readonly deployment: DeploymentParts;
  readonly sightings: SightingWriter;
  readonly workloadApi: WorkloadApiDoor;
  readonly agents: () => string;
  readonly publicUrl: () => string;
};

/** Whoever works the alert sees that somebody was not told, and somebody of the provider has to look after the address (S62). */
async function onUndelivered(tx: Tx, desk: Desk, mail: Undelivered): Promise<void> {
  // A report that was too large goes out again as a link; nothing is wrong with the address.
  if (await turnIntoLink(tx, desk.platform, mail)) return;
  await noteUndelivered(tx, desk.platform, mail);
  await raiseUndelivered(tx, desk, mail);
}

/** What a month's report says of the settings is what the account's backend answers, ours or a tenant of the customer's (S86). */
async function readConfigurationOf(backends: Backends, accountId: string): Promise<Configuration> {
  const backend = await backends.of(accountId);
  const by = { actor: system, reason: 'monthly report' };
  const expand = ['computerStatus', 'computerSettings', 'allSecurityModules'];
  const { policies } = await backend.perform('listPolicies', by);
  const { computers } = await backend.perform('listComputers', by, { query: { expand } });
  return { kind: backend.kind, policies: policies as ApiObject[], computers: computers as ApiObject[] };
}

/** The rooms, each with what it is handed of those to its right. `rooms.ts` is the order that their imports keep. */
export function listRooms(platform: Platform, wiring: Wiring): Room[] {
  const { publicUrl } = wiring;
  const desk: Desk = { platform, editions: wiring.editions };
  const onRetired = async (tx: Tx, accountId: string, hostIds: readonly string[]): Promise<void> => {
    await raiseRetired(tx, desk, accountId, hostIds);
    await forgetHosts(tx, accountId, hostIds);
  };
  const remote = new RemoteDesk(desk);
  const backends = new Backends(wiring.workloadApi.operations, new RemoteOperations(remote));
  const gate = containmentGate(desk);
  const onAccountCreated: OnAccountCreated = async (tx, accountId) =>
    void (await defaultTarget(tx, platform, accountId));
  return [
    { name: 'audit', routes: auditRoutes(platform) },
    accessRoom(platform, { publicUrl }),
    providerRoom(platform),
    editionsRoom(platform, wiring.editions, pinnedEditions),
    calendarRoom(platform, {
      publicUrl,
      checkAccount,
      editions: editionSource(wiring.editions),
    }),
    customersRoom(platform, { editions: wiring.editions, onAccountCreated }),
    workRoom(desk),
    hostsRoom(platform, wiring.authority, { agents: wiring.agents, onRetired, gate }),
    inventoryRoom(platform),
    policiesRoom(platform),
    recommendationsRoom(platform),
    hearingRoom({ platform, editions: wiring.editions }, (task, at) => withNextRun(task, at, false)),
    webFeedsRoom(platform, wiring.webTables),
    antimalwareRoom(platform),
    maintenanceRoom(platform),
    noticesRoom(platform, {
      publicUrl,
      onUndelivered: (tx, mail) => onUndelivered(tx, desk, mail),
      recipients: recipientWork(desk),
    }),
    ticketsRoom(desk),
    onCallRoom({
      ...{ ...desk, publicUrl },
      onLevel: (tx, page, level, names) => tellLevel(tx, desk, page, level, names),
      onKey: (tx, page, by) => tellKey(tx, desk, page, by),
      onExhausted: (tx, page) => tellExhausted(tx, desk, page),
    }),
    licensesRoom(desk, { publicUrl }),
    alertsRoom(platform),
    detectionsRoom(platform),
    casesRoom(desk),
    wiring.sources,
    containmentRoom(platform, gate, { ...desk, publicUrl }),
    playbooksRoom(desk, { publicUrl }),
    livenessRoom(platform, wiring.sightings),
    conditionsRoom(platform),
    flowsRoom(desk, { publicUrl }),
    reviewsRoom(desk),
    reportsRoom(platform, {
      desk,
      termsOf: (tx, accountId, day) => termsShown(tx, wiring, accountId, day),
      unannouncedOf: unannouncedChanges,
      changesDoneIn,
      configurationOf: (accountId) => readConfigurationOf(backends, accountId),
      plan: {
        check: (tx, accountId, kind, day) => checkWork(tx, desk, { accountId, feature: `report.${kind}`, day }),
        isGranted: async (tx, accountId, kind, day) =>
          (await entitlementOf(tx, desk, { accountId, feature: `report.${kind}`, day })).outcome === 'granted',
      },
    }),
    meetingsRoom({ ...desk, publicUrl }),
    overviewRoom(platform),
    monitoringRoom(platform),
    workloadApiRoom(platform, {
      address: () => wiring.workloadApi.address,
      certificateAuthority: wiring.authority.pem,
    }),
    workbenchRoom(desk, { backends }),
    remoteRoom(remote, () => wiring.workloadApi.operations),
    deploymentRoom(wiring.deployment),
    onboardingRoom(platform, {
      ...{ editions: wiring.editions, authority: wiring.authority, agents: wiring.agents, publicUrl, onAccountCreated },
    }),
    installationRoom(wiring.deployment),
    upgradesRoom(wiring.deployment),
    changesRoom(desk, { backends, software: wiring.deployment.software }),
    automationRoom(platform, {
      publicUrl,
      businessDays: (tx, accountId, day) => calendarFor(tx, editionSource(wiring.editions), accountId, { day }),
      onMissed: (tx, missed) => raiseMissedRun(tx, desk, missed),
    }),
  ];
}

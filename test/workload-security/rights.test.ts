import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { routes } from '@sakimori/contract';
import { type ApiObject, type Operation, operations, propertiesOf } from '@sakimori/contract/workload-security/index';
import { type Driver, type Ids, refusalOf } from './driver.ts';
import { bodyOf } from './fixtures.ts';
import { makeKeyWith, platform, rightsOf, usual } from './roles.ts';
import { each, harmlessBody, idIn, idsFor, makeWorld, startWorkload, type Workload } from './world.ts';

/** What a role may and may not: by right, by the computers and policies that it names, and by what it can give to others. */
let workload: Workload;
let api: Driver;
let ids: Ids;

before(async () => {
  workload = await startWorkload();
  api = workload.api;
  ids = await makeWorld(api, 'rights');
});
after(() => workload?.system.stop());

const keyWith = (role: ApiObject) => makeKeyWith(api, role);

const same = (right: string): readonly string[] => [right, right, right];
const expected: Readonly<Record<string, readonly string[]>> = {
  createDirectoryList: usual('antiMalwareRights.directoryListRights', 'DirectoryLists'),
  createFileList: usual('antiMalwareRights.fileListRights', 'FileLists'),
  createFileExtensionList: usual('antiMalwareRights.fileExtensionListRights', 'FileExtensionLists'),
  createAntiMalware: [
    'antiMalwareRights.antiMalwareConfigurationRights.canCreateNewAntiMalwareConfigurations',
    'antiMalwareRights.antiMalwareConfigurationRights.canEditAntiMalwareConfigurations',
    'antiMalwareRights.antiMalwareConfigurationRights.canDeleteAntiMalwareConfigurations',
  ],
  createIpList: usual(`${platform}.iplistRights`, 'IPLists'),
  createMacList: usual('firewallRights.macListRights', 'MACLists'),
  createPortList: usual(`${platform}.portListRights`, 'PortLists'),
  createSchedule: usual(`${platform}.scheduleRights`, 'Schedules'),
  createContext: usual('firewallRights.contextRights', 'Contexts'),
  createStatefulConfiguration: usual('firewallRights.statefulConfigurationRights', 'StatefulConfigurations'),
  createApplicationType: usual('intrusionPreventionRights.applicationTypeRights', 'ApplicationTypes'),
  createFirewallRule: usual('firewallRights.firewallRuleRights', 'FirewallRules'),
  createIntrusionPreventionRule: usual(
    'intrusionPreventionRights.intrusionPreventionRuleRights',
    'IntrusionPreventionRules',
  ),
  createIntegrityMonitoringRule: usual(
    'integrityMonitoringRights.integrityMonitoringRuleRights',
    'IntegrityMonitoringRules',
  ),
  createLogInspectionRule: usual('logInspectionRights.logInspectionRuleRights', 'LogInspectionRules'),
  createPolicy: usual(`${platform}.policyRights`, 'Policies', 'Policy'),
  createInterfaceType: same(`${platform}.policyRights.canEditPolicyProperties`),
  createComputer: usual(`${platform}.computerRights`, 'Computers'),
  createComputerGroup: same(`${platform}.computerRights.canAddAndRemoveComputerGroups`),
  createScheduledTask: usual(`${platform}.scheduledTaskRights`, 'ScheduledTasks'),
  createEventBasedTask: usual(`${platform}.scheduledTaskRights`, 'ScheduledTasks'),
  createContact: usual(`${platform}.contactRights`, 'Contacts'),
  createAdministratorRole: usual(`${platform}.administratorRoleRights`, 'AdministratorRoles'),
  createAdministrator: usual(`${platform}.administratorRights`, 'Administrators'),
  createApiKey: usual(`${platform}.apikeyRights`, 'ApiKeys'),
  createAwsConnector: same(`${platform}.computerRights.canManageCloudAccounts`),
  createGcpConnector: same(`${platform}.computerRights.canManageCloudAccounts`),
  createDataCenterGateway: same(`${platform}.computerRights.canManageCloudAccounts`),
  createVCenterConnector: same(`${platform}.computerRights.canManageVCenters`),
};

/** The operations that describe, change and delete what another one makes, by their paths. */
function siblings(create: string): { modify: Operation; remove: Operation } {
  const { path } = operations.find(({ id }) => id === create)!;
  const below = operations.filter(
    (one) => one.path.startsWith(`${path}/{`) && /^\/\{\w+\}$/.test(one.path.slice(path.length)),
  );
  return {
    modify: below.find(({ method }) => method === 'POST')!,
    remove: below.find(({ method }) => method === 'DELETE')!,
  };
}
const idsOf = (operation: Operation, id: number): Ids => ({ ...ids, [/\{(\w+)\}$/.exec(operation.path)![1]!]: id });
/** Whoever may change keys, people and roles may still not touch those that may more. */
const lesser = async () => ({ roleID: (await keyWith({})).roleID });

test('each right opens what it is named after and nothing beside it', async () => {
  await each(Object.entries(expected), async ([create, rights]) => {
    const { modify, remove } = siblings(create);
    const weak = await lesser();
    for (const [index, right] of rights.entries()) {
      const key = await keyWith({ rights: rightsOf(right) });
      const may = rights.map((other) => other === right);
      const body = bodyOf[create]!(`${create} ${index}`, { ...ids, ...weak });
      const object = await api.call(create, ids, { body });
      const target = idIn(object);
      const attempts: [string, boolean, () => ReturnType<Driver['ask']>][] = [
        [
          create,
          may[0]!,
          () => key.ask(create, ids, { body: bodyOf[create]!(`${create} ${index} again`, { ...ids, ...weak }) }),
        ],
        [modify.id, may[1]!, () => key.ask(modify.id, idsOf(modify, target), { body: {} })],
        [remove.id, may[2]!, () => key.ask(remove.id, idsOf(remove, target))],
      ];
      for (const [what, isAllowed, attempt] of attempts) {
        const answer = await attempt();
        if (isAllowed) assert.equal(answer.status, 200, `${what} with ${right}: ${answer.text.slice(0, 300)}`);
        else refusalOf(answer, 403, `${what} with ${right} only`);
      }
    }
  });
});

const isRead = ({ method, path }: Operation) => method === 'GET' || path.endsWith('/search');
/** Application Control is out of scope (S13). */
const refusedToAll = /^\/(rulesets|software|applicationcontrol)/;
/** About a key of this API, which a service key is none; and about a server that the caller names. */
const leftOut = ['describeCurrentApiKey', 'modifyCurrentApiKey', 'replaceCurrentApiSecretKey', 'targetCertificate'];

test('a role without any right changes nothing anywhere', async () => {
  const key = await keyWith({});
  const own = ['modifyCurrentApiKey', 'replaceCurrentApiSecretKey'];
  await each(
    operations.filter((one) => !isRead(one) && !own.includes(one.id) && !refusedToAll.test(one.path)),
    async (operation) => {
      const body = bodyOf[operation.id]?.('without right', ids) ?? harmlessBody(operation, ids);
      const answer = await key.ask(operation.id, idsFor(operation, ids), { body });
      assert.match(refusalOf(answer, 403, operation.id), /^Not authorized to /, operation.id);
    },
  );
  const views =
    /^\/(roles|administrators|contacts|apikeys$|apikeys\/(?!current)|scheduledtasks|eventbasedtasks|systemsettings|policies\/default|apiusagemetrics)/;
  for (const operation of operations.filter((one) => isRead(one) && views.test(one.path))) {
    const answer = await key.ask(operation.id, idsFor(operation, ids), { body: harmlessBody(operation, ids) });
    refusalOf(answer, 403, operation.id);
  }
});

test('S12: service keys of a customer read this API and change nothing in it, whatever the operation', async () => {
  const { items } = await workload.system.admin(routes.listAccounts);
  for (const role of ['customer-admin', 'customer-viewer'] as const) {
    const body = { name: role, role, accountId: items[0]!.id };
    const key = api.as((await workload.system.admin(routes.createKey, { body })).secret);
    await each(operations, async (operation) => {
      if (leftOut.includes(operation.id)) return;
      const body = bodyOf[operation.id]?.('by the customer', ids) ?? harmlessBody(operation, ids);
      const answer = await key.ask(operation.id, idsFor(operation, ids), { body });
      if (isRead(operation))
        assert.ok([200, 404].includes(answer.status), `${operation.id}: ${answer.text.slice(0, 200)}`);
      else if (!refusedToAll.test(operation.path)) refusalOf(answer, 403, operation.id);
      else assert.ok(answer.status !== 200 || operation.id === 'reviewSoftwareChanges', operation.id);
    });
  }
});

test('the end of a role’s right, or of its use of the API, holds at once', async () => {
  const right = 'platformRights.policyRights.canCreateNewPolicies';
  const key = await keyWith({ rights: rightsOf(right) });
  await key.call('createPolicy', {}, { body: { name: 'while it may' } });
  await api.call(
    'modifyAdministratorRole',
    { roleID: key.roleID },
    { body: { rights: { platformRights: { policyRights: { canCreateNewPolicies: false } } } } },
  );
  await key.refused(403, 'createPolicy', {}, { body: { name: 'no more' } });
  await api.call('modifyAdministratorRole', { roleID: key.roleID }, { body: { allowWebService: false } });
  await key.refused(403, 'listPolicies');
});

test('the two shipped roles are what they say, and every right of the model is answered', async () => {
  const leaves = (model: string): string[] =>
    Object.entries(propertiesOf(model)).flatMap(([name, { type }]) => (type === 'bool' ? [name] : leaves(type)));
  const count = leaves('Rights').length;
  const granted = (role: ApiObject) => JSON.stringify(role['rights']).match(/true/g)?.length ?? 0;
  const answered = (role: ApiObject) => JSON.stringify(role['rights']).match(/true|false/g)?.length ?? 0;
  for (const [roleID, rights] of [
    [1, count],
    [2, leaves('Rights').filter((name) => name.startsWith('canView')).length],
  ] as const) {
    const role = await api.call('describeAdministratorRole', { roleID });
    assert.deepEqual([answered(role), granted(role)], [count, rights]);
    assert.match(await api.refused(400, 'modifyAdministratorRole', { roleID }, { body: { rights: {} } }), /shipped/);
    assert.match(await api.refused(400, 'deleteAdministratorRole', { roleID }), /shipped/);
  }
});

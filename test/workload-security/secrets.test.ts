import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import test, { after, before } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ApiObject } from '@sakimori/contract/workload-security/index';
import { issueDeploymentToken } from '@sakimori/manager/hosts/index';
import pg from 'pg';
import { type ManagerInProcess, startManagerInProcess } from '../manager-in-process.ts';
import type { Driver } from './driver.ts';
import { serviceAccount } from './fixtures.ts';
import { idIn } from './world.ts';

/** Secrets that clients send and that the manager makes: they stand in no table, no log, no audit entry and no answer, but where they are told once. */
let here: ManagerInProcess;
let api: Driver;
let accountId: string;
let owner: pg.Client;

before(async () => {
  here = await startManagerInProcess({ SAKIMORI_LOG: 'debug' });
  ({ api, accountId } = await here.makeAccount('secrets'));
  owner = new pg.Client({ connectionString: ownerUrl() });
  await owner.connect();
});
after(async () => {
  await owner?.end();
  await here?.stop();
});

/** The address of the database for its owner, who can read every table. */
function ownerUrl(): string {
  const { config, vault } = here.platform;
  if (config.DATABASE_URL) return config.DATABASE_URL;
  const [, , , port] = readFileSync(`${config.SAKIMORI_DATA}/postgresql/cluster/postmaster.pid`, 'utf8').split('\n');
  const password = vault.derive('login:postgres', 24).toString('hex');
  return `postgres://postgres:${password}@127.0.0.1:${port}/sakimori`;
}

const secrets = new Map<string, string>();
/** A secret that is found again wherever it is. */
function secret(what: string): string {
  const made = `Zz9${randomBytes(12).toString('hex')}`;
  secrets.set(what, made);
  return made;
}

/** Every row of every table, as text. */
async function everyRow(): Promise<Map<string, string>> {
  const { rows } = await owner.query<{ name: string }>(`
    select format('%I.%I', n.nspname, c.relname) as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind = 'r' and n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast')`);
  const all = new Map<string, string>();
  for (const { name } of rows) {
    const { rows: found } = await owner.query<{ text: string }>(
      `select string_agg(t::text, E'\n') as text from ${name} t`,
    );
    all.set(name, found[0]?.text ?? '');
  }
  return all;
}

const base64 = (text: string): string => Buffer.from(text).toString('base64');
/** A text inside of base64 stands there in one of three shifts. */
const shapesOf = (text: string): string[] => [
  text,
  ...[0, 1, 2].map((shift) => base64('x'.repeat(shift) + text).slice(shift === 0 ? 0 : 4, -4)),
];

function checkNowhere(where: string, text: string): void {
  for (const [what, value] of secrets)
    for (const shape of shapesOf(value)) assert.ok(!text.includes(shape), `${what} stands in ${where}`);
}

async function makeConnectors(): Promise<void> {
  const aws = { displayName: 'aws', accessKey: 'AKIAEXAMPLEEXAMPLE00', secretKey: secret('AWS secret key') };
  const { ID } = await api.call('createAwsConnector', {}, { body: aws });
  await api.call(
    'modifyAwsConnector',
    { awsConnectorID: ID as number },
    { body: { ...aws, secretKey: secret('AWS secret key anew') } },
  );
  await api.refused(
    400,
    'createAwsConnector',
    {},
    { body: { ...aws, accessKey: '!', secretKey: secret('AWS secret key of a wrong connector') } },
  );
  const account = serviceAccount();
  const { private_key } = JSON.parse(Buffer.from(account, 'base64').toString()) as { private_key: string };
  secrets.set('GCP private key', private_key.split('\n')[5]!);
  await api.call('createGcpConnector', {}, { body: { name: 'gcp', serviceAccount: account } });
  const broken = base64(
    JSON.stringify({ type: 'service_account', private_key: secret('GCP key of a wrong connector') }),
  );
  await api.refused(400, 'createGcpConnector', {}, { body: { name: 'broken', serviceAccount: broken } });
  const vCenter = { host: 'vcenter.example', port: 443, name: 'v', username: 'scanner' };
  await api.call(
    'createVCenterConnector',
    {},
    { body: { vCenter: { ...vCenter, password: base64(secret('vCenter password')) } } },
  );
  await api.ask(
    'createVCenterConnector',
    {},
    { body: { vCenter: { ...vCenter, port: -1, password: base64(secret('wrong vCenter password')) } } },
  );
}

async function makePeople(): Promise<void> {
  const person = {
    username: 'hanako',
    roleID: 2,
    password: secret('password'),
    reportPDFPassword: secret('PDF password'),
  };
  const administratorID = idIn(await api.call('createAdministrator', {}, { body: person }));
  await api.call('modifyAdministrator', { administratorID }, { body: { password: secret('password anew') } });
  await api.refused(400, 'createAdministrator', {}, { body: { ...person, password: secret('password of a twin') } });
  const contact = { name: 'bob', roleID: 2, reportPDFPassword: secret('PDF password of a contact') };
  const contactID = idIn(await api.call('createContact', {}, { body: contact }));
  await api.call('modifyContact', { contactID }, { body: { reportPDFPassword: secret('PDF password anew') } });
  const administrator = {
    username: 'admin',
    password: secret('password of a tenant'),
    roleID: 1,
    emailAddress: 'a@example.com',
  };
  await api.as(here.adminKey).call('createTenant', {}, { body: { name: 'another', administrator } });
}

const secretSettings = [
  ...['platformSettingSmtpPassword', 'platformSettingAwsManagerIdentitySecretKey'],
  ...['platformSettingEventForwardingSnsSecretKey', 'platformSettingSamlServiceProviderPrivateKey'],
];
const ownSetting = 'platformSettingAgentSelfProtectionPassword';

async function setSettings(): Promise<void> {
  for (const name of secretSettings) await api.call('modifySystemSetting', { name }, { body: { value: secret(name) } });
  const all = Object.fromEntries(secretSettings.map((name) => [name, { value: secret(`${name}, with others`) }]));
  await api.call('modifySystemSettings', {}, { body: all });
  const policyID = idIn(
    await api.call(
      'createPolicy',
      {},
      { body: { name: 'p', policySettings: { [ownSetting]: { value: secret('on a policy') } } } },
    ),
  );
  const computerID = idIn(
    await api.call(
      'createComputer',
      {},
      { body: { hostName: 'c', computerSettings: { [ownSetting]: { value: secret('on a computer') } } } },
    ),
  );
  await api.call(
    'modifyPolicySetting',
    { policyID, name: ownSetting },
    { body: { value: secret('on a policy alone') } },
  );
  await api.call(
    'modifyComputerSetting',
    { computerID, name: ownSetting },
    { body: { value: secret('on a computer alone') } },
  );
  await api.call('modifyDefaultSetting', { name: ownSetting }, { body: { value: secret('by default') } });
  await api.call('modifyDefaultSettings', {}, { body: { [ownSetting]: { value: secret('by default, with others') } } });
  for (const name of secretSettings) assert.deepEqual(await api.call('describeSystemSetting', { name }), { value: '' });
  assert.deepEqual(await api.call('describePolicySetting', { policyID, name: ownSetting }), { value: '' });
}

async function makeKeys(): Promise<void> {
  const made = await api.call<{ ID: number; secretKey: string }>(
    'createApiKey',
    {},
    { body: { keyName: 'k', roleID: 2 } },
  );
  secrets.set('API secret', made.secretKey.slice(2, 30));
  const renewed = await api.call<ApiObject & { secretKey: string }>('replaceApiSecretKey', { apiKeyID: made.ID });
  secrets.set('API secret anew', renewed.secretKey.slice(2, 30));
  await api.as(renewed.secretKey).call('listPolicies');
  secrets.set('own API secret', api.key.slice(2, 30));
  await api.as(`2:${secret('unknown API secret')}`).refused(401, 'listPolicies');
  const gateway = await api.call<ApiObject & { privateKey: string }>(
    'createDataCenterGateway',
    {},
    { body: { name: 'g' } },
  );
  secrets.set('private key of a gateway', gateway.privateKey.split('\n')[1]!.slice(20, 60));
  const token = await here.platform.database.as(accountId, (tx) =>
    issueDeploymentToken(tx, here.platform, {
      ...{ accountId, actor: { kind: 'key', id: 'x', name: 'x' }, validHours: 1, hostsMax: 5, purpose: {} },
    }),
  );
  secrets.set('token of a script', token.secret);
}

test('no secret stands in a table, a log, an audit entry or an answer, but where it is told once', async () => {
  await makeConnectors();
  await makePeople();
  await setSettings();
  await makeKeys();
  // Metrics are written a second later, and connectors fail meanwhile.
  await sleep(2500);
  for (const [table, text] of await everyRow()) checkNowhere(`the table ${table}`, text);
  checkNowhere('the log', here.logged());
  const listings = [
    'listAwsConnectors',
    'listGcpConnectors',
    'listVCenterConnectors',
    'listAdministrators',
    'listContacts',
  ];
  listings.push('listSystemSettings', 'listDefaultSettings', 'listPolicies', 'listComputers', 'listApiKeys');
  listings.push('listDataCenterGateways', 'listApiUsageMetrics');
  for (const listing of listings) checkNowhere(listing, JSON.stringify(await api.call(listing)));
  assert.ok(secrets.size > 25);
});

import { generateKeyPairSync } from 'node:crypto';
import type { ApiObject } from '@sakimori/contract/workload-security/index';
import type { Ids } from './driver.ts';

/** A certificate of nobody, made for these tests. */
export const certificatePem = `-----BEGIN CERTIFICATE-----
MIIBszCCAVmgAwIBAgIUOeufu0zHjFznI3mHg86DGpPilWQwCgYIKoZIzj0EAwIw
LjEaMBgGA1UEAwwRY29ubmVjdG9yLmV4YW1wbGUxEDAOBgNVBAoMB0V4YW1wbGUw
IBcNMjYxMTI3MDIwMjMzWhgPMjEyNjExMDMwMjAyMzNaMC4xGjAYBgNVBAMMEWNv
bm5lY3Rvci5leGFtcGxlMRAwDgYDVQQKDAdFeGFtcGxlMFkwEwYHKoZIzj0CAQYI
KoZIzj0DAQcDQgAEeq13jdmFTNq2TtGhsOVcWCMmEHGf5tjytlzShn/Pfs/MAYqY
7BWxQGeaaDVc7XJ2yckYjgMizymD7s939401ZaNTMFEwHQYDVR0OBBYEFFaZZMfW
Sf8VmRWTGAhGEMwbA477MB8GA1UdIwQYMBaAFFaZZMfWSf8VmRWTGAhGEMwbA477
MA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDSAAwRQIhAKFkUN3MZc387kEt
9p50JI8tUaKTm/FI3IhHxLC4Djn7AiBJMNRCGTmX9XYgwFqVQbmi70UtMVPlvU6F
pG7rmlkjOg==
-----END CERTIFICATE-----
`;

/** A GCP service account of nobody, as base64 of its JSON. */
export function serviceAccount(): string {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const account = {
    type: 'service_account',
    project_id: 'example-project',
    private_key_id: '0123456789abcdef0123456789abcdef01234567',
    private_key: privateKey.export({ type: 'pkcs8', format: 'pem' }),
    client_email: 'scanner@example-project.iam.gserviceaccount.example',
    client_id: '100000000000000000001',
  };
  return Buffer.from(JSON.stringify(account)).toString('base64');
}

/** A body that creates one object, by the operation that creates it; `ids` are those of objects made before. */
export const bodyOf: Readonly<Record<string, (name: string, ids: Ids) => ApiObject>> = {
  createAdministratorRole: (name) => ({ name, description: 'made by a test', allComputers: true, allPolicies: true }),
  createAdministrator: (name, ids) => ({
    username: name,
    password: 'Correct-horse-7-battery',
    fullName: 'Somebody',
    roleID: ids['roleID'],
    locale: 'en-US',
    timeZone: 'Asia/Tokyo',
    emailAddress: 'somebody@example.com',
    receiveNotifications: 'false',
  }),
  createContact: (name, ids) => ({ name, emailAddress: 'contact@example.com', roleID: ids['roleID'], locale: 'ja-JP' }),
  createApiKey: (name, ids) => ({ keyName: name, roleID: ids['roleID'], locale: 'en-US', timeZone: 'Asia/Tokyo' }),
  createDirectoryList: (name) => ({ name, items: ['C:\\windows\\', '/opt/'] }),
  createFileList: (name) => ({ name, items: ['/etc/hosts'] }),
  createFileExtensionList: (name) => ({ name, items: ['iso', 'vmdk'] }),
  createIpList: (name) => ({ name, items: ['192.0.2.0/24', '198.51.100.7'] }),
  createMacList: (name) => ({ name, items: ['00:00:5E:00:53:01'] }),
  createPortList: (name) => ({ name, items: ['80', '443', '8000-8080'] }),
  createSchedule: (name) => ({ name, hoursOfWeek: Array.from({ length: 168 }, (_, hour) => hour % 24 >= 8) }),
  createContext: (name) => ({ name, localConnectionsEnabled: true, remoteConnectionsEnabled: false }),
  createStatefulConfiguration: (name) => ({ name, denyFragmentedPacketsEnabled: true, maxIncomingConnections: 100 }),
  createAntiMalware: (name) => ({ name, description: 'made by a test', scanType: 'on-demand', cpuUsage: 'medium' }),
  createApplicationType: (name) => ({
    name,
    direction: 'incoming',
    protocol: 'tcp',
    portType: 'multiple',
    portMultiple: ['8443'],
  }),
  createFirewallRule: (name) => ({ name, action: 'deny', priority: '0', direction: 'incoming', protocol: 'tcp' }),
  createIntrusionPreventionRule: (name, ids) => ({
    name,
    applicationTypeID: ids['applicationTypeID'],
    template: 'signature',
    signature: 'example-bad-thing',
    priority: 'normal',
    severity: 'medium',
  }),
  createIntegrityMonitoringRule: (name) => ({
    name,
    template: 'file',
    severity: 'high',
    fileBaseDirectory: '/opt/example',
    fileIncludedValues: ['*.conf'],
    fileExcludedValues: ['*.tmp'],
  }),
  createLogInspectionRule: (name) => ({
    name,
    template: 'basic-rule',
    pattern: '^ERROR',
    patternType: 'string',
    ruleDescription: 'An error was written',
    groups: ['example'],
    logFiles: { logFiles: [{ location: '/var/log/example.log', format: 'syslog' }] },
  }),
  createPolicy: (name) => ({ name, description: 'made by a test', autoRequiresUpdate: 'on' }),
  createInterfaceType: (name) => ({ name, matches: ['eth*'] }),
  createComputerGroup: (name) => ({ name, description: 'made by a test' }),
  createComputer: (name, ids) => ({ hostName: name, groupID: ids['computerGroupID'], policyID: ids['policyID'] }),
  createEventBasedTask: (name, ids) => ({
    name,
    type: 'agent-initiated-activation',
    enabled: true,
    actions: [{ type: 'assign-policy', parameterValue: ids['policyID'] }],
    conditions: [{ field: 'hostname', key: '', value: 'web-.*' }],
  }),
  createScheduledTask: (name, ids) => ({
    name,
    type: 'scan-for-recommendations',
    enabled: true,
    runNow: false,
    scheduleDetails: {
      recurrenceType: 'daily',
      timeZone: 'Asia/Tokyo',
      dailyScheduleParameters: { frequencyType: 'custom', customInterval: 2, startTime: 1_536_030_000_000 },
    },
    scanForRecommendationsTaskParameters: { computerFilter: { type: 'computer', computerID: ids['computerID'] } },
  }),
  createSoftwareInventory: (name, ids) => ({ name, computerID: ids['computerID'], description: 'made by a test' }),
  createRuleset: (name) => ({ name, description: 'made by a test' }),
  addGlobalRules: (name) => ({
    applicationControlGlobalRules: [{ sha256: Buffer.from(name.padEnd(32, '.').slice(-32)).toString('hex') }],
  }),
  createAwsConnector: (name) => ({
    displayName: name,
    accessKey: 'AKIAEXAMPLEEXAMPLE00',
    secretKey: 'example/secret',
    workspacesEnabled: false,
  }),
  createGcpConnector: (name) => ({ name, serviceAccount: serviceAccount() }),
  createVCenterConnector: (name) => ({
    vCenter: {
      host: 'vcenter.example',
      port: 443,
      name,
      username: 'scanner',
      password: Buffer.from('secret').toString('base64'),
    },
  }),
  createDataCenterGateway: (name) => ({ name }),
  addCertificate: () => ({ certificate: certificatePem, trusted: true, purpose: 'SSL' }),
};

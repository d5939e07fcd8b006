import { isIP } from 'node:net';
import type { AwsOptions } from './aws.ts';
import { regionPattern } from './aws-instances.ts';
import { type Change, ChangeReader, type Checked } from './change.ts';
import { parseServiceAccount } from './gcp-key.ts';
import type { VCenterOptions } from './vcenter.ts';

/** What is stored of an `AWSConnector`; `secretKey` is to be sealed. */
export type AwsConnectorFields = {
  readonly displayName: string;
  readonly accessKey: string;
  readonly secretKey: string;
  readonly seedRegion: string;
  readonly useInstanceRole: boolean;
  readonly crossAccountRoleArn: string;
  readonly workspacesEnabled: boolean;
};
/** What is stored of a `GCPConnector`; `serviceAccount` is to be sealed, the rest besides the name is read from it. */
export type GcpConnectorFields = {
  readonly name: string;
  readonly serviceAccount: string;
  readonly ownerProjectID: string;
  readonly privateKeyID: string;
  readonly clientEmail: string;
};
/** What is stored of the `VCenterInfo` of a `VCenterConnector`; `password` (base64, as the API has it) is to be sealed. */
export type VCenterFields = {
  readonly host: string;
  readonly port: number;
  readonly name: string;
  readonly description: string;
  readonly username: string;
  readonly password: string;
};

const rolePattern = /^arn:aws(?:-cn|-us-gov)?:iam::\d{12}:role\/[\w+=,.@/-]{1,512}$/;
const vCenterPort = 443;

/**
 * Checks an `AWSConnector` that is made or changed. Turning on the instance role drops the keys.
 * @param rules whether customers may use the role of the manager's own machine by itself: it would list the provider's account
 * @param stored on a change, the fields as they are, secret included
 */
export function checkAwsConnector(
  change: Change,
  rules: { readonly mayUseInstanceRole: boolean },
  stored?: AwsConnectorFields,
): Checked<AwsConnectorFields> {
  const reader = new ChangeReader(change);
  const useInstanceRole = reader.flag('useInstanceRole', stored?.useInstanceRole);
  let accessKey = reader.text('accessKey', stored?.accessKey, 128);
  let secretKey = reader.text('secretKey', stored?.secretKey, 256);
  const crossAccountRoleArn = reader.text('crossAccountRoleArn', stored?.crossAccountRoleArn, 600);
  const seedRegion = reader.text('seedRegion', stored?.seedRegion, 32);
  const isGiven = Boolean(change['accessKey'] || change['secretKey']);
  reader.demand(!(useInstanceRole && isGiven), 'Give either an access key or "useInstanceRole", not both.');
  reader.demand(
    !useInstanceRole || rules.mayUseInstanceRole,
    'The role of the manager’s own machine may not be used here; give an access key or "crossAccountRoleArn".',
  );
  if (useInstanceRole) [accessKey, secretKey] = ['', ''];
  if (!accessKey && !change['secretKey']) secretKey = '';
  reader.demand(
    Boolean(accessKey || secretKey || useInstanceRole || crossAccountRoleArn),
    'Give an access key with its secret key, or "useInstanceRole", or "crossAccountRoleArn".',
  );
  reader.demand(!accessKey || /^\w{16,128}$/.test(accessKey), 'The access key must have 16 to 128 letters and digits.');
  reader.demand(!secretKey || /^[\x21-\x7e]{1,256}$/.test(secretKey), 'The secret key has not the form of one.');
  reader.demand(Boolean(accessKey) || !secretKey, 'A secret key must come with its access key.');
  const isNewKey = accessKey !== '' && accessKey !== stored?.accessKey;
  reader.demand(
    !accessKey || (isNewKey ? Boolean(change['secretKey']) : Boolean(secretKey)),
    'An access key must come with its secret key.',
  );
  reader.demand(
    !crossAccountRoleArn || rolePattern.test(crossAccountRoleArn),
    'The role must be an ARN such as "arn:aws:iam::123456789012:role/name".',
  );
  reader.demand(!seedRegion || regionPattern.test(seedRegion), 'The region must be one such as "ap-northeast-1".');
  return reader.done({
    displayName: reader.text('displayName', stored?.displayName, 254),
    accessKey,
    secretKey,
    seedRegion,
    useInstanceRole,
    crossAccountRoleArn,
    workspacesEnabled: reader.flag('workspacesEnabled', stored?.workspacesEnabled),
  });
}

/** How `listEc2` gets in. A role without keys is taken on with the role of the manager's own machine. */
export function awsAccess(
  fields: AwsConnectorFields,
  externalId: string | undefined,
): Pick<AwsOptions, 'keys' | 'role' | 'seedRegion' | 'workspacesEnabled'> {
  return {
    keys: fields.accessKey ? { accessKey: fields.accessKey, secretKey: fields.secretKey } : 'instance-role',
    role: fields.crossAccountRoleArn ? { arn: fields.crossAccountRoleArn, externalId } : undefined,
    seedRegion: fields.seedRegion || undefined,
    workspacesEnabled: fields.workspacesEnabled,
  };
}

/**
 * Checks a `GCPConnector` that is made or changed. What the API tells of the key is read from the key.
 * @param rules whether the key may name any place for its tokens: only where the manager asks an endpoint of its own instead
 */
export function checkGcpConnector(
  change: Change,
  rules: { readonly anyTokenUri: boolean },
  stored?: GcpConnectorFields,
): Checked<GcpConnectorFields> {
  const reader = new ChangeReader(change);
  const name = reader.text('name', stored?.name, 254);
  reader.demand(name.trim() !== '', 'The connector must have a name.');
  const serviceAccount = reader.text('serviceAccount', stored?.serviceAccount, 65_536);
  reader.demand(serviceAccount !== '', 'Give the service account’s key as JSON in base64.');
  const { account, faults } = serviceAccount
    ? parseServiceAccount(serviceAccount, rules)
    : { account: undefined, faults: [] };
  for (const fault of faults) reader.demand(false, fault);
  return reader.done({
    name,
    serviceAccount,
    ownerProjectID: account?.projectId ?? '',
    privateKeyID: account?.privateKeyId ?? '',
    clientEmail: account?.clientEmail ?? '',
  });
}

/**
 * Checks the `VCenterInfo` of a `VCenterConnector` that is made or changed. A password that is stored goes to no other place than it was
 * given for: with a new host or port it must be given again.
 */
export function checkVCenter(change: Change, stored?: VCenterFields): Checked<VCenterFields> {
  const reader = new ChangeReader(change);
  const host = reader.text('host', stored?.host, 253);
  const port = reader.port('port', stored?.port, vCenterPort);
  const username = reader.text('username', stored?.username, 254);
  const password = reader.text('password', stored?.password, 1024);
  reader.demand(isHost(host), 'The host must be a name or an address, without a scheme, port or path.');
  // A name with a colon could not be told from its password (RFC 7617).
  reader.demand(
    /^[^\p{Cc}:]+$/u.test(username),
    'The username must not be empty nor hold a colon or control characters.',
  );
  const isElsewhere = stored !== undefined && (host !== stored.host || port !== stored.port);
  reader.demand(
    !isElsewhere || Boolean(change['password']),
    'With another host or port the password must be given again.',
  );
  reader.demand(decodePassword(password) !== undefined, 'The password must be given, in base64.');
  return reader.done({
    host,
    port,
    name: reader.text('name', stored?.name, 254),
    description: reader.text('description', stored?.description, 2000),
    username,
    password,
  });
}

/** How `listVCenter` gets in. */
export function vCenterAccess(fields: VCenterFields): Pick<VCenterOptions, 'host' | 'port' | 'username' | 'password'> {
  const { host, port, username } = fields;
  return { host, port, username, password: decodePassword(fields.password) ?? '' };
}

/** A connector as it is read: its secrets are written and never shown. */
export const readableAws = ({ secretKey: _, ...shown }: AwsConnectorFields): Omit<AwsConnectorFields, 'secretKey'> =>
  shown;
export const readableGcp = ({
  serviceAccount: _,
  ...shown
}: GcpConnectorFields): Omit<GcpConnectorFields, 'serviceAccount'> => shown;
export const readableVCenter = ({ password: _, ...shown }: VCenterFields): Omit<VCenterFields, 'password'> => shown;

function isHost(host: string): boolean {
  if (isIP(host)) return true;
  const labels = host.split('.');
  const isName = labels.every((label) => /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/i.test(label));
  // A last label of digits would make it an address that is none.
  return isName && !/^\d+$/.test(labels.at(-1)!) && !/^0x/i.test(labels.at(-1)!);
}

function decodePassword(base64: string): string | undefined {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) return undefined;
  const decoded = Buffer.from(base64, 'base64').toString('utf8');
  return decoded && !/[\p{Cc}\u{fffd}]/u.test(decoded) ? decoded : undefined;
}

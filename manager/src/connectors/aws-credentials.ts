import { z } from 'zod';
import { type AwsLine, awsServiceName } from './aws-line.ts';
import { ConnectorFault } from './fault.ts';
import { parseJson } from './json.ts';
import type { Limits } from './limits.ts';
import { patiently } from './patience.ts';
import type { AwsKeys } from './sigv4.ts';
import type { Reply, Transport } from './transport.ts';
import { textAt } from './xml.ts';

/** The role of another account, and what proves to it that we ask for the right customer. */
export type AwsRole = { readonly arn: string; readonly externalId?: string | undefined };

const stsVersion = '2011-06-15';
const metadataName = 'The metadata service of this machine';
const roleSeconds = 3600;

/** The account of a line's keys. @throws ConnectorFault */
export async function callerAccount(line: AwsLine, region: string): Promise<string> {
  const root = await line.query('sts', region, stsVersion, 'GetCallerIdentity');
  const account = textAt(root, 'GetCallerIdentityResult', 'Account');
  if (!account || !/^\d{12}$/.test(account))
    throw new ConnectorFault('malformed', { service: awsServiceName('sts', region) });
  return account;
}

/** Takes on a role. @returns keys for an hour @throws ConnectorFault */
export async function assumeRole(line: AwsLine, region: string, role: AwsRole): Promise<AwsKeys> {
  const root = await line.query('sts', region, stsVersion, 'AssumeRole', {
    RoleArn: role.arn,
    RoleSessionName: 'sakimori',
    DurationSeconds: String(roleSeconds),
    ExternalId: role.externalId,
  });
  const at = (name: string): string | undefined => textAt(root, 'AssumeRoleResult', 'Credentials', name);
  const [accessKey, secretKey, sessionToken] = [at('AccessKeyId'), at('SecretAccessKey'), at('SessionToken')];
  if (!accessKey || !secretKey || !sessionToken)
    throw new ConnectorFault('malformed', { service: awsServiceName('sts', region) });
  return { accessKey, secretKey, sessionToken };
}

const metadataKeys = z.object({
  Code: z.literal('Success'),
  AccessKeyId: z.string().min(16).max(128),
  SecretAccessKey: z.string().min(1).max(256),
  Token: z.string().min(1).max(8192),
});

/**
 * Keys of the role of the machine that the manager itself runs on (IMDSv2: a token first, then the keys).
 * @param endpoint `http://169.254.169.254`, or a local server
 * @throws ConnectorFault `unreachable` or `timeout` where there is no such service, `forbidden` where the machine has no role
 */
export async function instanceRoleKeys(transport: Transport, limits: Limits, endpoint: string): Promise<AwsKeys> {
  const timeoutMs = Math.min(2000, limits.timeoutMs);
  const ask = async (method: 'GET' | 'PUT', path: string, headers: Record<string, string>): Promise<string> => {
    const url = new URL(path, endpoint);
    const attempt = (): Promise<Reply> =>
      transport.exchange({ service: metadataName, method, url, headers, timeoutMs });
    const reply = await patiently(transport, limits, metadataName, attempt);
    if (reply.status === 200) return reply.text.trim();
    const kind = reply.status === 404 ? 'forbidden' : 'failed';
    throw new ConnectorFault(kind, { service: metadataName, status: reply.status });
  };
  const malformed = (): ConnectorFault => new ConnectorFault('malformed', { service: metadataName });
  const token = await ask('PUT', '/latest/api/token', { 'x-aws-ec2-metadata-token-ttl-seconds': '300' });
  if (!/^[\x21-\x7e]{1,1024}$/.test(token)) throw malformed();
  const headers = { 'x-aws-ec2-metadata-token': token };
  const folder = '/latest/meta-data/iam/security-credentials/';
  const role = (await ask('GET', folder, headers)).split('\n')[0]!;
  if (!/^[\w+=,.@-]{1,128}$/.test(role)) throw malformed();
  const parsed = metadataKeys.safeParse(parseJson(await ask('GET', folder + role, headers)));
  if (!parsed.success) throw malformed();
  const { AccessKeyId: accessKey, SecretAccessKey: secretKey, Token: sessionToken } = parsed.data;
  return { accessKey, secretKey, sessionToken };
}

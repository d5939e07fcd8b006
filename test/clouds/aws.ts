import type { Clock } from '@sakimori/manager/platform/index';
import { AwsV4Signer } from 'aws4fetch';
import { type Answer, type Asked, type CloudServer, json, startServer } from './server.ts';

export type FakeInstance = { readonly id: string; readonly fields?: string };
export type FakeWorkspace = Readonly<Record<string, unknown>> & { readonly WorkspaceId: string };
export type AwsCloud = {
  readonly clock: Clock;
  /** Who may sign: by access key. Keys of a role carry a token. */
  readonly keys: Record<string, { secretKey: string; sessionToken?: string; account: string }>;
  readonly regions: Record<string, { instances: FakeInstance[]; workspaces?: FakeWorkspace[]; faultCode?: string }>;
  readonly role?: { arn: string; externalId: string; accessKey: string };
  /** The keys that the metadata service gives out, under the name of their role. */
  readonly instanceRole?: { name: string; accessKey: string };
  readonly alias?: string;
  readonly tags?: Record<string, { Key: string; Value: string }[]>;
  readonly pageSize?: number;
  /** Answers in place of the cloud, after the signature was found good. */
  readonly instead?: (action: string, region: string, asked: Asked) => Answer | undefined;
};

const xml = (body: string, status = 200): Answer => ({ status, headers: { 'content-type': 'text/xml' }, body });
const ec2Fault = (code: string, status = 400): Answer =>
  xml(
    `<?xml version="1.0"?><Response><Errors><Error><Code>${code}</Code><Message>no</Message></Error></Errors></Response>`,
    status,
  );
const stsFault = (code: string): Answer =>
  xml(`<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code></Error></ErrorResponse>`, 403);

/** A small AWS: STS, IAM, EC2, WorkSpaces and the metadata service. It checks every signature with a signer that is not ours. */
export function startAwsCloud(cloud: AwsCloud): Promise<CloudServer> {
  const metadataToken = 'bWV0YWRhdGEtdG9rZW4=';
  return startServer(async (asked) => {
    if (asked.path.startsWith('/latest/')) return answerMetadata(cloud, asked, metadataToken);
    const scope = await verify(cloud, asked);
    if (typeof scope === 'string')
      return scope === 'sts' ? stsFault('SignatureDoesNotMatch') : ec2Fault('AuthFailure', 401);
    const target = asked.headers['x-amz-target'];
    const form = new URLSearchParams(asked.body);
    const action = typeof target === 'string' ? target.split('.')[1]! : form.get('Action')!;
    return (
      cloud.instead?.(action, scope.region, asked) ??
      answerAction(cloud, action, scope, typeof target === 'string' ? JSON.parse(asked.body) : form)
    );
  });
}

type Scope = { readonly region: string; readonly service: string; readonly account: string };

/** @returns whose signature it is, or the service that shall refuse it */
async function verify(cloud: AwsCloud, asked: Asked): Promise<Scope | string> {
  const parts =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request, SignedHeaders=([^,]+), Signature=([0-9a-f]{64})$/.exec(
      asked.headers.authorization ?? '',
    );
  if (!parts) return 'ec2';
  const [, accessKey, day, region, service, signedNames] = parts as unknown as string[];
  const known = cloud.keys[accessKey!];
  const datetime = String(asked.headers['x-amz-date']);
  const signedAtMs = Date.parse(datetime.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));
  if (!known || !datetime.startsWith(day!) || !(Math.abs(signedAtMs - cloud.clock.now().getTime()) < 5 * 60_000))
    return service!;
  if (asked.headers['x-amz-security-token'] !== known.sessionToken) return service!;
  const names = signedNames!.split(';');
  if (!['host', 'x-amz-date', 'content-type'].every((name) => names.includes(name))) return service!;
  const headers = Object.fromEntries(
    names
      .filter((name) => name !== 'host' && name !== 'x-amz-security-token')
      .map((name) => [name, String(asked.headers[name])]),
  );
  const signer = new AwsV4Signer({
    method: asked.method,
    url: `http://${asked.headers.host}${asked.path}`,
    headers,
    body: asked.body,
    accessKeyId: accessKey!,
    secretAccessKey: known.secretKey,
    ...(known.sessionToken ? { sessionToken: known.sessionToken } : {}),
    service: service!,
    region: region!,
    datetime,
    allHeaders: true,
  });
  const expected = (await signer.sign()).headers.get('authorization');
  return expected === asked.headers.authorization
    ? { region: region!, service: service!, account: known.account }
    : service!;
}

function answerMetadata(cloud: AwsCloud, asked: Asked, token: string): Answer {
  if (asked.method === 'PUT' && asked.path === '/latest/api/token')
    return asked.headers['x-aws-ec2-metadata-token-ttl-seconds'] ? { body: token } : { status: 400 };
  if (asked.headers['x-aws-ec2-metadata-token'] !== token) return { status: 401 };
  const folder = '/latest/meta-data/iam/security-credentials/';
  if (!cloud.instanceRole) return { status: 404 };
  if (asked.path === folder) return { body: cloud.instanceRole.name };
  if (asked.path !== folder + cloud.instanceRole.name) return { status: 404 };
  const { accessKey } = cloud.instanceRole;
  const { secretKey, sessionToken } = cloud.keys[accessKey]!;
  return json({ Code: 'Success', AccessKeyId: accessKey, SecretAccessKey: secretKey, Token: sessionToken });
}

type Parameters = URLSearchParams | { readonly NextToken?: string; readonly ResourceId?: string };

function answerAction(cloud: AwsCloud, action: string, scope: Scope, parameters: Parameters): Answer {
  const form = parameters instanceof URLSearchParams ? parameters : new URLSearchParams();
  if (action === 'GetCallerIdentity')
    return xml(
      `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult><Account>${scope.account}</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`,
    );
  if (action === 'AssumeRole') return answerRole(cloud, form);
  if (action === 'ListAccountAliases')
    return cloud.alias
      ? xml(
          `<ListAccountAliasesResponse><ListAccountAliasesResult><AccountAliases><member>${cloud.alias}</member></AccountAliases></ListAccountAliasesResult></ListAccountAliasesResponse>`,
        )
      : stsFault('AccessDenied');
  if (action === 'DescribeRegions')
    return xml(
      `<DescribeRegionsResponse><regionInfo>${Object.keys(cloud.regions)
        .map((name) => `<item><regionName>${name}</regionName><regionEndpoint>ec2.evil.example</regionEndpoint></item>`)
        .join('')}</regionInfo></DescribeRegionsResponse>`,
    );
  const region = cloud.regions[scope.region];
  if (!region) return ec2Fault('AuthFailure', 401);
  if (action === 'DescribeInstances') return answerInstances(cloud, region, form);
  const told = parameters as { readonly NextToken?: string; readonly ResourceId?: string };
  if (action === 'DescribeWorkspaces') {
    const [page, next] = slice(region.workspaces ?? [], cloud.pageSize ?? 25, told.NextToken);
    return json({ Workspaces: page, ...(next ? { NextToken: next } : {}) });
  }
  if (action !== 'DescribeTags') return { status: 404 };
  const tags = cloud.tags?.[told.ResourceId ?? ''];
  return tags ? json({ TagList: tags }) : json({ __type: 'com.amazonaws.workspaces#AccessDeniedException' }, 400);
}

function answerRole(cloud: AwsCloud, form: URLSearchParams): Answer {
  const { role } = cloud;
  if (!role || form.get('RoleArn') !== role.arn || form.get('ExternalId') !== role.externalId)
    return stsFault('AccessDenied');
  const { secretKey, sessionToken } = cloud.keys[role.accessKey]!;
  return xml(
    `<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>${role.accessKey}</AccessKeyId><SecretAccessKey>${secretKey}</SecretAccessKey><SessionToken>\n ${sessionToken}\n</SessionToken></Credentials></AssumeRoleResult></AssumeRoleResponse>`,
  );
}

function answerInstances(cloud: AwsCloud, region: AwsCloud['regions'][string], form: URLSearchParams): Answer {
  if (region.faultCode) return ec2Fault(region.faultCode, 403);
  const size = Math.min(Number(form.get('MaxResults') ?? 1000), cloud.pageSize ?? 1000);
  const [page, next] = slice(region.instances, size, form.get('NextToken') ?? undefined);
  const items = page
    .map(
      ({ id, fields }) =>
        `<item><instancesSet><item><instanceId>${id}</instanceId>${fields ?? ''}</item></instancesSet></item>`,
    )
    .join('');
  return xml(
    `<?xml version="1.0" encoding="UTF-8"?><DescribeInstancesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><reservationSet>${items}</reservationSet>${next ? `<nextToken>${next}</nextToken>` : ''}</DescribeInstancesResponse>`,
  );
}

/** A page and the token of the next one. */
function slice<Item>(all: readonly Item[], size: number, token: string | undefined): [Item[], string | undefined] {
  const start = token ? Number(Buffer.from(token, 'base64').toString()) : 0;
  const end = start + size;
  return [all.slice(start, end), end < all.length ? Buffer.from(String(end)).toString('base64') : undefined];
}

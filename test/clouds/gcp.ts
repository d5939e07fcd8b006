import { generateKeyPairSync, verify } from 'node:crypto';
import type { Clock } from '@sakimori/manager/platform/index';
import { type Answer, type Asked, type CloudServer, json, startServer } from './server.ts';

export type GcpCloud = {
  readonly clock: Clock;
  readonly clientEmail: string;
  readonly publicKey: string;
  /** Projects that are listed; undefined where the account may not list them. */
  readonly projects: { projectId: string; name?: string }[] | undefined;
  /** Per project: instances by zone, or what goes wrong. */
  readonly instances: Record<
    string,
    Record<string, object[]> | { readonly faultStatus: number; readonly faultBody: object }
  >;
  readonly warnings?: Record<string, string>;
  readonly machineTypes?: Record<string, { guestCpus: number; memoryMb: number }>;
  readonly pageSize?: number;
  readonly tokenSeconds?: number;
  readonly instead?: (asked: Asked) => Answer | undefined;
};

/** The key of a service account, as base64 of JSON, and its public half. */
export function makeServiceAccount(changes: Readonly<Record<string, unknown>> = {}): {
  readonly base64: string;
  readonly publicKey: string;
  readonly privateKey: string;
  readonly clientEmail: string;
} {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  const clientEmail = 'watch@sample-project.iam.gserviceaccount.com';
  const file = {
    type: 'service_account',
    project_id: 'sample-project',
    private_key_id: '0f1e2d3c4b5a69788796a5b4c3d2e1f001122334',
    private_key: privateKey,
    client_email: clientEmail,
    client_id: '100000000000000000001',
    token_uri: 'https://oauth2.googleapis.com/token',
    ...changes,
  };
  return { base64: Buffer.from(JSON.stringify(file)).toString('base64'), publicKey, privateKey, clientEmail };
}

/** A small Google Cloud: tokens for a signed assertion, projects, instances and types of machines. */
export async function startGcpCloud(cloud: GcpCloud): Promise<CloudServer> {
  const tokens = new Map<string, number>();
  const server: CloudServer = await startServer((asked) => {
    if (asked.path === '/token') return cloud.instead?.(asked) ?? answerToken(cloud, asked, server.url, tokens);
    const token = /^Bearer (.+)$/.exec(asked.headers.authorization ?? '')?.[1];
    const isGood = token !== undefined && (tokens.get(token) ?? 0) > cloud.clock.now().getTime();
    if (!isGood) return json({ error: { code: 401, status: 'UNAUTHENTICATED' } }, 401);
    return cloud.instead?.(asked) ?? answer(cloud, asked);
  });
  return server;
}

function answerToken(cloud: GcpCloud, asked: Asked, url: string, tokens: Map<string, number>): Answer {
  const refuse = json({ error: 'invalid_grant', error_description: 'no' }, 400);
  const form = new URLSearchParams(asked.body);
  if (form.get('grant_type') !== 'urn:ietf:params:oauth:grant-type:jwt-bearer') return refuse;
  const [head, claims, signature] = (form.get('assertion') ?? '').split('.');
  const isSigned = verify(
    'RSA-SHA256',
    Buffer.from(`${head}.${claims}`),
    cloud.publicKey,
    Buffer.from(signature ?? '', 'base64url'),
  );
  if (!isSigned) return refuse;
  const read = (part: string): Record<string, unknown> => JSON.parse(Buffer.from(part, 'base64url').toString());
  const nowSeconds = cloud.clock.now().getTime() / 1000;
  const { iss, aud, iat, exp, scope } = read(claims!);
  const isRight =
    read(head!)['alg'] === 'RS256' &&
    iss === cloud.clientEmail &&
    aud === `${url}/token` &&
    Math.abs(Number(iat) - nowSeconds) < 60 &&
    Number(exp) > nowSeconds &&
    Number(exp) - Number(iat) <= 3600 &&
    String(scope).includes('compute.readonly');
  if (!isRight) return refuse;
  const seconds = cloud.tokenSeconds ?? 3599;
  const token = `ya29.token-${tokens.size + 1}`;
  tokens.set(token, cloud.clock.now().getTime() + seconds * 1000);
  return json({ access_token: token, token_type: 'Bearer', expires_in: seconds });
}

function answer(cloud: GcpCloud, asked: Asked): Answer {
  if (asked.path === '/v1/projects') {
    if (!cloud.projects) return json({ error: { code: 403, status: 'PERMISSION_DENIED', message: 'no' } }, 403);
    const [page, next] = slice(cloud.projects, cloud.pageSize ?? 500, asked.query.get('pageToken'));
    return json({ projects: page, ...(next ? { nextPageToken: next } : {}) });
  }
  const type = /^\/compute\/v1\/projects\/[^/]+\/zones\/[^/]+\/machineTypes\/([^/]+)$/.exec(asked.path)?.[1];
  if (type) {
    const known = cloud.machineTypes?.[type];
    return known ? json(known) : json({ error: { code: 404, status: 'NOT_FOUND' } }, 404);
  }
  const project = /^\/compute\/v1\/projects\/([^/]+)\/aggregated\/instances$/.exec(asked.path)?.[1];
  const found = cloud.instances[project ?? ''];
  if (!found) return json({ error: { code: 404, status: 'NOT_FOUND' } }, 404);
  if ('faultStatus' in found) return json(found.faultBody, Number(found.faultStatus));
  return answerInstances(cloud, found, asked);
}

function answerInstances(cloud: GcpCloud, zones: Record<string, object[]>, asked: Asked): Answer {
  const all = Object.entries(zones).flatMap(([zone, some]) => some.map((one) => ({ zone, one })));
  const [page, next] = slice(all, cloud.pageSize ?? 500, asked.query.get('pageToken'));
  const items: Record<string, object> = {
    'zones/empty-zone1-a': { warning: { code: 'NO_RESULTS_ON_PAGE' } },
    'regions/us-east1': { warning: { code: 'NO_RESULTS_ON_PAGE' } },
  };
  for (const { zone, one } of page) {
    const there = (items[`zones/${zone}`] as { instances: object[] } | undefined)?.instances ?? [];
    items[`zones/${zone}`] = { instances: [...there, one] };
  }
  for (const [zone, code] of Object.entries(cloud.warnings ?? {})) items[`zones/${zone}`] = { warning: { code } };
  return json({ kind: 'compute#instanceAggregatedList', items, ...(next ? { nextPageToken: next } : {}) });
}

function slice<Item>(all: readonly Item[], size: number, token: string | null): [Item[], string | undefined] {
  const start = token ? Number(token.slice(1)) : 0;
  const end = start + size;
  return [all.slice(start, end), end < all.length ? `p${end}` : undefined];
}

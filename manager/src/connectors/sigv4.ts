import { createHash, createHmac } from 'node:crypto';

/** Keys of AWS. Those of a role carry a session token too. */
export type AwsKeys = {
  readonly accessKey: string;
  readonly secretKey: string;
  readonly sessionToken?: string | undefined;
};

export type Signable = {
  readonly method: string;
  readonly url: URL;
  /** All of them are signed; lower-case names. `host`, `x-amz-date` and the session token are added. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};
export type SigningScope = { readonly region: string; readonly service: string };

const sha256 = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex');
const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text, 'utf8').digest();

/** RFC 3986: everything but unreserved characters. */
const encode = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);

/**
 * Signs a request by AWS Signature Version 4.
 * @param now the injected clock's time; AWS refuses what is more than some minutes off
 * @returns the headers to send
 */
export function signRequest(
  { method, url, headers, body }: Signable,
  keys: AwsKeys,
  { region, service }: SigningScope,
  now: Date,
): Record<string, string> {
  const time = now.toISOString().replace(/[-:]|\.\d{3}/g, '');
  const day = time.slice(0, 8);
  const sent: Record<string, string> = {
    ...headers,
    host: url.host,
    'x-amz-date': time,
    ...(keys.sessionToken ? { 'x-amz-security-token': keys.sessionToken } : {}),
  };
  const names = Object.keys(sent).sort();
  const canonical = [
    method,
    url.pathname.split('/').map(encode).join('/'),
    canonicalQuery(url),
    ...names.map((name) => `${name}:${sent[name]!.trim().replace(/ +/g, ' ')}`),
    '',
    names.join(';'),
    sha256(body),
  ].join('\n');
  const scope = `${day}/${region}/${service}/aws4_request`;
  const key = [day, region, service, 'aws4_request'].reduce<string | Buffer>(hmac, `AWS4${keys.secretKey}`);
  const signature = hmac(key, ['AWS4-HMAC-SHA256', time, scope, sha256(canonical)].join('\n')).toString('hex');
  sent['authorization'] =
    `AWS4-HMAC-SHA256 Credential=${keys.accessKey}/${scope}, SignedHeaders=${names.join(';')}, Signature=${signature}`;
  return sent;
}

function canonicalQuery(url: URL): string {
  const pairs = [...url.searchParams].map(([name, value]) => [encode(name), encode(value)] as const);
  pairs.sort(([nameA, a], [nameB, b]) => (nameA === nameB ? (a < b ? -1 : Number(a > b)) : nameA < nameB ? -1 : 1));
  return pairs.map(([name, value]) => `${name}=${value}`).join('&');
}

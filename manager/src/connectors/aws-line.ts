import { ConnectorFault, type FaultKind } from './fault.ts';
import { parseJson } from './json.ts';
import type { Limits } from './limits.ts';
import { isBusyStatus, patiently } from './patience.ts';
import { type AwsKeys, signRequest } from './sigv4.ts';
import type { Reply, Transport } from './transport.ts';
import { parseXml, textAt, type XmlElement } from './xml.ts';

/** Codes that AWS answers with and that we tell people of; any other is told by its status alone. */
const codes: Readonly<Record<string, FaultKind>> = {
  AuthFailure: 'refused',
  ExpiredToken: 'refused',
  ExpiredTokenException: 'refused',
  IncompleteSignature: 'refused',
  InvalidClientTokenId: 'refused',
  InvalidSignatureException: 'refused',
  MissingAuthenticationToken: 'refused',
  RequestExpired: 'refused',
  SignatureDoesNotMatch: 'refused',
  UnrecognizedClientException: 'refused',
  AccessDenied: 'forbidden',
  AccessDeniedException: 'forbidden',
  Blocked: 'forbidden',
  OptInRequired: 'forbidden',
  RegionDisabledException: 'forbidden',
  UnauthorizedOperation: 'forbidden',
  RequestLimitExceeded: 'throttled',
  ServiceUnavailable: 'throttled',
  Throttling: 'throttled',
  ThrottlingException: 'throttled',
  TooManyRequestsException: 'throttled',
  Unavailable: 'throttled',
};

export type AwsLineOptions = {
  readonly transport: Transport;
  readonly limits: Limits;
  /** Where all services are asked instead of at AWS. */
  readonly endpoint: string | undefined;
  readonly now: () => Date;
};
export type AwsService = 'ec2' | 'sts' | 'iam' | 'workspaces';
const names: Readonly<Record<AwsService, string>> = { ec2: 'EC2', sts: 'STS', iam: 'IAM', workspaces: 'WorkSpaces' };

export const awsServiceName = (service: AwsService, region: string): string => `AWS ${names[service]} (${region})`;

/** Signed requests to the services of AWS, with one set of keys. */
export class AwsLine {
  readonly #options: AwsLineOptions;
  readonly #keys: AwsKeys;

  constructor(options: AwsLineOptions, keys: AwsKeys) {
    this.#options = options;
    this.#keys = keys;
  }

  /** The same line with other keys, after a role was taken on. */
  with(keys: AwsKeys): AwsLine {
    return new AwsLine(this.#options, keys);
  }

  /** An action of the Query protocol. @returns the root of the reply @throws ConnectorFault */
  async query(
    service: AwsService,
    region: string,
    version: string,
    action: string,
    parameters: Readonly<Record<string, string | undefined>> = {},
  ): Promise<XmlElement> {
    const form = new URLSearchParams({ Action: action, Version: version });
    for (const [name, value] of Object.entries(parameters)) if (value !== undefined) form.set(name, value);
    const headers = { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' };
    const reply = await this.#ask(service, region, headers, form.toString());
    if (reply.status !== 200) throw faultOf(service, region, reply);
    try {
      return parseXml(reply.text);
    } catch {
      throw new ConnectorFault('malformed', { service: awsServiceName(service, region) });
    }
  }

  /** An action of the JSON protocol. @returns the parsed reply, undefined where it is no JSON @throws ConnectorFault */
  async json(service: AwsService, region: string, target: string, body: object): Promise<unknown> {
    const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': target };
    const reply = await this.#ask(service, region, headers, JSON.stringify(body));
    if (reply.status !== 200) throw faultOf(service, region, reply);
    return parseJson(reply.text);
  }

  #ask(service: AwsService, region: string, headers: Record<string, string>, body: string): Promise<Reply> {
    const { transport, limits, endpoint, now } = this.#options;
    const url = new URL('/', endpoint ?? `https://${hostOf(service, region)}`);
    const name = awsServiceName(service, region);
    const attempt = (): Promise<Reply> => {
      const signed = signRequest(
        { method: 'POST', url, headers, body },
        this.#keys,
        { region: signingRegion(service, region), service },
        now(),
      );
      return transport.exchange({ service: name, method: 'POST', url, headers: signed, body });
    };
    const isBusy = (reply: Reply): boolean =>
      isBusyStatus(reply) || (reply.status >= 400 && codes[codeOf(reply) ?? ''] === 'throttled');
    return patiently(transport, limits, name, attempt, isBusy);
  }
}

/** Amazon's host of a service. Regions were checked before: no other text gets here. */
function hostOf(service: AwsService, region: string): string {
  const domain = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
  if (service !== 'iam') return `${service}.${region}.${domain}`;
  if (region.startsWith('cn-')) return `iam.cn-north-1.${domain}`;
  return region.startsWith('us-gov-') ? `iam.us-gov.${domain}` : `iam.${domain}`;
}

/** IAM is one for all regions of a partition, and is signed for the partition's first. */
function signingRegion(service: AwsService, region: string): string {
  if (service !== 'iam') return region;
  if (region.startsWith('cn-')) return 'cn-north-1';
  return region.startsWith('us-gov-') ? 'us-gov-west-1' : 'us-east-1';
}

function faultOf(service: AwsService, region: string, reply: Reply): ConnectorFault {
  const code = codeOf(reply);
  const facts = { service: awsServiceName(service, region), status: reply.status, ...(code ? { code } : {}) };
  if (code) return new ConnectorFault(codes[code]!, facts);
  if (reply.status === 429 || reply.status === 503) return new ConnectorFault('throttled', facts);
  if (reply.status === 401) return new ConnectorFault('refused', facts);
  return new ConnectorFault(reply.status === 403 ? 'forbidden' : 'failed', facts);
}

/** The code of an error reply, if it is one that we know. */
function codeOf(reply: Reply): string | undefined {
  const told = reply.text.trimStart().startsWith('<') ? codeOfXml(reply.text) : codeOfJson(reply.text);
  return told !== undefined && Object.hasOwn(codes, told) ? told : undefined;
}

function codeOfXml(text: string): string | undefined {
  try {
    const root = parseXml(text);
    return textAt(root, 'Errors', 'Error', 'Code') ?? textAt(root, 'Error', 'Code');
  } catch {
    return undefined;
  }
}

/** `{"__type": "com.amazonaws.workspaces#AccessDeniedException"}` */
function codeOfJson(text: string): string | undefined {
  const told = (parseJson(text) as { __type?: unknown } | null | undefined)?.__type;
  return typeof told === 'string' ? told.split('#').at(-1) : undefined;
}

import { createVerify, X509Certificate } from 'node:crypto';

/** A message of Amazon SNS as it comes over HTTPS ("Amazon SNS message and JSON formats"). */
export type SnsMessage = {
  readonly Type: 'Notification' | 'SubscriptionConfirmation' | 'UnsubscribeConfirmation';
  readonly MessageId: string;
  readonly TopicArn: string;
  readonly Message: string;
  readonly Timestamp: string;
  readonly SignatureVersion: string;
  readonly Signature: string;
  readonly SigningCertURL: string;
  readonly Subject?: string;
  readonly SubscribeURL?: string;
  readonly Token?: string;
};

export const snsFaults = [
  'notJson', // no JSON, or no message of SNS
  'topic', // no source is bound to the topic
  'certificateHost', // the certificate is not Amazon's
  'certificate', // it could not be had, or is not valid now
  'signature', // does not hold, or is of an unknown version
  'stale', // was signed too long ago
  'subscribeUrl', // leads elsewhere
  'raw', // delivery without envelope, and not with the password of its source
] as const;
export type SnsFaultCode = (typeof snsFaults)[number];

export class SnsFault extends Error {
  readonly code: SnsFaultCode;
  constructor(code: SnsFaultCode, detail = '') {
    super(detail ? `${code}: ${detail}` : code);
    this.code = code;
  }
}

const types = ['Notification', 'SubscriptionConfirmation', 'UnsubscribeConfirmation'];
const needed = ['MessageId', 'TopicArn', 'Message', 'Timestamp', 'SignatureVersion', 'Signature', 'SigningCertURL'];

/** @throws SnsFault `notJson` */
export function readMessage(text: string): SnsMessage {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new SnsFault('notJson');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new SnsFault('notJson');
  const given = value as Record<string, unknown>;
  if (!types.includes(String(given['Type']))) throw new SnsFault('notJson', 'Type');
  const missing = needed.find((key) => typeof given[key] !== 'string');
  if (missing) throw new SnsFault('notJson', missing);
  const odd = ['Subject', 'SubscribeURL', 'Token'].find((key) => given[key] != null && typeof given[key] !== 'string');
  if (odd) throw new SnsFault('notJson', odd);
  return value as SnsMessage;
}

const host = /^sns\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?$/;

/** An address of Amazon SNS and of nobody else: without port, name or password. */
export function amazonUrl(text: string): URL | undefined {
  const url = URL.parse(text);
  if (url?.protocol !== 'https:' || url.port !== '' || url.username !== '' || url.password !== '') return undefined;
  return host.test(url.hostname) ? url : undefined;
}

/** @throws SnsFault `certificateHost` */
export function certificateUrl(message: Pick<SnsMessage, 'SigningCertURL'>): URL {
  const url = amazonUrl(message.SigningCertURL);
  if (!url?.pathname.endsWith('.pem')) throw new SnsFault('certificateHost', message.SigningCertURL.slice(0, 200));
  return url;
}

/** What is signed: names and values, a line each, in this order; a subject that is not there is left out. */
export function signedText(message: SnsMessage): string {
  const keys =
    message.Type === 'Notification'
      ? (['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type'] as const)
      : (['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'] as const);
  return keys.map((key) => (message[key] == null ? '' : `${key}\n${message[key]}\n`)).join('');
}

const algorithms: Readonly<Record<string, string>> = { '1': 'RSA-SHA1', '2': 'RSA-SHA256' };
/** A delivery policy may go on trying for an hour. */
const staleMs = 75 * 60_000;
const aheadMs = 15 * 60_000;

/** @throws SnsFault `certificate`, `signature`, `stale` */
export function verifyMessage(message: SnsMessage, pem: string, now: Date): void {
  const algorithm = algorithms[message.SignatureVersion];
  if (!algorithm) throw new SnsFault('signature', `version ${message.SignatureVersion.slice(0, 20)}`);
  let certificate: X509Certificate;
  try {
    certificate = new X509Certificate(pem);
  } catch {
    throw new SnsFault('certificate', 'not a certificate');
  }
  if (now < new Date(certificate.validFrom) || now > new Date(certificate.validTo))
    throw new SnsFault('certificate', 'not valid now');
  const verify = createVerify(algorithm).update(signedText(message), 'utf8');
  let holds = false;
  try {
    holds = verify.verify(certificate.publicKey, message.Signature, 'base64');
  } catch {
    // A key of another kind than the signature is none of Amazon's.
  }
  if (!holds) throw new SnsFault('signature');
  const at = Date.parse(message.Timestamp);
  if (Number.isNaN(at) || now.getTime() - at > staleMs || at - now.getTime() > aheadMs)
    throw new SnsFault('stale', message.Timestamp.slice(0, 40));
}

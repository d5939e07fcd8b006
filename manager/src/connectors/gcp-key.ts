import { createPrivateKey, type KeyObject } from 'node:crypto';
import { z } from 'zod';
import { parseJson } from './json.ts';

/** A service account's key as Google hands it out, its private key parsed. */
export type GcpServiceAccount = {
  readonly projectId: string;
  readonly privateKeyId: string;
  readonly clientEmail: string;
  readonly privateKey: KeyObject;
};

/** The only place that a key may name for its tokens; whatever else it says is not followed. */
const googleTokenOrigin = 'https://oauth2.googleapis.com';
const keyBytesMax = 64 * 1024;

const keyFile = z.object({
  type: z.literal('service_account'),
  project_id: z.string().regex(/^[a-z][a-z0-9.:-]{4,62}$/),
  private_key_id: z.string().regex(/^[\w-]{1,128}$/),
  private_key: z.string().min(1).max(16_384),
  client_email: z.string().regex(/^[^\s@]{1,128}@[^\s@]{1,253}$/),
  token_uri: z.string().max(512).optional(),
});
const fieldSentences: Readonly<Record<string, string>> = {
  type: 'The service account key must have the type "service_account".',
  project_id: 'The service account key must name its project in "project_id".',
  private_key_id: 'The service account key must have its identifier in "private_key_id".',
  private_key: 'The service account key must hold a private key in "private_key".',
  client_email: 'The service account key must have its address in "client_email".',
  token_uri: `The service account key may name no other "token_uri" than ${googleTokenOrigin}/token.`,
};

export type ParsedServiceAccount =
  | { readonly account: GcpServiceAccount; readonly faults: readonly [] }
  | { readonly account?: undefined; readonly faults: readonly string[] };

/**
 * Reads a service account's key from the API's base64.
 * @returns the account, or what is wrong with it in sentences; they hold nothing of the key
 */
export function parseServiceAccount(base64: string, options: { anyTokenUri?: boolean } = {}): ParsedServiceAccount {
  if (!/^[A-Za-z0-9+/\s]+={0,2}\s*$/.test(base64) || base64.length > keyBytesMax)
    return { faults: ['The service account must be a JSON key in base64.'] };
  const told = parseJson(Buffer.from(base64, 'base64').toString('utf8'));
  if (told === undefined) return { faults: ['The service account must be a JSON key in base64.'] };
  const parsed = keyFile.safeParse(told);
  if (!parsed.success) {
    const fields = new Set(parsed.error.issues.map((issue) => String(issue.path[0] ?? '')));
    return { faults: [...fields].map((field) => fieldSentences[field] ?? 'The service account must be a JSON key.') };
  }
  const key = parsed.data;
  if (!options.anyTokenUri && key.token_uri !== undefined && URL.parse(key.token_uri)?.origin !== googleTokenOrigin)
    return { faults: [fieldSentences['token_uri']!] };
  const privateKey = parseRsaKey(key.private_key);
  if (!privateKey)
    return { faults: ['The private key of the service account cannot be read as an RSA key of 2048 bits or more.'] };
  return {
    account: {
      projectId: key.project_id,
      privateKeyId: key.private_key_id,
      clientEmail: key.client_email,
      privateKey,
    },
    faults: [],
  };
}

function parseRsaKey(pem: string): KeyObject | undefined {
  try {
    const key = createPrivateKey(pem);
    const bits = key.asymmetricKeyDetails?.modulusLength ?? 0;
    return key.asymmetricKeyType === 'rsa' && bits >= 2048 && bits <= 8192 ? key : undefined;
  } catch {
    return undefined;
  }
}

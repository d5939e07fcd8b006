import { proofBytesMax, Refusal } from '@sakimori/contract';
import { sha256 } from '../platform/index.ts';

export type StoredProof = {
  readonly name: string;
  readonly type: 'application/pdf' | 'image/png' | 'image/jpeg' | 'text/plain';
  readonly sha256: string;
  readonly content: Buffer;
};

const heads = [
  ['application/pdf', Buffer.from('%PDF-')],
  ['image/png', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])],
  ['image/jpeg', Buffer.from([0xff, 0xd8, 0xff])],
] as const;

/** The type is what the bytes say, whatever the name says. @throws Refusal `proof_refused` */
export function readProof(given: { readonly name: string; readonly content: string }): StoredProof {
  const content = Buffer.from(given.content, 'base64');
  if (content.length === 0 || content.length > proofBytesMax) throw new Refusal('proof_refused', {});
  const known = heads.find(([, head]) => content.subarray(0, head.length).equals(head))?.[0];
  const type = known ?? (isPlainText(content) ? 'text/plain' : undefined);
  if (!type) throw new Refusal('proof_refused', {});
  return { name: safeName(given.name), type, sha256: sha256(content), content };
}

function isPlainText(content: Buffer): boolean {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(content);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
    return !/[\u0000-\u0008\u000e-\u001a\u001c-\u001f]/.test(text) && !/^\s*</.test(text);
  } catch {
    return false;
  }
}

/** A name that a download can carry: no folder, nothing hidden. */
const safeName = (name: string): string =>
  name
    .replace(/^.*[\\/]/, '')
    .replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, '')
    .slice(0, 150) || 'proof';

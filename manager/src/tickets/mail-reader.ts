import type { SenderProof } from '@sakimori/contract';
import { type AddressObject, type ParsedMail, simpleParser } from 'mailparser';
import { showLine } from '../notices/index.ts';
import { sha256 } from '../platform/index.ts';
import { decodeBare, foldHistory, htmlToText, storable } from './mail-text.ts';

/** Longest text of a mail that is kept in the thread. */
const textMax = 100_000;
const headBytesMax = 256 * 1024;
const attachmentsMax = 50;

export type MailAttachment = { readonly name: string; readonly contentType: string; readonly content: Buffer };
/** A mail as the desk reads it. */
export type ReadMail = {
  readonly fromMail: string;
  readonly fromName: string;
  readonly subject: string;
  readonly text: string;
  readonly quoted: string | undefined;
  readonly messageId: string | undefined;
  /** Message-IDs that it answers, the nearest first. */
  readonly references: readonly string[];
  /** Every address that it may have come to. */
  readonly recipients: readonly string[];
  /** A program wrote it (RFC 3834): it opens nothing, and nothing answers it. */
  readonly isAutomatic: boolean;
  /** A letter of our own came back in a circle. */
  readonly isOurs: boolean;
  readonly proof: SenderProof;
  readonly attachments: readonly MailAttachment[];
};

/** The head of a mail: lines unfolded, names in small letters; bytes as they are, one a character. */
export function readHead(raw: Buffer): readonly { readonly name: string; readonly value: string }[] {
  const whole = raw.subarray(0, headBytesMax).toString('latin1');
  const end = /\r?\n\r?\n/.exec(whole)?.index ?? whole.length;
  return whole
    .slice(0, end)
    .replace(/\r?\n[ \t]+/g, ' ')
    .split(/\r?\n/)
    .flatMap((line) => {
      const colon = line.indexOf(':');
      return colon > 0
        ? [{ name: line.slice(0, colon).trim().toLowerCase(), value: line.slice(colon + 1).trim() }]
        : [];
    });
}
type Head = ReturnType<typeof readHead>;
const first = (head: Head, name: string): string => head.find((line) => line.name === name)?.value ?? '';

/**
 * One name for one mail, however often and by whichever door it comes. A Message-ID alone would let somebody take a place before the mail it belongs
 * to, so the sender is part of it.
 */
export function keyOf(raw: Buffer): string {
  const head = readHead(raw);
  const messageId = /<[^<>\s]{1,900}>/.exec(first(head, 'message-id'))?.[0];
  if (!messageId) return sha256(raw.toString('latin1'));
  return sha256(`${messageId} ${addressIn(first(head, 'from')).toLowerCase()}`);
}
const addressIn = (value: string): string => /[^\s<>,;"]{1,256}@[^\s<>,;"]{1,255}/.exec(value)?.[0] ?? '';

/** RFC 3834 §2 and what programs write that do not keep to it. */
function isAutomatic(head: Head, envelopeFrom: string | undefined): boolean {
  const submitted = first(head, 'auto-submitted').toLowerCase();
  if (submitted !== '' && !/^no\b/.test(submitted)) return true;
  if (/^(?:bulk|junk|list|auto_reply)\b/i.test(first(head, 'precedence'))) return true;
  if (head.some(({ name }) => /^(?:x-autoreply|x-autorespond|x-auto-reply|list-id|x-loop)$/.test(name))) return true;
  if (envelopeFrom === '' || /^<\s*>$/.test(first(head, 'return-path'))) return true;
  return /^(?:mailer-daemon|postmaster|no-?reply|noreply)@/i.test(addressIn(first(head, 'from')));
}

/**
 * What the provider's own relay found of the sender. Only headers that it wrote count: the topmost of its name, for below may be forged (RFC 8601 §5).
 */
function readProof(head: Head, relayName: string | undefined): SenderProof {
  const none = { verdict: 'none', detail: '' } as const;
  if (!relayName) return none;
  const written = head.find(
    ({ name, value }) =>
      name === 'authentication-results' && value.split(/[;\s]/, 1)[0]!.toLowerCase() === relayName.toLowerCase(),
  );
  if (!written) return none;
  const results = new Map<string, string>();
  // Of several signatures one that holds is enough.
  for (const [, method, result] of written.value.matchAll(/\b(spf|dkim|dmarc)\s*=\s*([a-z]{1,12})/gi))
    if (results.get(method!.toLowerCase()) !== 'pass') results.set(method!.toLowerCase(), result!.toLowerCase());
  const detail = [...results].map((pair) => pair.join('=')).join(' ');
  const of = (method: string) => results.get(method);
  if (of('dmarc') === 'pass') return { verdict: 'pass', detail };
  if (of('dmarc') === 'fail') return { verdict: 'fail', detail };
  const failed = [of('spf'), of('dkim')].filter((result) => result === 'fail' || result === 'softfail').length;
  const passed = [of('spf'), of('dkim')].includes('pass');
  return { verdict: passed ? 'pass' : failed > 0 ? 'fail' : 'none', detail };
}

const addressesOf = (field: AddressObject | AddressObject[] | undefined): string[] =>
  [field ?? []].flat().flatMap(({ value }) => value.flatMap(({ address }) => (address ? [address] : [])));

/** A header as the reader decodes it; where somebody wrote raw bytes into it, by what they look like. */
function headerText(head: Head, name: string, parsed: string): string {
  const raw = first(head, name);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the escape of ISO-2022-JP is one
  return !raw.includes('=?') && /[\u001b\u0080-\u00ff]/.test(raw) ? decodeBare(Buffer.from(raw, 'latin1')) : parsed;
}

/** Text of a mail that declares no encoding, or one that it does not keep to. */
function bodyText(head: Head, raw: Buffer, mail: ParsedMail): string {
  const text = mail.text ?? '';
  if (text === '' && mail.html) return htmlToText(mail.html);
  const type = first(head, 'content-type').toLowerCase();
  const isBare = (type === '' || type.startsWith('text/plain')) && !/charset\s*=\s*"?(?!us-ascii)/.test(type);
  const isCoded = /base64|quoted-printable/i.test(first(head, 'content-transfer-encoding'));
  if (!isBare || isCoded) return text;
  const whole = raw.toString('latin1');
  const gap = /\r?\n\r?\n/.exec(whole);
  return gap ? decodeBare(raw.subarray(gap.index + gap[0].length)) : text;
}

/**
 * Reads a mail. What it holds is text and files: nothing of it is run, loaded or unpacked.
 * @param envelope as the door knows it; by IMAP nobody does
 * @throws Error where it cannot be read at all
 */
export async function readMail(
  raw: Buffer,
  envelope: { readonly from: string | undefined; readonly to: readonly string[] },
  relayName: string | undefined,
): Promise<ReadMail> {
  const head = readHead(raw);
  const mail = await simpleParser(raw, {
    ...{ skipHtmlToText: true, skipTextToHtml: true, skipTextLinks: true, skipImageLinks: true },
    ...{ checksumAlgo: false, maxHeadSize: headBytesMax },
  });
  const sender = mail.from?.value[0];
  const fromMail = showLine(sender?.address ?? addressIn(first(head, 'from')), 320);
  const delivered = head
    .filter(({ name }) => /^(?:delivered-to|x-original-to|envelope-to|x-envelope-to)$/.test(name))
    .map(({ value }) => addressIn(value));
  const written = storable(bodyText(head, raw, mail));
  const folded = foldHistory(written.slice(0, textMax));
  const references = [first(head, 'in-reply-to'), first(head, 'references')].flatMap((value) =>
    (value.match(/<[^<>\s]{1,400}>/g) ?? []).reverse(),
  );
  return {
    fromMail,
    fromName: showLine(
      headerText(head, 'from', sender?.name || '')
        .replace(/<[^<>]*>\s*$/, '')
        .trim() || fromMail,
      300,
    ),
    subject: showLine(headerText(head, 'subject', mail.subject ?? '').trim(), 300),
    text: folded.text,
    quoted: folded.quoted,
    messageId: /<[^<>\s]{1,900}>/.exec(first(head, 'message-id'))?.[0],
    references: [...new Set(references)].slice(0, 50),
    recipients: [...new Set([...envelope.to, ...delivered, ...addressesOf(mail.to), ...addressesOf(mail.cc)])].slice(
      0,
      100,
    ),
    isAutomatic: isAutomatic(head, envelope.from),
    isOurs: first(head, 'x-sakimori-notice') !== '',
    proof: readProof(head, relayName),
    attachments: mail.attachments.slice(0, attachmentsMax).map(({ filename, contentType, content }) => ({
      // Of a path, its last part: a name is shown and downloaded, never a place.
      name: showLine((filename ?? '').replace(/^.*[\\/]/, '') || 'attachment', 200),
      contentType: showLine(contentType || 'application/octet-stream', 100),
      content,
    })),
  };
}

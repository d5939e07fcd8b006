import { createHmac, timingSafeEqual } from 'node:crypto';
import { type LinkedDocument, type LinkedReport, Refusal, type Report } from '@sakimori/contract';
import type { z } from 'zod';
import { note } from '../audit/index.ts';
import { publicUrl } from '../notices/index.ts';
import { type Platform, sha256 } from '../platform/index.ts';
import { type KeptReport, renderingFor, selectKept } from './archive-store.ts';
import { countDownload, findLink, type LinkRow } from './deliveries-store.ts';
import { providerNameIn } from './identity.ts';
import type { Rendering } from './rendering.ts';

/**
 * Links to documents. The secret of one is its id and a signature over its row (HMAC-SHA-256), so nothing is stored that could be read and used; it stands
 * behind `#`, which no server, proxy or log sees. Opening one changes nothing: scanners of mail servers open links by themselves.
 */
type Signed = Pick<LinkRow, 'tenant_id' | 'id' | 'report_id' | 'language' | 'expires_at'>;

const bytesOf = (id: string): Buffer => Buffer.from(id.replaceAll('-', ''), 'hex');
const signatureOf = ({ vault }: Platform, { tenant_id, id, report_id, language, expires_at }: Signed): Buffer =>
  createHmac('sha256', vault.derive('report-link'))
    .update([tenant_id, id, report_id, language, expires_at.toISOString()].join('\n'))
    .digest();

export const tokenOf = (platform: Platform, link: Signed): string =>
  Buffer.concat([bytesOf(link.id), signatureOf(platform, link)]).toString('base64url');

export const linkUrl = (platform: Platform, link: Signed): string =>
  `${publicUrl(platform)}/report-file#${tokenOf(platform, link)}`;

/** One answer to whatever is not good: it tells neither whether there was such a link nor what became of it. */
const unknown = () => new Refusal('report_link_unknown');

async function open(platform: Platform, token: string): Promise<{ link: LinkRow; kept: KeptReport }> {
  const { database, clock } = platform;
  const bytes = Buffer.from(token, 'base64url');
  const id = bytes.toString('hex', 0, 16).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  const link = await database.asProvider((tx) => findLink(tx, id));
  if (!link || !timingSafeEqual(bytes.subarray(16), signatureOf(platform, link))) throw unknown();
  if (link.revoked_at !== null || link.expires_at <= clock.now()) throw unknown();
  const kept = await database.as(link.tenant_id, (tx) => selectKept(tx, link.report_id, true));
  if (!kept) throw unknown();
  return { link, kept };
}

/** The file that a report is downloaded as, with the hash of its bytes. */
export function fileOf(
  { period }: Pick<Report, 'period'>,
  { mail, pdf }: Rendering,
): { readonly name: string; readonly type: string; readonly content: Buffer; readonly sha256: string } {
  const content = pdf ?? Buffer.from(mail.html);
  const [ending, type] = pdf ? ['pdf', 'application/pdf'] : ['html', 'text/html'];
  return { name: `sakimori-report-${period}.${ending}`, type: type!, content, sha256: sha256(content) };
}

/** @throws Refusal `report_link_unknown` */
export async function lookAtLink(platform: Platform, token: string): Promise<LinkedReport> {
  const { link, kept } = await open(platform, token);
  const { report } = kept;
  const { name, content, sha256: hash } = fileOf(report, renderingFor(kept, link.language));
  return {
    ...{ kind: report.kind, period: report.period, customerName: report.customerName, language: link.language },
    ...{ provider: providerNameIn(link.language, report), name, sizeBytes: content.length, sha256: hash },
    expiresAt: link.expires_at.toISOString(),
  };
}

/** @throws Refusal `report_link_unknown` */
export async function download(platform: Platform, token: string): Promise<z.input<typeof LinkedDocument>> {
  const { link, kept } = await open(platform, token);
  const { name, type, content, sha256: hash } = fileOf(kept.report, renderingFor(kept, link.language));
  await platform.database.as(link.tenant_id, async (tx) => {
    const count = await countDownload(tx, link, platform.clock.now());
    const actor = { kind: 'system', id: link.id, name: link.recipient } as const;
    const facts = { recipient: link.recipient, count };
    const target = `report:${link.report_id}`;
    await note(tx, platform.clock, { accountId: link.tenant_id, actor, action: 'report.downloaded', target, facts });
  });
  return { name, type, content: content.toString('base64'), sha256: hash };
}

import { webPage as english } from '@sakimori/contract/phrases/en/web-page';
import { webPage as japanese } from '@sakimori/contract/phrases/ja/web-page';
import { shownAddress } from '@sakimori/contract/web-reputation/address';
import type { Seen } from './inspector.ts';
import type { HttpRequest } from './packet/http.ts';

/** By themselves: the process that holds packets carries no other phrases. */
const books = { ja: japanese, en: english } as const;

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const asText = (text: string): string => text.replace(/[&<>"']/g, (one) => escapes[one]!);

/**
 * What a reader gets in place of a blocked page: without a script, without anything that is fetched from elsewhere, and a link out of it that tells nobody
 * where the reader came from. A program that asks for no page gets one line.
 * @param link where a reader who objects is led
 */
export function blockPage(seen: Seen, request: HttpRequest, link?: string): Buffer {
  const language = languageOf(request.language);
  const body = Buffer.from(request.takesPage ? pageOf(seen, language, link) : `${books[language]['web.page.line']}\n`);
  const head = [
    'HTTP/1.1 403 Forbidden',
    `Content-Type: text/${request.takesPage ? 'html' : 'plain'}; charset=utf-8`,
    `Content-Length: ${body.length}`,
    `Content-Language: ${language}`,
    'Cache-Control: no-store',
    'Connection: close',
    "Content-Security-Policy: default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    'Referrer-Policy: no-referrer',
    'X-Content-Type-Options: nosniff',
  ].join('\r\n');
  return Buffer.concat([Buffer.from(`${head}\r\n\r\n`), request.method === 'HEAD' ? Buffer.alloc(0) : body]);
}

function pageOf({ address, verdict }: Seen, language: 'ja' | 'en', link: string | undefined): string {
  const say = (key: keyof typeof english) => asText(books[language][key]);
  const category =
    verdict.category === undefined ? '' : `<p>${say('web.page.category')}${asText(verdict.category)}</p>`;
  const objection =
    link === undefined
      ? ''
      : `<p><a rel="noreferrer noopener" referrerpolicy="no-referrer" href="${asText(link)}">${say('web.page.link')}</a></p>`;
  return `<!doctype html><html lang="${language}"><head><meta charset="utf-8"><meta name="robots" content="noindex"><meta name="viewport" content="width=device-width"><title>${say('web.page.title')}</title><style>body{font:16px/1.7 system-ui,sans-serif;max-width:40rem;margin:12vh auto;padding:0 1.5rem;color:#1d2733}h1{font-size:1.4rem}code{overflow-wrap:anywhere;background:#f0f2f5;padding:.1em .3em}</style></head><body><h1>${say('web.page.title')}</h1><p>${say('web.page.why')}</p><p><code>${asText(shownAddress(address, 300))}</code></p>${category}<p>${say('web.page.help')}</p>${objection}</body></html>`;
}

/** The first language that is wished for and that we speak; English where there is none. */
function languageOf(wished: string): 'ja' | 'en' {
  const ranked = wished
    .split(',')
    .map((part) => {
      const [tag = '', ...parameters] = part.trim().toLowerCase().split(';');
      const weight = parameters.map((one) => /^\s*q=([01](?:\.\d{0,3})?)\s*$/.exec(one)?.[1]).find(Boolean);
      return { tag: tag.trim(), weight: weight === undefined ? 1 : Number(weight) };
    })
    .filter(({ weight }) => weight > 0)
    .toSorted((a, b) => b.weight - a.weight);
  return ranked.find(({ tag }) => /^(ja|en)(-|$)/.test(tag))?.tag.startsWith('ja') ? 'ja' : 'en';
}

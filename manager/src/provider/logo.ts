import { crc32 } from 'node:zlib';
import { logoBytesMax } from '@sakimori/contract';

/** Why a logo is not taken: a word of ours (`logoFault.<fault>`) and the place. */
export class LogoFault extends Error {
  readonly fault: 'size' | 'format' | 'damaged' | 'pixels' | 'element' | 'attribute' | 'outside';
  readonly detail: string;
  constructor(fault: LogoFault['fault'], detail = '') {
    super(`${fault} ${detail}`);
    this.name = 'LogoFault';
    this.fault = fault;
    this.detail = detail.slice(0, 100);
  }
}
export type SafeLogo = { readonly type: 'image/png' | 'image/svg+xml'; readonly content: Buffer };

const pixelsMax = 2000;

/**
 * A logo made safe, for pages, mails and paper. Of a PNG only what draws the picture stays (no texts, no profiles, no animation); an SVG is taken only
 * where every element and attribute is one that draws: nothing that runs, links or loads.
 * @throws LogoFault
 */
export function safeLogo(content: Buffer): SafeLogo {
  if (content.length > logoBytesMax) throw new LogoFault('size', `${content.length}`);
  if (content.subarray(0, 8).equals(pngHead)) return { type: 'image/png', content: safePng(content) };
  const text = decode(content);
  if (text !== undefined && /^\uFEFF?\s*</.test(text))
    return { type: 'image/svg+xml', content: Buffer.from(safeSvg(text)) };
  throw new LogoFault('format');
}

function decode(content: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(content);
  } catch {
    return undefined;
  }
}

const pngHead = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const drawing = ['IHDR', 'PLTE', 'tRNS', 'IDAT', 'IEND'];

/** PNG (ISO/IEC 15948): the chunks that draw, in their order, with their checksums proved. */
function safePng(content: Buffer): Buffer {
  const kept: Buffer[] = [pngHead];
  let last = '';
  for (let at = 8; at < content.length && last !== 'IEND'; ) {
    if (at + 12 > content.length) throw new LogoFault('damaged');
    const length = content.readUInt32BE(at);
    const end = at + 12 + length;
    if (length > content.length || end > content.length) throw new LogoFault('damaged');
    const body = content.subarray(at + 4, end - 4);
    if (crc32(body) !== content.readUInt32BE(end - 4)) throw new LogoFault('damaged');
    last = body.subarray(0, 4).toString('latin1');
    if (at === 8) checkSize(last, body);
    if (drawing.includes(last)) kept.push(content.subarray(at, end));
    at = end;
  }
  if (last !== 'IEND' || !kept.some((chunk) => chunk.subarray(4, 8).toString('latin1') === 'IDAT'))
    throw new LogoFault('damaged');
  return Buffer.concat(kept);
}

function checkSize(type: string, body: Buffer): void {
  if (type !== 'IHDR' || body.length !== 17) throw new LogoFault('damaged');
  const [width, height] = [body.readUInt32BE(4), body.readUInt32BE(8)];
  if (width === 0 || height === 0 || width > pixelsMax || height > pixelsMax)
    throw new LogoFault('pixels', `${width} × ${height}`);
}

const elements = new Set(
  'svg g path rect circle ellipse line polyline polygon defs linearGradient radialGradient stop title desc clipPath mask'.split(
    ' ',
  ),
);
const attributes = new Set(
  `xmlns version id class viewBox width height x y x1 y1 x2 y2 cx cy r rx ry fx fy d points transform fill fill-rule fill-opacity stroke stroke-width
   stroke-linecap stroke-linejoin stroke-miterlimit stroke-dasharray stroke-dashoffset stroke-opacity opacity offset stop-color stop-opacity
   gradientUnits gradientTransform spreadMethod clip-path clip-rule clipPathUnits mask maskUnits maskContentUnits preserveAspectRatio color
   role aria-label aria-hidden xml:space`
    .split(/\s+/)
    .filter(Boolean),
);
const tag = /<(\/?)([A-Za-z][\w:.-]*)((?:\s+[\w:.-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>/y;
const attribute = /([\w:.-]+)\s*=\s*(?:"([^"<]*)"|'([^'<]*)')/g;
const aside = /<!--(?:[^-]|-[^-])*-->|<\?xml\s[^?>]*\?>/y;

/** The SVG as it is, without comments; what is not on the lists is named and refused, never mended. */
function safeSvg(source: string): string {
  const text = source.replace(/^\uFEFF/, '');
  const open: string[] = [];
  let [at, out, count] = [0, '', 0];
  while (at < text.length) {
    if (text[at] !== '<') {
      const next = text.indexOf('<', at);
      const between = text.slice(at, next === -1 ? undefined : next);
      if (open.length === 0 && between.trim() !== '') throw new LogoFault('damaged');
      // Entities could hide what they stand for; a drawing needs none.
      if (/&(?!(?:amp|lt|gt|quot|apos);)/.test(between)) throw new LogoFault('element', '&');
      out += between;
      at += between.length;
      continue;
    }
    aside.lastIndex = at;
    const skipped = aside.exec(text);
    if (skipped) {
      at += skipped[0].length;
      continue;
    }
    tag.lastIndex = at;
    const found = tag.exec(text);
    if (!found) throw new LogoFault('element', text.slice(at, at + 40));
    const [whole, closing, name = '', given = '', empty] = found;
    if (!elements.has(name)) throw new LogoFault('element', name);
    if (++count === 1 && name !== 'svg') throw new LogoFault('format');
    if (closing) {
      if (open.pop() !== name || given.trim() || empty) throw new LogoFault('damaged');
    } else {
      if (open.length === 0 && count > 1) throw new LogoFault('damaged');
      checkAttributes(name, given);
      if (!empty) open.push(name);
    }
    out += whole;
    at += whole.length;
    if (open.length > 50 || count > 20_000) throw new LogoFault('size', String(count));
  }
  if (count === 0 || open.length > 0) throw new LogoFault('damaged');
  if (!/^\s*<svg[^>]*\sxmlns\s*=\s*["']http:\/\/www\.w3\.org\/2000\/svg["']/.test(out)) throw new LogoFault('format');
  return out.trim();
}

function checkAttributes(element: string, given: string): void {
  for (const [, name = '', double, single] of given.matchAll(attribute)) {
    const value = double ?? single ?? '';
    if (!attributes.has(name)) throw new LogoFault('attribute', `${element} ${name}`);
    if (/&(?!(?:amp|lt|gt|quot|apos);)/.test(value)) throw new LogoFault('attribute', `${element} ${name}`);
    const isLocal = value.replace(/url\(\s*['"]?#[\w.-]+['"]?\s*\)/gi, '');
    if (/url\s*\(|javascript:|data:|@import|\\/i.test(isLocal)) throw new LogoFault('outside', `${element} ${name}`);
  }
}

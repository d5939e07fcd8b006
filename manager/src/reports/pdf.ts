import type { Language, Report } from '@sakimori/contract';
import { toPaper } from './paper.ts';
import { printPaper } from './presses.ts';

/** As `provider` made it safe. */
export type Logo = { readonly type: string; readonly content: Buffer };

/** Typst takes a drawing as text within the data; a picture of pixels is put into one. */
export const toDrawing = ({ type, content }: Logo): string =>
  type === 'image/svg+xml'
    ? content.toString('utf8')
    : `<svg xmlns="http://www.w3.org/2000/svg" width="${content.readUInt32BE(16)}" height="${content.readUInt32BE(20)}"><image width="${content.readUInt32BE(16)}" height="${content.readUInt32BE(20)}" href="data:image/png;base64,${content.toString('base64')}"/></svg>`;

/**
 * The monthly report as a PDF.
 * @returns the same bytes for the same report and language
 * @throws Error where Typst refuses the document, or it takes longer than a minute
 */
export function toPdf(language: Language, report: Report, logo?: Logo): Promise<Buffer> {
  return printPaper('monthly', toPaper(language, report, logo && toDrawing(logo)));
}

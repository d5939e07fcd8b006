import { join } from 'node:path';
import { NodeCompiler } from '@myriaddreamin/typst-ts-node-compiler';
import type { Language, Report } from '@sakimori/contract';
import { toPaper } from './paper.ts';
import { readFonts } from './printable.ts';

const template = join(import.meta.dirname, 'template');

/** PDF/UA-1 (ISO 14289-1): tagged, titled, in a named language. Typst refuses to write what does not conform. */
const standard = 'ua-1';

let compiler: NodeCompiler | undefined;

/**
 * The monthly report as a PDF. Only the template's folder and our own fonts are read; the report goes in as data.
 * @returns the same bytes for the same report and language
 * @throws Error where Typst refuses the document
 */
export function toPdf(language: Language, report: Report): Buffer {
  const { regular, bold } = readFonts();
  compiler ??= NodeCompiler.create({ workspace: template, fontArgs: [{ fontBlobs: [regular, bold] }] });
  const compiled = compiler.compile({
    mainFilePath: join(template, 'monthly.typ'),
    inputs: { report: JSON.stringify(toPaper(language, report)) },
  });
  const document = compiled.result;
  if (!document)
    throw new Error(`Typst refused the report: ${JSON.stringify(compiled.takeDiagnostics()?.shortDiagnostics)}`);
  const pdf = compiler.pdf(document, { pdfStandard: standard });
  // What was laid out for the last ten reports may be of use again; older layouts are let go.
  compiler.evictCache(10);
  return pdf;
}

import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { NodeCompiler } from '@myriaddreamin/typst-ts-node-compiler';
import { readFont } from './fonts.ts';

/**
 * The press: a program that takes what to print as JSON on standard input and gives the PDF on standard output. It sees the template's folder
 * and our own fonts and nothing else. `pdf.ts` starts one for each document.
 */

/** PDF/UA-1 (ISO 14289-1): tagged, titled, in a named language. Typst refuses to write what does not conform. */
const pdfStandard = 'ua-1';
const template = join(import.meta.dirname, 'template');

/** Which of our templates; nothing else is printed. */
const paper = process.argv[2] === 'quote' ? 'quote.typ' : 'monthly.typ';

const report = (await buffer(process.stdin)).toString();
const compiler = NodeCompiler.create({
  workspace: template,
  fontArgs: [{ fontBlobs: [readFont('regular'), readFont('bold')] }],
});
const compiled = compiler.compile({ mainFilePath: join(template, paper), inputs: { report } });
if (compiled.result) {
  process.stdout.write(compiler.pdf(compiled.result, { pdfStandard }));
} else {
  process.stderr.write(JSON.stringify(compiled.takeDiagnostics()?.shortDiagnostics));
  process.exitCode = 1;
}

import { join } from 'node:path';
import { NodeCompiler } from '@myriaddreamin/typst-ts-node-compiler';
import { readFont } from './fonts.ts';
import { frame, readFrames } from './press-wire.ts';

/**
 * The press: a program that takes what to print as JSON on standard input, a document a frame, and gives each PDF on standard output. It sees the
 * template's folder and our own fonts and nothing else. `pdf.ts` keeps a few of them.
 */

/** PDF/UA-1 (ISO 14289-1): tagged, titled, in a named language. Typst refuses to write what does not conform. */
const pdfStandard = 'ua-1';
const template = join(import.meta.dirname, 'template');
/** Which of our templates; nothing else is printed. */
const papers: Readonly<Record<string, string>> = { monthly: 'monthly.typ', quote: 'quote.typ', meeting: 'meeting.typ' };

const compiler = NodeCompiler.create({
  workspace: template,
  fontArgs: [{ fontBlobs: [readFont('regular'), readFont('bold')] }],
});

function print(paper: string, report: string): Buffer {
  const compiled = compiler.compile({ mainFilePath: join(template, papers[paper]!), inputs: { report } });
  if (!compiled.result) throw new Error(JSON.stringify(compiled.takeDiagnostics()?.shortDiagnostics));
  const pdf = compiler.pdf(compiled.result, { pdfStandard });
  // What one document left behind is of no use to the next: it has other figures.
  compiler.evictCache(1);
  return pdf;
}

for await (const request of readFrames(process.stdin)) {
  const [paper = '', ...rest] = request.toString('utf8').split('\n');
  try {
    process.stdout.write(frame(Buffer.concat([Buffer.from([1]), print(paper, rest.join('\n'))])));
  } catch (error) {
    process.stdout.write(frame(Buffer.concat([Buffer.from([0]), Buffer.from(String(error).slice(0, 2000))])));
  }
}

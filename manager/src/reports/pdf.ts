import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { buffer, text } from 'node:stream/consumers';
import type { Language, Report } from '@sakimori/contract';
import { toPaper } from './paper.ts';

/** As `provider` made it safe. */
export type Logo = { readonly type: string; readonly content: Buffer };

/** Typst takes a drawing as text within the data; a picture of pixels is put into one. */
export const toDrawing = ({ type, content }: Logo): string =>
  type === 'image/svg+xml'
    ? content.toString('utf8')
    : `<svg xmlns="http://www.w3.org/2000/svg" width="${content.readUInt32BE(16)}" height="${content.readUInt32BE(20)}"><image width="${content.readUInt32BE(16)}" height="${content.readUInt32BE(20)}" href="data:image/png;base64,${content.toString('base64')}"/></svg>`;

const press = join(import.meta.dirname, 'press.ts');
const timeoutMs = 60_000;

/** Documents are printed one after the other: the press takes a core and, for a very large report, a gigabyte. */
let queue: Promise<unknown> = Promise.resolve();

/**
 * The monthly report as a PDF. It is made by a process of its own (`press.ts`), so that a report of hundreds of pages neither holds up the
 * manager's doors nor leaves its memory behind.
 * @returns the same bytes for the same report and language
 * @throws Error where Typst refuses the document, or it takes longer than a minute
 */
export function toPdf(language: Language, report: Report, logo?: Logo): Promise<Buffer> {
  return printPaper('monthly', toPaper(language, report, logo && toDrawing(logo)));
}

/** Prints what a template takes, after whatever waits already. @throws Error as above */
export function printPaper(template: 'monthly' | 'quote', paper: unknown): Promise<Buffer> {
  const printed = queue.then(() => print(template, JSON.stringify(paper)));
  queue = printed.catch(() => undefined);
  return printed;
}

async function print(template: string, paper: string): Promise<Buffer> {
  // No environment: the press needs none of the manager's settings.
  const child = spawn(process.execPath, [press, template], {
    env: {},
    stdio: 'pipe',
    timeout: timeoutMs,
    killSignal: 'SIGKILL',
  });
  const ended = new Promise<string>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve(code === 0 ? '' : `ended with ${signal ?? code}`));
  });
  // A press that ends before it has read everything says why on its standard error.
  child.stdin.on('error', () => undefined).end(paper);
  const [pdf, complaint, fault] = await Promise.all([buffer(child.stdout), text(child.stderr), ended]);
  if (fault) throw new Error(`The press ${fault}: ${complaint.slice(0, 2000)}`);
  return pdf;
}

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AppliesTo } from '@sakimori/contract/intrusion-library';
import { z } from 'zod';
import { unfoldRepeats } from './repeats.ts';
import type { XmlFile } from './xml.ts';

/** What we ship in `rules/loginspection`, as the tests read it: the library's index, its files, and the cases beside them. */
export const contentFolder = join(import.meta.dirname, '../../../../rules/loginspection');

const read = (name: string): string => readFileSync(join(contentFolder, name), 'utf8');
const readJson = (name: string): unknown => JSON.parse(read(name));

const Text = z.strictObject({ en: z.string().min(1), ja: z.string().min(1) });

/** One object of the library: what the API calls a log-inspection rule. */
const LibraryObject = z.strictObject({
  ID: z.number().int().min(3001).max(3999),
  identifier: z.string(),
  name: Text,
  description: Text,
  decoders: z.array(z.string().regex(/^[\w-]+\.decoders\.xml$/)).min(1),
  rules: z.array(z.string().regex(/^[\w-]+\.rules\.xml$/)).min(1),
  logFiles: z
    .array(z.strictObject({ location: z.string().startsWith('/'), format: z.enum(['syslog', 'single-line-text-log']) }))
    .min(1),
  dependsOn: z.array(z.number().int()),
  canBeAssignedAlone: z.boolean(),
  severity: z.enum(['low', 'medium', 'high', 'critical']),
  attack: z.array(z.string()),
  sortOrder: z.number().int(),
  originalIssue: z.iso.date(),
  lastUpdated: z.iso.date(),
  appliesTo: z.array(AppliesTo).min(1).max(20),
});
export type LibraryObject = z.infer<typeof LibraryObject>;

/** The objects in the order in which their files are loaded. */
export const library: readonly LibraryObject[] = z
  .strictObject({ rules: z.array(LibraryObject) })
  .parse(readJson('library.json'))
  .rules.toSorted((one, other) => one.sortOrder - other.sortOrder || one.ID - other.ID);

/** An object behind all that it depends on, also through others. */
export function withDependencies(object: LibraryObject): readonly LibraryObject[] {
  const wanted = new Set<number>();
  const visit = (one: LibraryObject): void => {
    if (wanted.has(one.ID)) return;
    wanted.add(one.ID);
    for (const id of one.dependsOn) visit(library.find(({ ID }) => ID === id)!);
  };
  visit(object);
  return library.filter(({ ID }) => wanted.has(ID));
}

/** The files of several objects, each once. */
export const filesOf = (objects: readonly LibraryObject[], kind: 'decoders' | 'rules'): XmlFile[] =>
  [...new Set(objects.flatMap((object) => object[kind]))].map((name) => ({ name, xml: read(name) }));

export const shippedFiles: readonly string[] = readdirSync(contentFolder).filter((name) => name.endsWith('.xml'));
export const namesJa = z.record(z.string(), z.string().min(1).max(300)).parse(readJson('names.ja.json'));

const Expectation = z.strictObject({
  decoder: z.string().nullable(),
  rule: z.number().nullable(),
  level: z.number().optional(),
  fields: z.record(z.string(), z.string()).optional(),
});
export type Expectation = z.infer<typeof Expectation>;

const Case = z.strictObject({
  title: z.string(),
  format: z.enum(['syslog', 'plain']).default('syslog'),
  /** Seconds between two lines. */
  stepSeconds: z.number().default(1),
  /** A line, or one that comes several times; `{n}` in such a one is the number of the time, from 1. */
  lines: z.array(z.union([z.string(), z.strictObject({ line: z.string(), times: z.number().int().min(2) })])),
  /** One for each line; for one that comes several times it holds each time. */
  expect: z.array(Expectation),
});
export type Case = z.infer<typeof Case>;

export const caseFiles: ReadonlyMap<string, readonly Case[]> = new Map(
  readdirSync(join(contentFolder, 'cases')).map((name) => [
    name.replace(/\.json$/, ''),
    z.strictObject({ cases: z.array(Case) }).parse(readJson(join('cases', name))).cases,
  ]),
);

/** The cases of an object: each of its rule files has a file of cases of the same name. */
export const casesOf = (object: LibraryObject): readonly Case[] =>
  object.rules.flatMap((name) => caseFiles.get(name.replace(/\.rules\.xml$/, '')) ?? []);

/** Every line of a case as often as it comes, with what is expected of it; lines that rsyslog folded are unfolded. */
export function spreadOut(one: Case): { readonly line: string; readonly expected: Expectation | undefined }[] {
  const expect = [...one.expect];
  return one.lines.flatMap((entry) => {
    if (typeof entry === 'string') return unfold(entry, one.format).map((line) => ({ line, expected: expect.shift() }));
    const expected = expect.shift();
    return Array.from({ length: entry.times }, (_, time) => ({
      line: entry.line.replaceAll('{n}', String(time + 1)),
      expected,
    }));
  });
}

const unfold = (line: string, format: Case['format']) => (format === 'syslog' ? unfoldRepeats(line) : [line]);

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { XmlFile } from '../xml.ts';
import { dataFault, missingFault } from './fault.ts';

const indexName = 'library.json';
const Index = z.object({
  rules: z.array(
    z.object({ ID: z.number(), sortOrder: z.number(), decoders: z.array(z.string()), rules: z.array(z.string()) }),
  ),
});

/** Where the library lies: beside the program of an installed agent, and in the source tree. */
const folders = ['rules/loginspection', '../../../../../rules/loginspection'].map((path) =>
  join(import.meta.dirname, path),
);

/** The library that comes with the product, in the order in which its files are loaded. @throws CommandFault where it is not there */
export function ownContent(): { readonly decoders: XmlFile[]; readonly rules: XmlFile[] } {
  const folder = folders.find((one) => existsSync(join(one, indexName)));
  if (!folder)
    throw missingFault(
      'the library of rules is not installed beside this agent: name rules with --rules or --ossec-conf',
    );
  const { decoders, rules } = readIndex(folder);
  const files = (names: readonly string[]) =>
    names.map((name): XmlFile => ({ name, xml: readFileSync(join(folder, name), 'utf8') }));
  return { decoders: files(decoders), rules: files(rules) };
}

/** The files of a folder that has an index as our library has, in the order that it gives; undefined where there is none. */
export function indexedFiles(folder: string): string[] | undefined {
  if (!existsSync(join(folder, indexName))) return undefined;
  const { decoders, rules } = readIndex(folder);
  return [...decoders, ...rules].map((name) => join(folder, name));
}

function readIndex(folder: string): { readonly decoders: string[]; readonly rules: string[] } {
  const path = join(folder, indexName);
  const parsed = Index.safeParse(parseJson(readFileSync(path, 'utf8')));
  if (!parsed.success) throw dataFault(`${path} is no index of a library of rules`);
  const objects = parsed.data.rules.toSorted((one, other) => one.sortOrder - other.sortOrder || one.ID - other.ID);
  return {
    decoders: [...new Set(objects.flatMap(({ decoders }) => decoders))],
    rules: [...new Set(objects.flatMap(({ rules }) => rules))],
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

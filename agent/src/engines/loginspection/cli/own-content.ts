import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { XmlFile } from '../xml.ts';
import { missingFault } from './fault.ts';

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
  const folder = folders.find((one) => existsSync(join(one, 'library.json')));
  if (!folder)
    throw missingFault(
      'the library of rules is not installed beside this agent: name rules with --rules or --ossec-conf',
    );
  const { rules } = Index.parse(JSON.parse(readFileSync(join(folder, 'library.json'), 'utf8')));
  const objects = rules.toSorted((one, other) => one.sortOrder - other.sortOrder || one.ID - other.ID);
  const files = (names: readonly string[]): XmlFile[] =>
    [...new Set(names)].map((name) => ({ name, xml: readFileSync(join(folder, name), 'utf8') }));
  return {
    decoders: files(objects.flatMap(({ decoders }) => decoders)),
    rules: files(objects.flatMap((object) => object.rules)),
  };
}

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { LogRulePart, LogRuleText } from './loginspection-part.ts';

/** What we ship in `rules/loginspection`: every object with its files, and who defines what. */
export type LogInspectionLibrary = {
  readonly byIdentifier: ReadonlyMap<string, LibraryRule>;
  readonly byRuleId: ReadonlyMap<number, LibraryRule>;
  readonly byDecoder: ReadonlyMap<string, LibraryRule>;
  /** Japanese names of single rules, by rule id. */
  readonly namesJa: Readonly<Record<string, string>>;
};

export type LibraryRule = {
  /** Its number in the library, which is not its id in the API. */
  readonly number: number;
  readonly identifier: string;
  readonly sortOrder: number;
  /** Those that must be loaded before it, also through others. */
  readonly before: readonly LibraryRule[];
  readonly decoderFiles: readonly LogRuleText[];
  readonly ruleFiles: readonly LogRuleText[];
  readonly defines: LogRulePart['defines'];
};

const folder = join(import.meta.dirname, '../../../../rules/loginspection');

const Index = z.object({
  rules: z.array(
    z.object({
      ID: z.number().int(),
      identifier: z.string(),
      sortOrder: z.number().int(),
      dependsOn: z.array(z.number().int()),
      decoders: z.array(z.string()),
      rules: z.array(z.string()),
    }),
  ),
});
const Names = z.record(z.string(), z.string());

let loaded: LogInspectionLibrary | undefined;

/** Read once. @throws Error where the shipped content is damaged */
export function logInspectionLibrary(): LogInspectionLibrary {
  loaded ??= load();
  return loaded;
}

function load(): LogInspectionLibrary {
  const files = new Map<string, LogRuleText>();
  const read = (name: string): LogRuleText => {
    const file = files.get(name) ?? { name, xml: readFileSync(join(folder, name), 'utf8') };
    files.set(name, file);
    return file;
  };
  const { rules } = Index.parse(JSON.parse(readFileSync(join(folder, 'library.json'), 'utf8')));
  const made = new Map<number, LibraryRule>();
  const make = (number: number): LibraryRule => {
    const entry = rules.find(({ ID }) => ID === number);
    if (!entry) throw new Error(`There is no shipped log-inspection rule ${number}.`);
    const known = made.get(number);
    if (known) return known;
    const before = entry.dependsOn.map(make).flatMap((one) => [...one.before, one]);
    const decoderFiles = entry.decoders.map(read);
    const ruleFiles = entry.rules.map(read);
    const { identifier, sortOrder } = entry;
    const rule = {
      number,
      identifier,
      sortOrder,
      before,
      decoderFiles,
      ruleFiles,
      defines: definedIn(decoderFiles, ruleFiles),
    };
    made.set(number, rule);
    return rule;
  };
  const all = rules.map(({ ID }) => make(ID)).sort((a, b) => a.sortOrder - b.sortOrder || a.number - b.number);
  return {
    byIdentifier: new Map(all.map((rule) => [rule.identifier, rule])),
    byRuleId: firstOf(all, ({ defines }) => defines.rules),
    byDecoder: firstOf(all, ({ defines }) => defines.decoders),
    namesJa: Names.parse(JSON.parse(readFileSync(join(folder, 'names.ja.json'), 'utf8'))),
  };
}

function firstOf<Key>(
  all: readonly LibraryRule[],
  keysOf: (rule: LibraryRule) => readonly Key[],
): Map<Key, LibraryRule> {
  const found = new Map<Key, LibraryRule>();
  for (const rule of all) for (const key of keysOf(rule)) if (!found.has(key)) found.set(key, rule);
  return found;
}

/** What files define, by their text alone: they are ours, or nobody checked them, and the agent says what is wrong. */
export function definedIn(
  decoderFiles: readonly LogRuleText[],
  ruleFiles: readonly LogRuleText[],
): LogRulePart['defines'] {
  const texts = (list: readonly LogRuleText[]) =>
    list.map(({ xml }) => xml.replaceAll(/<!--[\s\S]*?-->/g, '')).join('\n');
  const decoders = texts(decoderFiles);
  const rules = texts(ruleFiles);
  const decoder = /<decoder\s+name="([^"]+)"[^>]*>([\s\S]*?)<\/decoder>/g;
  return {
    rules: [...rules.matchAll(/<rule\s[^>]*?\bid="(\d{1,9})"/g)].map((found) => Number(found[1])),
    decoders: [...new Set([...decoders.matchAll(decoder)].map((found) => found[1]!))],
    childDecoders: [
      ...new Set(
        [...decoders.matchAll(decoder)].filter((found) => found[2]!.includes('<parent>')).map((found) => found[1]!),
      ),
    ],
    groups: [...rules.matchAll(/<group(?:\s+name="([^"]*)")?>([^<]*)/g)].map((found) => found[1] ?? found[2]!),
  };
}

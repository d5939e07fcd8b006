import { globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { EntityRule, IntegrityRule } from '@sakimori/contract';
import { IntegrityLibraryFile, type IntegrityLibraryRule } from '@sakimori/contract/integrity-library';
import { compileIntegrityRule } from '@sakimori/manager/policies/index';

const folder = resolve(import.meta.dirname, '../rules/integrity');

/** The integrity rules that every account begins with, and what agents get of them. */
export type ShippedIntegrityRule = {
  readonly library: IntegrityLibraryRule;
  readonly rules: readonly IntegrityRule[];
  readonly entities: readonly EntityRule[];
  readonly unsupported: readonly { readonly what: string; readonly reason: string }[];
};

/** @throws ZodError or IntegrityRuleFault, with the file's name in its cause, where what is shipped is damaged */
export function shippedIntegrityRules(): ShippedIntegrityRule[] {
  return readRuleFiles('*.json').flatMap(({ name, content }) => {
    const { data, error } = IntegrityLibraryFile.safeParse(content);
    if (!data) throw new Error(`${name} is no file of integrity rules`, { cause: error });
    return data.rules.map((library) => ({ library, ...compileIntegrityRule(toApiObject(library)) }));
  });
}

/** As the API has it: texts in one language, XML in base64, what is ours with an underscore. */
function toApiObject({ name, xml, key, ...rest }: IntegrityLibraryRule) {
  return {
    ...rest,
    ...{ name: name.en, _nameJa: name.ja, _key: key },
    ...(xml === undefined ? {} : { customXML: Buffer.from(xml).toString('base64') }),
  };
}

/** JSON files below `rules/integrity`, in the order of their names. */
export const readRuleFiles = (pattern: string): { name: string; content: unknown }[] =>
  globSync(pattern, { cwd: folder })
    .sort()
    .map((name) => ({ name, content: JSON.parse(readFileSync(join(folder, name), 'utf8')) }));

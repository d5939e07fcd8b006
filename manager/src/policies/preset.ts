import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LogInspectionPolicy, PolicyDocument } from '@sakimori/contract';
import { z } from 'zod';

const rulesFolder = join(import.meta.dirname, '../../../rules');

const FileNames = z.array(z.string().regex(/^[\w.-]+\.xml$/)).max(100);
/** A preset as it lies in `rules/policies/`: a policy document whose log-inspection content is named, not inlined. */
const Preset = PolicyDocument.extend({
  modules: PolicyDocument.shape.modules.extend({
    loginspection: LogInspectionPolicy.extend({ decoderFiles: FileNames, ruleFiles: FileNames }),
  }),
});

/**
 * Loads a shipped preset with its decoders, rules and their Japanese names inlined, as agents receive it.
 * @throws ZodError where the preset is not a policy; ENOENT where it names a file that is not there
 */
export async function loadPreset(name: 'baseline'): Promise<PolicyDocument> {
  const preset = Preset.parse(JSON.parse(await readFile(join(rulesFolder, 'policies', `${name}.json`), 'utf8')));
  const { loginspection } = preset.modules;
  const [decoderFiles, ruleFiles, namesJa] = await Promise.all([
    inline(loginspection.decoderFiles),
    inline(loginspection.ruleFiles),
    readFile(join(rulesFolder, 'loginspection', 'names.ja.json'), 'utf8'),
  ]);
  const ruleNamesJa = namesOfRules(ruleFiles, z.record(z.string(), z.string()).parse(JSON.parse(namesJa)));
  return PolicyDocument.parse({
    ...preset,
    modules: { ...preset.modules, loginspection: { ...loginspection, decoderFiles, ruleFiles, ruleNamesJa } },
  });
}

const inline = (names: readonly string[]) =>
  Promise.all(
    names.map(async (name) => ({ name, xml: await readFile(join(rulesFolder, 'loginspection', name), 'utf8') })),
  );

/** The names of those rules alone that the files hold: the list beside the rules names the whole library's. */
function namesOfRules(files: readonly { readonly xml: string }[], namesJa: Readonly<Record<string, string>>) {
  const ids = new Set(files.flatMap(({ xml }) => [...xml.matchAll(/<rule id="(\d+)"/g)].map((found) => found[1]!)));
  return Object.fromEntries(Object.entries(namesJa).filter(([id]) => ids.has(id)));
}

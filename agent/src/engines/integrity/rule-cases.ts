import * as fs from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';

/** For tests of rules: something that is done to a file, and what a rule should tell of it. */
const Path = z.string().regex(/^\/[^\0]*[^/]$/);
export const Step = z.strictObject({
  op: z.enum([
    'write',
    'append',
    'truncate',
    'touch',
    'create',
    'mkdir',
    'symlink',
    'delete',
    'rename',
    'chmod',
    'chown',
  ]),
  path: Path,
  /** Of `rename`: the new name; of `symlink`: where it leads. */
  to: z.string().min(1).optional(),
  mode: z
    .string()
    .regex(/^[0-7]{3,4}$/)
    .optional(),
});
export type Step = z.infer<typeof Step>;

/** What is there before the baseline, besides what the steps themselves need. */
const Prepared = z.strictObject({ path: Path, folder: z.literal(true).optional(), link: z.string().optional() });

export const IntegrityCase = z.strictObject({
  /** ID of the rule. */
  rule: z.number().int(),
  prepare: z.array(Prepared).max(20).optional(),
  positive: z.union([Step, z.array(Step).min(1).max(20)]).transform((steps) => [steps].flat()),
  /** Near misses: what looks alike and is none of the rule's business. */
  negative: z.union([Step, z.array(Step).min(1).max(20)]).transform((steps) => [steps].flat()),
});
export type IntegrityCase = z.infer<typeof IntegrityCase>;
export const IntegrityCaseFile = z.strictObject({ cases: z.array(IntegrityCase).min(1).max(500) });

const contentBefore = 'as it was\n';

/** Makes everything that the cases need to be there before they begin. */
export function prepare(cases: readonly IntegrityCase[]): void {
  for (const { prepare: prepared = [] } of cases) {
    for (const { path, folder, link } of prepared) {
      fs.mkdirSync(folder ? path : dirname(path), { recursive: true });
      if (link) fs.symlinkSync(link, path);
      else if (!folder) fs.writeFileSync(path, contentBefore, { mode: 0o640 });
    }
  }
  for (const step of cases.flatMap(({ positive, negative }) => [...positive, ...negative])) {
    fs.mkdirSync(dirname(step.path), { recursive: true });
    if (step.op === 'rename') fs.mkdirSync(dirname(step.to!), { recursive: true });
    const isNew = step.op === 'create' || step.op === 'mkdir' || step.op === 'symlink';
    if (!isNew && !fs.existsSync(step.path)) fs.writeFileSync(step.path, contentBefore, { mode: 0o640 });
  }
}

const deeds: Readonly<Record<Step['op'], (step: Step) => void>> = {
  write: ({ path }) => fs.writeFileSync(path, 'as it is now\n'),
  append: ({ path }) => fs.appendFileSync(path, 'and more\n'),
  truncate: ({ path }) => fs.truncateSync(path, 0),
  touch: ({ path }) => fs.utimesSync(path, 1, 1),
  create: ({ path, mode = '644' }) => fs.writeFileSync(path, 'new\n', { flag: 'wx', mode: Number.parseInt(mode, 8) }),
  mkdir: ({ path }) => fs.mkdirSync(path),
  symlink: ({ path, to }) => fs.symlinkSync(to!, path),
  delete: ({ path }) => fs.rmSync(path, { recursive: true }),
  rename: ({ path, to }) => fs.renameSync(path, to!),
  chmod: ({ path, mode }) => fs.chmodSync(path, Number.parseInt(mode!, 8)),
  chown: ({ path }) => fs.lchownSync(path, 12_345, fs.lstatSync(path).gid),
};

export const take = (step: Step): void => deeds[step.op](step);

/** What a rule should say of a step: the kinds of event, and for a change one of the attributes that must be named. */
export const expected: Readonly<Record<Step['op'], { kinds: readonly string[]; changed?: readonly string[] }>> = {
  write: { kinds: ['file.modified'], changed: ['content'] },
  append: { kinds: ['file.modified'], changed: ['content'] },
  truncate: { kinds: ['file.modified'], changed: ['content', 'shrunk'] },
  touch: { kinds: ['file.modified'], changed: ['modified'] },
  create: { kinds: ['file.created'] },
  mkdir: { kinds: ['file.created'] },
  symlink: { kinds: ['file.created'] },
  delete: { kinds: ['file.deleted'] },
  rename: { kinds: ['file.renamed', 'file.created', 'file.deleted'] },
  chmod: { kinds: ['file.modified'], changed: ['mode'] },
  chown: { kinds: ['file.modified'], changed: ['owner'] },
};

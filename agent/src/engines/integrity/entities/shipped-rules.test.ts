import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { severities } from '@sakimori/contract/severity';
import { z } from 'zod';
import { type FreshHost, layCable, plugIn, startFreshHost, whyNoFreshHost } from '../../../../../test/fresh-host.ts';
import { readRuleFiles, shippedIntegrityRules } from '../../../../../test/shipped-integrity.ts';
import type { Engine } from '../../engine.ts';
import { createRecordingHost, type RecordingHost } from '../../recording-host.ts';
import { createIntegrityEngine } from '../index.ts';

/** What we ship about entities, against the cases beside it: done on a host of its own by the system's tools. */
const scan = { kind: 'integrity-scan', facts: {} } as const;
const Deed = z
  .strictObject({
    /** What root types. */
    run: z.string().min(1).optional(),
    /** A line of `/proc/modules`: no module is loaded into the machine's kernel for it. */
    module: z.string().min(1).optional(),
    /** The entity that it is about; `*` at the end stands for the rest. */
    key: z.string().min(1),
    /** What must be told; of a near miss nothing may be. */
    kind: z
      .string()
      .regex(/^entity\./)
      .optional(),
  })
  .refine(({ run, module }) => (run === undefined) !== (module === undefined), 'run or module');
type Deed = z.infer<typeof Deed>;
const Case = z.strictObject({
  rule: z.number().int(),
  positive: z.array(Deed.refine(({ kind }) => kind !== undefined)).min(1),
  negative: z.array(Deed.refine(({ kind }) => kind === undefined)).min(1),
});
const cases = readRuleFiles('entity-cases/*.json').flatMap(
  ({ content }) => z.strictObject({ cases: z.array(Case).min(1) }).parse(content).cases,
);
const shipped = shippedIntegrityRules().filter(({ entities }) => entities.length > 0);
const isOfKernel = ({ entity }: { readonly entity: string }): boolean => entity === 'kernel_module';
const byId = new Map(shipped.map((rule) => [rule.library.ID, rule]));

test('every shipped rule about entities has a case with a hit and a near miss, and is carried out whole', () => {
  assert.deepEqual(
    shipped.map(({ library }) => library.ID),
    cases.map(({ rule }) => rule),
  );
  for (const { unsupported, library } of shipped) assert.deepEqual(unsupported, [], String(library.ID));
});

describe('shipped rules about entities', { skip: whyNoFreshHost() }, () => {
  const cable = layCable(1);
  let host: FreshHost;
  let unplug: () => void;
  let folder: string;
  const runs = new Map<string, { engine: Engine<'integrity'>; told: RecordingHost }>();

  before(async () => {
    unplug = plugIn(cable);
    host = await startFreshHost('entities-2', cable);
    folder = fs.mkdtempSync(join(tmpdir(), 'entity-rules-'));
    sh('id www-data >/dev/null || useradd www-data');
    fs.mkdirSync(join(folder, 'kernel/proc'), { recursive: true });
    fs.writeFileSync(modules(), 'ext4 1 0 - Live 0x0000\n');
    for (const [name, rules] of [
      ...shipped.map(({ library, entities }) => [String(library.ID), entities] as const),
      ['all', shipped.flatMap(({ entities }) => entities).filter((rule) => !isOfKernel(rule))] as const,
      ['all of the kernel', shipped.flatMap(({ entities }) => entities).filter(isOfKernel)] as const,
    ]) {
      const data = join(folder, name);
      fs.mkdirSync(data);
      const told = createRecordingHost('integrity', data);
      const engine = createIntegrityEngine([], rules.every(isOfKernel) ? join(folder, 'kernel') : host.root)(told);
      runs.set(name, { engine, told });
      await engine.apply({
        ...{ state: 'on', realTime: false, scanEverySeconds: 86_400, hashBytesMax: 1000, rules: [] },
        entities: [...rules],
      });
      await engine.run!(scan);
    }
    for (const { positive, negative } of cases) for (const deed of [...positive, ...negative]) take(deed);
    for (const { engine } of runs.values()) await engine.run!(scan);
  });
  after(async () => {
    for (const { engine } of runs.values()) await engine.stop();
    await host?.stop();
    unplug?.();
    fs.rmSync(folder, { recursive: true, force: true });
  });

  function sh(script: string): void {
    const { code, err } = host.run(['sh', '-c', script]);
    assert.equal(code, 0, `${script}: ${err}`);
  }
  const modules = () => join(folder, 'kernel/proc/modules');
  const take = ({ run, module }: Deed) => (run ? sh(run) : fs.appendFileSync(modules(), `${module}\n`));
  const of = (name: string, { key }: Deed) =>
    runs
      .get(name)!
      .told.detections.filter(({ subject = '' }) =>
        key.endsWith('*') ? subject.startsWith(key.slice(0, -1)) : subject === key,
      );

  for (const { rule, positive, negative } of cases) {
    test(`S6, in part: ${rule} ${byId.get(rule)?.library.name.en}`, () => {
      for (const deed of positive) {
        const hits = of(String(rule), deed);
        assert.ok(
          hits.some(({ kind }) => kind === deed.kind),
          `${JSON.stringify(deed)}: ${JSON.stringify(hits)}`,
        );
        assert.ok(hits.every((hit) => hit.rule.id === byId.get(rule)!.entities[0]!.id && hit.rule.nameJa));
        const gravest = Math.max(
          ...[...of('all', deed), ...of('all of the kernel', deed)].map(({ severity }) => severities.indexOf(severity)),
        );
        assert.ok(
          gravest >= severities.indexOf(byId.get(rule)!.library.severity),
          'with all rules in force it is as grave',
        );
      }
      for (const deed of negative) assert.deepEqual(of(String(rule), deed), [], JSON.stringify(deed));
    });
  }
});

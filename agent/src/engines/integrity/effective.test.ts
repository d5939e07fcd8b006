import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, test } from 'node:test';
import type { IntegrityPolicy } from '@sakimori/contract/policy';
import { effectivePolicy } from './effective.ts';
import { expandPath, hostEnvironment } from './environment.ts';
import { kindsOf, policyOf, quiet, settled, setUp, tearDown } from './test-setting.ts';

afterEach(tearDown);

const at = Date.parse('2026-11-27T00:00:00.000Z');
const exclusion = (paths: string[], until: string, entities: { entity: 'user'; key: string }[] = []) => ({
  ...{ id: '019ab000-0000-7000-8000-00000000cafe', paths, entities, until },
});

describe('variables of the environment', () => {
  const environment = (name: string) =>
    ({ APP: '/srv/app/', ROOT: '/', BAD: 'relative', WILD: '/a/*', UP: '/a/..' })[name];

  test('a path begins with one, and what is no plain path is as good as not set', () => {
    const expand = (path: string) => expandPath(path, environment);
    assert.deepEqual(expand(`\${env.APP}/conf`), { path: '/srv/app/conf' });
    assert.deepEqual(expand(`\${env.APP}`), { path: '/srv/app' });
    assert.deepEqual([expand(`\${env.ROOT}/etc`), expand(`\${env.ROOT}`)], [{ path: '/etc' }, { path: '/' }]);
    assert.deepEqual(expand('/etc'), { path: '/etc' });
    for (const name of ['BAD', 'WILD', 'UP', 'NONE']) assert.deepEqual(expand(`\${env.${name}}/x`), { unset: name });
  });

  test('the host’s own file goes before the environment of the agent', async () => {
    const { root } = await setUp(() => {});
    const file = join(root, 'environment');
    fs.writeFileSync(file, '# x\nexport A="/from file"\nB=/b\nbroken line\n=x\n');
    const read = hostEnvironment(file, { A: '/own', C: '/c' });
    assert.deepEqual([read('A'), read('B'), read('C'), read('D')], ['/from file', '/b', '/c', undefined]);
    assert.equal(hostEnvironment(join(root, 'none'), { C: '/c' })('C'), '/c');
  });

  test('a rule without any path left is left out, and the variable is named', () => {
    const policy = policyOf([`\${env.NONE}/x`]);
    const found = effectivePolicy(
      { ...policy, rules: [...policy.rules, { ...policy.rules[0]!, include: [`\${env.APP}/x`, `\${env.NONE}`] }] },
      at,
      environment,
    );
    assert.deepEqual(
      found.policy.rules.map(({ include }) => include),
      [['/srv/app/x']],
    );
    assert.deepEqual(found.unset, ['NONE']);
  });
});

describe('exclusions with an end', () => {
  test('they are laid over rules of either kind and over entities, and only until their end', () => {
    const policy: IntegrityPolicy = {
      ...policyOf(['/srv']),
      exclusions: [
        exclusion(['/srv/a', '/srv/*/tmp'], '2026-11-28T00:00:00.000Z', [{ entity: 'user', key: 'bob' }]),
        exclusion(['/srv/b'], '2026-11-26T00:00:00.000Z'),
      ],
      entities: [
        {
          ...{ id: 'u', name: { ja: 'u', en: 'u' }, severity: 'low', entity: 'user' },
          include: [{}],
          exclude: [],
          attributes: ['created'],
        },
      ],
    };
    const now = effectivePolicy(
      { ...policy, rules: [...policy.rules, { ...policy.rules[0]!, exact: true }] },
      at,
      () => undefined,
    );
    assert.deepEqual(now.policy.rules[0]?.exclude, ['/srv/a', '/srv/*/tmp']);
    assert.deepEqual(now.policy.rules[1]?.exclude, ['/srv/a', '/srv/a/**', '/srv/*/tmp', '/srv/*/tmp/**']);
    assert.deepEqual(now.entities[0]?.exclude, [{ key: 'bob' }]);
    assert.deepEqual([now.exclusions, now.endsMs], [1, Date.parse('2026-11-28T00:00:00.000Z')]);
    assert.deepEqual(
      effectivePolicy(policy, Date.parse('2026-11-28T00:00:00.000Z'), () => undefined).policy.rules[0]?.exclude,
      [],
    );
  });

  test('S6, in part: what is excluded is not told; after the end it is watched again by itself, from what is there then', async () => {
    const until = new Date(Date.now() + 2500).toISOString();
    const { watched, host, engine } = await setUp(
      (path) => {
        fs.mkdirSync(join(path, 'cache'));
        fs.writeFileSync(join(path, 'cache/a'), '1');
      },
      (path) => ({ ...policyOf([path]), exclusions: [exclusion([join(path, 'cache')], until)] }),
    );
    assert.equal(engine.status().figures['exclusions'], 1);
    fs.writeFileSync(join(watched, 'cache/a'), '2');
    fs.writeFileSync(join(watched, 'cache/b'), '2');
    fs.writeFileSync(join(watched, 'seen'), '2');
    await host.waitFor(1);
    await quiet();
    assert.deepEqual(kindsOf(host), [`file.created ${join(watched, 'seen')}`]);
    for (let tries = 0; tries < 100 && engine.status().figures['exclusions'] === 1; tries += 1) await quiet();
    await settled(engine);
    assert.deepEqual(kindsOf(host), [`file.created ${join(watched, 'seen')}`], 'the end itself tells nothing');
    fs.writeFileSync(join(watched, 'cache/a'), '3');
    await host.waitFor(2);
    await quiet();
    assert.deepEqual(kindsOf(host), [
      `file.created ${join(watched, 'seen')}`,
      `file.modified ${join(watched, 'cache/a')}`,
    ]);
    assert.equal(engine.status().baseline?.version, 2);
    assert.equal(engine.status().baseline?.cause, 'rules');
  });

  test('a variable that is not set degrades the module, by its name', async () => {
    const { engine } = await setUp(
      () => {},
      (path) => policyOf([path, `\${env.SAKIMORI_NEVER_SET}/x`]),
    );
    assert.deepEqual(engine.status().causes, [
      { code: 'integrity_variable_unset', facts: { names: 'SAKIMORI_NEVER_SET' } },
    ]);
  });
});

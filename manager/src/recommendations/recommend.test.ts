import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { HostInventory } from '@sakimori/contract';
import fc from 'fast-check';
import { patience } from '../../../test/patience.ts';
import { compileGlob } from './glob.ts';
import { type AppliesTo, type Candidate, deviationsOf, recommend, standardOf } from './index.ts';

const dpkg = (name: string, version: string) => ({ name, version, architecture: 'amd64', manager: 'dpkg' as const });

/** A web server on Debian: nginx, and PHP that listens on a UNIX socket; a database that an unprivileged agent cannot name. */
const webServer: HostInventory = {
  takenAt: '2026-11-27T01:00:00.000Z',
  os: {
    id: 'debian',
    version: '12',
    name: 'Debian GNU/Linux 12 (bookworm)',
    kernel: 'Linux 6.1',
    architecture: 'x86_64',
  },
  packages: [
    dpkg('nginx', '1.22.1-9'),
    dpkg('libssl3', '3.0.11-1~deb12u2'),
    dpkg('openssh-server', '1:9.2p1-2+deb12u2'),
    dpkg('php8.2-fpm', '8.2.7-1'),
  ],
  services: [
    { protocol: 'tcp', address: '0.0.0.0', port: 80, process: 'nginx', package: 'nginx', version: '1.22.1-9' },
    { protocol: 'tcp', address: '::', port: 22, process: 'sshd' },
    { protocol: 'tcp', address: '127.0.0.1', port: 5432 },
  ],
  processes: ['nginx', 'php-fpm8.2', 'postgres', 'sshd'],
  interfaces: [],
  limits: [],
};

const applies = (appliesTo: readonly AppliesTo[], inventory: HostInventory = webServer) =>
  recommend(inventory, [{ ID: 1, module: 'intrusion', severity: 'high', appliesTo }])[0]?.reasons;

test('S11, in part: a package is met by its name, by a pattern, and by a version that is older', () => {
  assert.deepEqual(applies([{ package: 'nginx' }]), [{ package: 'nginx', version: '1.22.1-9' }]);
  assert.deepEqual(applies([{ package: 'php*-fpm' }]), [{ package: 'php8.2-fpm', version: '8.2.7-1' }]);
  assert.deepEqual(applies([{ package: 'nginx', below: '1.22.1-10' }]), [{ package: 'nginx', version: '1.22.1-9' }]);
  for (const one of [
    { package: 'apache2' },
    { package: 'ngin' },
    { package: 'nginx', below: '1.22.1-9' },
    { package: 'openssh-server', below: '9.9' },
    { package: 'libssl3', below: '3.0.11-1~deb12u2' },
  ])
    assert.equal(applies([one]), undefined, JSON.stringify(one));
});

test('S11, in part: ports, programs and systems; a condition that is not met spoils its alternative and no other', () => {
  assert.deepEqual(applies([{ listens: 'tcp/80' }]), [{ port: 'tcp/80', process: 'nginx' }]);
  assert.deepEqual(applies([{ process: 'php-fpm*' }]), [{ process: 'php-fpm8.2' }]);
  assert.deepEqual(applies([{ os: 'linux' }]), [{ os: 'debian' }]);
  assert.deepEqual(applies([{ os: 'deb*', package: 'nginx' }]), [
    { os: 'debian', package: 'nginx', version: '1.22.1-9' },
  ]);
  assert.deepEqual(applies([{ always: true }]), [{ always: true }]);
  assert.deepEqual(applies([{ package: 'apache2' }, { listens: 'tcp/443' }, { listens: 'tcp/22' }]), [
    { port: 'tcp/22', process: 'sshd' },
  ]);
  for (const one of [
    { listens: 'udp/80' },
    { listens: 'tcp/443' },
    { os: 'windows' },
    { package: 'nginx', listens: 'tcp/443' },
    { process: 'apache*' },
    { below: '1' },
    {},
  ])
    assert.equal(applies([one]), undefined, JSON.stringify(one));
});

test('S11, in part: a program at a port is the one that listens there; where that is hidden it is enough that it runs', () => {
  assert.deepEqual(applies([{ listens: 'tcp/80', process: 'nginx' }]), [{ port: 'tcp/80', process: 'nginx' }]);
  assert.equal(applies([{ listens: 'tcp/22', process: 'nginx' }]), undefined);
  assert.deepEqual(applies([{ listens: 'tcp/5432', process: 'postgres' }]), [
    { port: 'tcp/5432', process: 'postgres' },
  ]);
  assert.equal(applies([{ listens: 'tcp/5432', process: 'mysqld' }]), undefined);
});

test('S11, in part: a host with nginx: recommended and high is the standard; medium is left out and shown; by hand deviates', () => {
  const rule = (ID: number, severity: Candidate['severity'], one: AppliesTo): Candidate => ({
    ...{ ID, severity, module: 'intrusion', appliesTo: [one] },
  });
  const recommended = recommend(webServer, [
    rule(1001, 'critical', { package: 'nginx' }),
    rule(1002, 'high', { listens: 'tcp/80' }),
    rule(1003, 'medium', { process: 'nginx' }),
    rule(1004, 'high', { package: 'mysql-server' }),
    rule(1005, 'low', { always: true }),
  ]);
  assert.deepEqual(
    recommended.map(({ ID }) => ID),
    [1001, 1002, 1003, 1005],
  );
  assert.deepEqual(standardOf(recommended), [1001, 1002]);
  assert.deepEqual(deviationsOf(recommended, [1001, 1002]), { leftOut: [1003, 1005], deviations: [], missing: [] });
  assert.deepEqual(deviationsOf(recommended, [1002, 1003, 1004]), {
    leftOut: [1003, 1005],
    deviations: [1003, 1004],
    missing: [1001],
  });
});

test('S11, in part: the standard and the deviations make up what is assigned, whatever that is', () => {
  const ids = fc.uniqueArray(fc.integer({ min: 1, max: 30 }));
  fc.assert(
    fc.property(
      ids,
      fc.array(fc.constantFrom('low', 'medium', 'high', 'critical'), { minLength: 30, maxLength: 30 }),
      ids,
      (known, severities, assigned) => {
        const recommended = known.map((ID) => ({
          ID,
          module: 'integrity' as const,
          severity: severities[ID - 1]!,
          reasons: [],
        }));
        const standard = standardOf(recommended);
        const { leftOut, deviations, missing } = deviationsOf(recommended, assigned);
        const kept = standard.filter((id) => !missing.includes(id));
        assert.deepEqual([...kept, ...deviations].sort(), [...assigned].sort());
        assert.deepEqual([...standard, ...leftOut].sort(), [...known].sort());
      },
    ),
  );
});

test('patterns mean what they say, and a hostile name costs no time', () => {
  const matches = (pattern: string, name: string) => compileGlob(pattern).matches(name);
  for (const [pattern, name] of [
    ['*', ''],
    ['a*c', 'abbc'],
    ['a*b*c', 'a-b-b-c'],
    ['?inx', 'ginx'],
    ['a.c', 'a.c'],
    ['**', 'x'],
  ] as const)
    assert.ok(matches(pattern, name), `${pattern} ${name}`);
  for (const [pattern, name] of [
    ['a.c', 'abc'],
    ['a*c', 'abcd'],
    ['?', ''],
    ['a?', 'a'],
    ['', 'a'],
  ] as const)
    assert.ok(!matches(pattern, name), `${pattern} ${name}`);
  const startedAt = performance.now();
  assert.ok(!matches(`${'*a'.repeat(30)}b`, 'a'.repeat(200)));
  assert.ok(performance.now() - startedAt < patience(100));
});

test('S11, in part: thousands of rules against thousands of packages take well below a second', () => {
  const packages = Array.from({ length: 20_000 }, (_, index) => dpkg(`package-${index}`, `${index}.0-1`));
  const candidates = Array.from(
    { length: 5000 },
    (_, index): Candidate => ({
      ...{ ID: index, module: 'intrusion', severity: 'high' },
      appliesTo: [{ package: `package-${index * 4}`, below: '3000' }, { package: `lib*-${index % 50}` }],
    }),
  );
  const startedAt = performance.now();
  const recommended = recommend({ ...webServer, packages }, candidates);
  assert.ok(performance.now() - startedAt < patience(1000));
  assert.equal(recommended.length, 750);
});

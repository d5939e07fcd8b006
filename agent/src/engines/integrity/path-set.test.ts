import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { patience } from '../../../../test/patience.ts';
import { Mounts } from '../../file-system/mounts.ts';
import { decodePath, displayPath, encodePath } from '../../file-system/path-bytes.ts';
import { PathSet } from './path-set.ts';

const isAtOrBelow = (path: string, folder: string) =>
  path === folder || path.startsWith(folder === '/' ? '/' : `${folder}/`);

describe('path sets', () => {
  const cases: [pattern: string, covered: string[], not: string[]][] = [
    ['/etc', ['/etc', '/etc/passwd', '/etc/a/b'], ['/', '/etcx', '/et']],
    ['/etc/', ['/etc', '/etc/passwd'], ['/etcx']],
    ['/', ['/', '/anything/at/all'], []],
    ['/etc/*.conf', ['/etc/a.conf', '/etc/.conf', '/etc/d.conf/below'], ['/etc/a.confx', '/etc/d/a.conf', '/etc']],
    ['/etc/host?', ['/etc/hosts'], ['/etc/host', '/etc/hostss', '/etc/host/']],
    [
      '/home/*/.ssh/authorized_keys',
      ['/home/a/.ssh/authorized_keys'],
      ['/home/.ssh/authorized_keys', '/home/a/b/.ssh/authorized_keys'],
    ],
    ['/srv/**/x', ['/srv/x', '/srv/a/x', '/srv/a/b/x/y'], ['/srv', '/srv/xx']],
    ['/srv/**.php', ['/srv/a.php', '/srv/a/b/c.php'], ['/srv/a.php5', '/a.php']],
    ['/srv/data**', ['/srv/data', '/srv/database', '/srv/data1/x'], ['/srv/dat', '/srv/x/data']],
  ];
  for (const [pattern, covered, not] of cases) {
    test(pattern, () => {
      const set = new PathSet([pattern]);
      for (const path of covered) assert.equal(set.covers(path), true, `covers ${path}`);
      for (const path of not) assert.equal(set.covers(path), false, `does not cover ${path}`);
    });
  }

  const exactCases: [pattern: string, covered: string[], not: string[], below: string[]][] = [
    ['/etc/passwd', ['/etc/passwd'], ['/etc/passwd/x', '/etc', '/etc/passwd-'], []],
    ['/', ['/'], ['/a'], []],
    ['/srv/*', ['/srv/a', '/srv/.a'], ['/srv', '/srv/a/b'], []],
    ['/srv/**', ['/srv', '/srv/a', '/srv/a/b'], ['/srvx', '/'], ['/srv', '/srv/a/b']],
    ['/**', ['/', '/a/b'], [], ['/', '/a']],
    ['/srv/**/x', ['/srv/x', '/srv/a/b/x'], ['/srv/x/y', '/srv'], []],
    ['/srv/**.php', ['/srv/a.php', '/srv/a/b.php'], ['/srv/a.php/b'], []],
    ['/srv/data**', ['/srv/data', '/srv/data1/x/y'], ['/srv', '/srv/dat'], ['/srv/data', '/srv/data1/x']],
    ['/home/*/.ssh/**', ['/home/a/.ssh', '/home/a/.ssh/x/y'], ['/home/a', '/home/.ssh'], ['/home/a/.ssh']],
  ];
  for (const [pattern, covered, not, below] of exactCases) {
    test(`exactly ${pattern}`, () => {
      const set = new PathSet([pattern], true);
      for (const path of covered) assert.equal(set.covers(path), true, `covers ${path}`);
      for (const path of not) assert.equal(set.covers(path), false, `does not cover ${path}`);
      for (const path of [...covered, ...not])
        assert.equal(
          set.coversBelow(path),
          below.some((one) => isAtOrBelow(path, one)),
          `all below ${path}`,
        );
    });
  }

  test('a folder leads on when a covered path can lie below it', () => {
    const set = new PathSet(['/etc/ssh/sshd_config', '/home/*/.ssh', '/srv/**/x']);
    for (const folder of ['/', '/etc', '/etc/ssh', '/home', '/home/a', '/srv', '/srv/a/b'])
      assert.ok(set.leadsOn(folder), folder);
    for (const folder of ['/etc/ssl', '/home/a/b', '/var', '/etc/ssh/sshd_config'])
      assert.ok(!set.leadsOn(folder), folder);
    assert.deepEqual(set.stepsFrom('/etc'), new Set(['ssh']));
    assert.equal(set.stepsFrom('/home'), undefined);
  });

  test('what is no usable path is refused in words', () => {
    assert.throws(() => new PathSet(['etc']), { name: 'PathFault', message: /not absolute/ });
    assert.throws(() => new PathSet(['/etc/../root']), { name: 'PathFault', message: /"\.\."/ });
    assert.throws(() => new PathSet(['/etc/a**b']), { name: 'PathFault', message: /"\*\*"/ });
  });

  test('many paths and few say the same', () => {
    const many = Array.from({ length: 200 }, (_, n) => `/none/${n}`);
    for (const [pattern, covered, not] of cases) {
      const set = new PathSet([pattern, ...many]);
      for (const path of covered) assert.equal(set.covers(path), true, `covers ${path}`);
      for (const path of not) assert.equal(set.covers(path), false, `does not cover ${path}`);
    }
  });

  test('a hostile pattern takes no time', () => {
    const set = new PathSet([`/${'*a'.repeat(120)}b`, `/${'**/a/'.repeat(60)}b`]);
    const startMs = performance.now();
    assert.equal(set.covers(`/${'a'.repeat(4000)}`), false);
    assert.equal(set.covers(`/${'a/'.repeat(2000)}`), false);
    assert.ok(performance.now() - startMs < patience(2000));
  });
});

describe('names as bytes', () => {
  test('any bytes come back as they were', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 60 }), (bytes) => {
        const given = Buffer.from(bytes);
        assert.deepEqual(Buffer.from(encodePath(decodePath(given))), given);
      }),
    );
  });

  test('text is text, and what is shown has no control characters', () => {
    assert.equal(decodePath(Buffer.from('/etc/日本語')), '/etc/日本語');
    assert.equal(displayPath(decodePath(Buffer.from('/a\n\x1b[2J\xff', 'latin1'))), '/a\\x0a\\x1b[2J\\xff');
  });
});

describe('mounts', () => {
  const table = `24 1 8:1 / / rw - ext4 /dev/vda1 rw
25 24 0:5 / /proc rw - proc proc rw
26 24 0:40 / /mnt/s3\\040bucket rw - fuse.s3fs s3fs rw
27 24 0:41 / /srv/share rw - nfs4 nas:/x rw
28 24 0:42 / /tmp rw - tmpfs tmpfs rw
29 24 0:43 / /srv/local rw - cifs //x rw
30 24 0:44 / /srv/local rw - ext4 /dev/vdb rw
`;
  test('S22, in part: network and FUSE mounts are left out, local ones are not', () => {
    const mounts = new Mounts(table);
    assert.equal(mounts.skipping('/mnt/s3 bucket/key'), '/mnt/s3 bucket');
    assert.equal(mounts.skipping('/srv/share'), '/srv/share');
    assert.equal(mounts.skipping('/proc/1/status'), '/proc');
    for (const path of ['/etc/passwd', '/tmp/x', '/srv/local/x', '/srv/shared', '/'])
      assert.equal(mounts.skipping(path), undefined, path);
    assert.deepEqual(mounts.remote, ['/mnt/s3 bucket', '/srv/share']);
  });
});

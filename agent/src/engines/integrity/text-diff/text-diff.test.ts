import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, describe, test } from 'node:test';
import fc from 'fast-check';
import { patience } from '../../../../../test/patience.ts';
import { maskLines, show } from '../../../secret-mask.ts';
import { policyOf, quiet, setUp, tearDown } from '../test-setting.ts';
import { diffLines } from './line-diff.ts';
import { looksSecret } from './secret-paths.ts';
import { unifiedDiff } from './unified.ts';

const key = Buffer.alloc(32, 7);
const shown = (text: string) => maskLines(text, key).map(show).join('\n');
const folder = fs.mkdtempSync(join(tmpdir(), 'text-diff-'));
after(() => fs.rmSync(folder, { recursive: true, force: true }));
afterEach(tearDown);

const withDiff = (path: string) => {
  const policy = policyOf([path]);
  return { ...policy, rules: policy.rules.map((rule) => ({ ...rule, showDiff: true as const })) };
};

describe('what differs in a text', () => {
  test('S6: the difference of a watched text is in the detection, as diff -u would show it', async () => {
    const before = Array.from({ length: 40 }, (_, index) => `Line${index} yes`).join('\n');
    const now = before.replace('Line20 yes', 'Line20 no').replace('Line39 yes', 'Line39 yes\nMore no');
    const { watched, host } = await setUp(
      (path) => fs.writeFileSync(join(path, 'sshd_config'), `${before}\n`),
      withDiff,
    );
    fs.writeFileSync(join(watched, 'sshd_config'), `${now}\n`);
    const [detection] = await host.waitFor(1);
    const { unified, added, removed } = detection!.file!.diff!;
    assert.deepEqual([added, removed], [2, 1]);
    const [old, fresh] = [join(folder, 'old'), join(folder, 'new')];
    fs.writeFileSync(old, `${before}\n`);
    fs.writeFileSync(fresh, `${now}\n`);
    const ofDiff = spawnSync('diff', ['-u', old, fresh], { encoding: 'utf8' }).stdout.split('\n').slice(2);
    const body = (lines: string[]) => lines.filter((line) => /^[-+]/.test(line));
    assert.deepEqual(body(unified!.split('\n')), body(ofDiff));
  });

  test('S6: an atomic save and a second change show their differences; a file that was not known says so', async () => {
    const { watched, host } = await setUp((path) => fs.writeFileSync(join(path, 'hosts'), 'a\nb\n'), withDiff);
    fs.writeFileSync(join(watched, '.hosts.tmp'), 'a\nc\n');
    fs.renameSync(join(watched, '.hosts.tmp'), join(watched, 'hosts'));
    await host.waitFor(1);
    assert.match(host.detections[0]?.file?.diff?.unified ?? '', /^-b$/m);
    assert.match(host.detections[0]?.file?.diff?.unified ?? '', /^\+c$/m);
    fs.appendFileSync(join(watched, 'hosts'), 'd\n');
    await host.waitFor(2);
    assert.equal(host.detections[1]?.file?.diff?.added, 1);
  });

  test('S6: no secret leaves the host or is kept on it: keys, passwords, hashes, tokens', async () => {
    const secrets = ['hunter2-Secret!', 'other-Secret!7', '$6$salty$abcdefghijklmnop', 'AKIAABCDEFGHIJKLMNOP'];
    const text = (password: string) =>
      `[db]\nuser = app\npassword = ${password}\nurl=postgres://app:${password}@db/x\nhash ${secrets[2]}\nkey ${secrets[3]}\n`;
    const { watched, host, root, engine } = await setUp((path) => {
      fs.writeFileSync(join(path, 'app.ini'), text(secrets[0]!));
      for (const name of ['shadow', 'server.key', '.env']) fs.writeFileSync(join(path, name), `x=${secrets[0]}\n`);
      fs.writeFileSync(join(path, 'odd.conf'), '# nothing yet\n');
    }, withDiff);
    fs.writeFileSync(join(watched, 'app.ini'), `${text(secrets[1]!)}mode = fast\n`);
    for (const name of ['shadow', 'server.key', '.env']) fs.writeFileSync(join(watched, name), `x=${secrets[1]}\n`);
    const pem = `-----BEGIN ${'PRIVATE'} KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASC\n-----END ${'PRIVATE'} KEY-----\n`;
    fs.writeFileSync(join(watched, 'odd.conf'), pem);
    await host.waitFor(5);
    const of = (name: string) => host.detections.find(({ file }) => file?.path === join(watched, name))?.file?.diff;
    for (const name of ['shadow', 'server.key', '.env', 'odd.conf'])
      assert.deepEqual(of(name), { withheld: 'secret' }, name);
    assert.match(of('app.ini')?.unified ?? '', /^-password = \*\*\*\*$/m, 'that it changed is seen');
    assert.match(of('app.ini')?.unified ?? '', /^\+mode = fast$/m);
    await engine.stop();
    const everything = [JSON.stringify(host.detections), ...filesBelow(join(root, 'data'))].join('\n');
    for (const secret of [...secrets, 'MIIEvQIBADANBg']) assert.ok(!everything.includes(secret), secret);
  });

  test('S6: a binary says so, one too large too; without showDiff nothing is kept', async () => {
    const { watched, host } = await setUp((path) => {
      fs.writeFileSync(join(path, 'binary'), Buffer.from([0, 1, 2]));
      fs.writeFileSync(join(path, 'large'), 'x\n'.repeat(40_000));
    }, withDiff);
    fs.writeFileSync(join(watched, 'binary'), Buffer.from([0, 1, 3]));
    fs.writeFileSync(join(watched, 'large'), 'y\n'.repeat(40_000));
    await host.waitFor(2);
    const diffs = Object.fromEntries(
      host.detections.map(({ file }) => [file!.path.slice(watched.length + 1), file?.diff]),
    );
    assert.deepEqual(diffs, { binary: { withheld: 'binary' }, large: { withheld: 'large' } });
    await tearDown();
    const plain = await setUp((path) => fs.writeFileSync(join(path, 'file'), 'a\n'));
    fs.writeFileSync(join(plain.watched, 'file'), 'b\n');
    await plain.host.waitFor(1);
    await quiet();
    assert.equal(plain.host.detections[0]?.file?.diff, undefined);
    assert.ok(!fs.existsSync(join(plain.root, 'data/texts.db')));
  });

  test('settings that look like passwords and are none stay readable', () => {
    const plain = [
      'PasswordAuthentication no',
      'PermitRootLogin prohibit-password',
      'password\trequisite\t\t\tpam_pwquality.so retry=3',
      'passwd:         files systemd',
      'auth [success=1 default=ignore] pam_unix.so nullok',
      'Listen 443',
      'root:x:0:0:root:/root:/bin/bash',
    ];
    for (const line of plain) assert.equal(shown(line), line);
  });

  test('secrets in many spellings are put away', () => {
    const lines = [
      'password=Tr0ub4dor',
      '  "db_password": "Tr0ub4dor",',
      "API_KEY='Tr0ub4dor'",
      'machine example.com login me password Tr0ub4dor',
      'requirepass Tr0ub4dor',
      'Authorization: Bearer Tr0ub4dor',
      'root:$6$abc$Tr0ub4dor:19000:0:99999:7:::',
      'userPassword: {SSHA}Tr0ub4dor',
      'mysql://root:Tr0ub4dor@localhost/db',
      'password: |\n  Tr0ub4dor\n  Tr0ub4dor',
      'x: AKIATR0UB4DORTR0UB4D',
      `-----BEGIN CERTIFICATE-----\nTr0ub4dor\n-----END CERTIFICATE-----`,
      `long ${'x'.repeat(5000)}Tr0ub4dor`,
    ];
    for (const line of lines) assert.doesNotMatch(shown(line), /tr0ub4dor/i, line);
  });

  test('paths that hold secrets, and their like that do not', () => {
    for (const path of [
      '/etc/shadow',
      '/etc/gshadow-',
      '/root/.ssh/id_ed25519',
      '/srv/app/.env.production',
      '/etc/ssl/private/x.crt',
    ])
      assert.ok(looksSecret(path), path);
    for (const path of [
      '/etc/passwd',
      '/root/.ssh/authorized_keys',
      '/etc/ssh/sshd_config',
      '/etc/hosts',
      '/etc/ssh/ssh_host_rsa_key.pub',
    ])
      assert.ok(!looksSecret(path), path);
  });

  test('a line cannot pretend to be another: control characters are shown as what they are', () => {
    const diff = unifiedDiff(maskLines('a', key), maskLines('a\r\u001b[2K+forged\u202Egnol', key));
    assert.doesNotMatch((diff?.unified ?? '').replaceAll('\n', ''), /[\p{Cc}\u202E]/u);
  });

  test('any two texts: the edits give the one and the other', () => {
    const lines = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 60 });
    fc.assert(
      fc.property(lines, lines, (before, now) => {
        const edits = diffLines(before, now);
        const side = (sign: '-' | '+') =>
          edits.filter((edit) => edit.sign === ' ' || edit.sign === sign).map(({ line }) => line);
        assert.deepEqual(side('-'), before);
        assert.deepEqual(side('+'), now);
      }),
      { numRuns: 500 },
    );
  });

  test('hostile texts cost little: tens of thousands of different lines, and one line of 64 KiB', () => {
    const many = (start: string) => Array.from({ length: 32_000 }, (_, index) => `${start}${index}`);
    const startMs = performance.now();
    const diff = unifiedDiff(maskLines(many('a').join('\n'), key), maskLines(many('b').join('\n'), key));
    assert.equal(diff?.cut, true);
    assert.ok(diff!.unified!.length <= 16_384);
    for (const line of [
      'password'.repeat(8000),
      'a.'.repeat(32_000),
      `${'secret_'.repeat(9000)}=`,
      '='.repeat(65_000),
      '$6$'.repeat(20_000),
    ])
      shown(line);
    assert.ok(performance.now() - startMs < patience(4000), `${performance.now() - startMs} ms`);
  });
});

function filesBelow(path: string): string[] {
  return execFileSync('find', [path, '-type', 'f'], { encoding: 'utf8' })
    .split('\n')
    .filter(Boolean)
    .map((file) => fs.readFileSync(file, 'latin1'));
}

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { patience } from '../../../../../test/patience.ts';
import { manualClock } from '../../../clock.ts';
import { Mounts } from '../../../file-system/mounts.ts';
import { createPace } from '../../../inventory/pace.ts';
import { AccountNames } from '../account-names.ts';
import { readGroups, readUsers } from './accounts.ts';
import { readCron } from './cron.ts';
import { EntityRules } from './entity-rules.ts';
import { readKernelModules } from './kernel-modules.ts';
import { readPorts } from './ports.ts';
import { SafeFiles } from './safe-files.ts';
import { readServiceEntities } from './services.ts';
import { readSoftware } from './software.ts';
import { readSshKeys } from './ssh-keys.ts';

/** What a host may hold that its owner, or an intruder, made on purpose. */
let root: string;
let files: SafeFiles;
beforeEach(() => {
  root = fs.mkdtempSync(join(tmpdir(), 'readers-'));
  files = new SafeFiles(root, new Mounts(''));
});
afterEach(() => fs.rmSync(root, { recursive: true, force: true }));

function write(path: string, text: string): void {
  fs.mkdirSync(dirname(join(root, path)), { recursive: true });
  fs.writeFileSync(join(root, path), text);
}
const pace = createPace(manualClock(0));
const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl';

describe('readers of entities', () => {
  test('a host that has nothing of a kind is told from one that has none of it', async () => {
    assert.equal(readUsers(files), undefined);
    assert.equal(readGroups(files), undefined);
    assert.equal(readKernelModules(files), undefined);
    assert.equal(await readServiceEntities(files), undefined);
    assert.equal(await readSoftware(files, pace), undefined);
    assert.equal(await readPorts(files, pace, new AccountNames()), undefined);
    assert.equal(readCron(files)?.size, 0);
  });

  test('lines that are no accounts are passed over, the last of two of one name counts', () => {
    write(
      '/etc/passwd',
      '+::::::\n\nbroken\n#x:x:1:1::/:/bin/sh\na:x:1:1:A:/a:/bin/sh\na:x:2:2:B:/b:/bin/sh\n\u0000:x:3:3:::\n',
    );
    const users = readUsers(files)!;
    assert.deepEqual([users.get('a')?.['uid'], users.has('broken'), users.has('#x')], ['2', false, false]);
    assert.equal(users.get('a')?.['hasPassword'], undefined, 'without shadow nothing is said of passwords');
    write('/etc/shadow', 'a:!$6$abc$def:19000:0:90:7:::\nb::x:::::99999999:\n');
    const { lockedOut, hasPassword, passwordLastChanged, passwordExpires, accountExpires } =
      readUsers(files)!.get('a')!;
    assert.deepEqual(
      [lockedOut, hasPassword, passwordLastChanged, passwordExpires, accountExpires],
      ['true', 'true', '2022-01-08', '2022-04-08', 'never'],
    );
    assert.doesNotMatch(JSON.stringify([...readUsers(files)!]), /abc|def/);
  });

  test('a group with very many members is cut, and every change of the rest still shows', () => {
    const members = Array.from({ length: 5000 }, (_, index) => `member${index}`);
    const membersOf = (list: string[]) => {
      write('/etc/group', `big:x:1:${list.join(',')}\n`);
      return readGroups(files)!.get('big')!['members']!;
    };
    const before = membersOf(members);
    assert.ok(before.length <= 1000);
    assert.notEqual(before, membersOf([...members, 'zzz']));
  });

  test('a pipe, a device, a folder or a huge file in a home stops nobody', () => {
    write(
      '/etc/passwd',
      ['pipe', 'device', 'folder', 'huge', 'good'].map((name) => `${name}:x:1:1::/h/${name}:/bin/sh`).join('\n'),
    );
    for (const name of ['pipe', 'device', 'folder', 'huge', 'good'])
      fs.mkdirSync(join(root, 'h', name, '.ssh'), { recursive: true });
    execFileSync('mkfifo', [join(root, 'h/pipe/.ssh/authorized_keys')]);
    fs.symlinkSync('/dev/zero', join(root, 'h/device/.ssh/authorized_keys'));
    fs.mkdirSync(join(root, 'h/folder/.ssh/authorized_keys'));
    write('/h/huge/.ssh/authorized_keys', '');
    fs.truncateSync(join(root, 'h/huge/.ssh/authorized_keys'), 8 * 1024 ** 3);
    write('/h/good/.ssh/authorized_keys', `${key} me@here\n`);
    assert.deepEqual(
      [...readSshKeys(files)!.keys()].map((one) => one.split(' ')[0]),
      ['good'],
    );
  });

  test('lines that only look like keys are none; options with quotes and blanks are', () => {
    const junk = [
      'ssh-rsa',
      `ssh-rsa ${'A'.repeat(70_000)}`,
      'ssh-ed25519 AAAA!',
      `ssh-rsa ${key.split(' ')[1]}`,
      '"'.repeat(1000),
    ];
    write('/etc/passwd', 'a:x:1:1::/a:/bin/sh');
    write(
      '/a/.ssh/authorized_keys',
      [...junk, `command="say \\"hi there\\"",no-pty ${key} c d`, `  ${key}`].join('\n'),
    );
    const keys = [...readSshKeys(files)!];
    assert.equal(keys.length, 1, 'one key twice is one');
    assert.equal(keys[0]?.[0], 'a SHA256:+DiY3wvvV6TuJJhbpZisF/zLDA0zPMSvHdkr4UvCOqU');
    assert.equal(keys[0]?.[1]['options'], '', 'the last line counts');
  });

  test('keys are looked for where sshd looks', () => {
    write('/etc/passwd', 'a:x:1:1::/a:/bin/sh');
    write(
      '/etc/ssh/sshd_config',
      '# x\nauthorizedkeysfile = /etc/ssh/keys/%u .ssh/own%%\nMatch User b\n AuthorizedKeysFile none\n',
    );
    write('/etc/ssh/keys/a', `${key} 1`);
    write('/a/.ssh/own%', `${key.replace('OMqq', 'OMqr')} 2`);
    write('/a/.ssh/authorized_keys', `${key.replace('OMqq', 'OMqs')} 3`);
    assert.deepEqual(
      [...readSshKeys(files)!.values()].map(({ path }) => path),
      ['/etc/ssh/keys/a', '/a/.ssh/own%'],
    );
  });

  test('crontabs with anything in them', () => {
    write(
      '/etc/crontab',
      `SHELL=/bin/sh\n* * * *\n* * * * * root\n@reboot root /sbin/x a\n0 0 * * * root /bin/y\n0 1 * * * root /bin/y\n${'9 '.repeat(100_000)}\n\u0000\n`,
    );
    write('/etc/cron.d/with.dot', '* * * * * root /bin/never\n');
    const jobs = [...readCron(files)!];
    assert.deepEqual(
      jobs.map(([, { program, schedule }]) => `${program} ${schedule}`).filter((line) => !line.startsWith('9')),
      [' SHELL', '/sbin/x @reboot', '/bin/y 0 0 * * * | 0 1 * * *'],
    );
    assert.ok(
      jobs.every(
        ([name, values]) => name.length <= 1000 && Object.values(values).every((value) => value.length <= 1000),
      ),
    );
  });

  test('modules with their taint, and the kernel with all of it', () => {
    write(
      '/proc/modules',
      'nfsd 123 2 auth,nfs, Live 0x0000\nrootkit 16384 0 - Live 0x0000 (OE)\nhalf 1 0 - Loading 0x0 (O+)\nnonsense\n',
    );
    write('/proc/sys/kernel/tainted', '12288\n');
    assert.deepEqual(Object.fromEntries(readKernelModules(files)!), {
      nfsd: { size: '123', taint: '' },
      rootkit: { size: '16384', taint: 'OE' },
      half: { size: '1', taint: 'O' },
      kernel: { taint: 'OE' },
    });
  });

  test('scripts of System V, and what stands twice on a merged system', async () => {
    write('/etc/init.d/own+tool', '#!/bin/sh\n');
    write('/etc/init.d/README', 'text');
    write('/etc/rc2.d/S01own+tool', '');
    write('/usr/lib/systemd/system/a.service', '[Service]\nExecStart=\nExecStart=!!/bin/a\nUser=x\nUser=y\n');
    write('/etc/systemd/system/a.service', '[Service]\nExecStart=/bin/mine \\\n --x\n');
    const services = await readServiceEntities(files);
    assert.deepEqual([...services!.keys()], ['a.service', 'own+tool']);
    assert.equal(services?.get('own+tool')?.['startType'], 'enabled');
    assert.deepEqual(
      [services?.get('a.service')?.['program'], services?.get('a.service')?.['user']],
      ['/bin/mine', ''],
    );
  });

  test('a network mount is not entered', () => {
    write('/etc/passwd', 'a:x:1:1::/mnt/a:/bin/sh');
    write('/mnt/a/.ssh/authorized_keys', key);
    const mounted = new SafeFiles(root, new Mounts(`30 1 0:30 / ${root}/mnt rw - nfs4 server:/x rw`));
    assert.equal(readSshKeys(files)?.size, 1);
    assert.equal(readSshKeys(mounted)?.size, 0);
  });
});

describe('rules of entities', () => {
  const judge = (include: object[], exclude: object[], values: Record<string, string>, name = 'tcp/0.0.0.0/80') =>
    new EntityRules([
      {
        ...{ id: 'r', name: { ja: 'r', en: 'r' }, severity: 'high', entity: 'port' },
        ...{ include, exclude, attributes: ['created', 'user'] },
      },
    ]).judge({ kind: 'port', key: name, after: values, changed: ['created'] }) !== undefined;

  test('patterns of keys and conditions; of a list one item includes, and all of them exclude', () => {
    assert.equal(judge([{ key: '*/80' }], [], {}), true);
    assert.equal(judge([{ key: '*/8?' }], [], {}, 'tcp6/::/80'), true);
    assert.equal(judge([{ key: 'tcp/*' }], [{ key: 'tcp*/*/80' }], {}), false);
    assert.equal(judge([{ where: { user: 'www' } }], [], { user: 'root, www' }), true);
    assert.equal(judge([{}], [{ where: { user: 'www' } }], { user: 'root, www' }), true);
    assert.equal(judge([{}], [{ where: { user: 'www' } }], { user: 'www' }), false);
    assert.equal(
      judge([{ where: { program: '*' } }], [], {}),
      false,
      'what is not known is nothing that a rule asks for',
    );
  });

  test('a hostile pattern takes no longer than others', () => {
    const startMs = performance.now();
    assert.equal(judge([{ key: `${'*a'.repeat(300)}b` }], [], {}, 'a'.repeat(1000)), false);
    assert.ok(performance.now() - startMs < patience(500));
  });
});

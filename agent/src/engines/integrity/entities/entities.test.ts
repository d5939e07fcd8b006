import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Detection } from '@sakimori/contract/detection';
import {
  type EntityKind,
  type EntityRule,
  entityKinds,
  standardEntityAttributes,
} from '@sakimori/contract/integrity-entity';
import { type FreshHost, layCable, plugIn, startFreshHost, whyNoFreshHost } from '../../../../../test/fresh-host.ts';
import type { Engine } from '../../engine.ts';
import { createRecordingHost, type RecordingHost } from '../../recording-host.ts';
import { createIntegrityEngine } from '../index.ts';
import { settled } from '../test-setting.ts';

/** On a host of its own, changed by the system's own tools; the engine reads it from outside. */
const scan = { kind: 'integrity-scan', facts: {} } as const;
const rule = (entity: EntityKind): EntityRule => ({
  ...{ id: `test.${entity}`, name: { ja: 'テスト', en: 'Test' }, severity: 'high', entity },
  ...{ include: [{}], exclude: [], attributes: standardEntityAttributes(entity) },
});

describe('entities', { skip: whyNoFreshHost() }, () => {
  const cable = layCable(2);
  let host: FreshHost;
  let unplug: () => void;
  let folder: string;
  let told: RecordingHost;
  let engine: Engine<'integrity'>;

  before(async () => {
    unplug = plugIn(cable);
    host = await startFreshHost('entities-1', cable);
    folder = fs.mkdtempSync(join(tmpdir(), 'entities-'));
    told = createRecordingHost('integrity', folder);
    engine = createIntegrityEngine([], host.root)(told);
    await engine.apply({
      ...{ state: 'on', realTime: true, scanEverySeconds: 86_400, hashBytesMax: 1000, rules: [] },
      entities: entityKinds.map(rule),
    });
    await settled(engine);
    await engine.run!(scan);
  });
  after(async () => {
    await engine?.stop();
    await host?.stop();
    unplug?.();
    fs.rmSync(folder, { recursive: true, force: true });
  });

  const sh = (script: string, input = '') => {
    const { code, err } = host.run(['sh', '-ec', script], input);
    assert.equal(code, 0, err);
  };
  /** What a scan finds after this, of one kind. */
  async function changesAfter(kind: EntityKind, script: string, input = ''): Promise<Detection[]> {
    const count = told.detections.length;
    sh(script, input);
    await engine.run!(scan);
    return told.detections.slice(count).filter(({ entity }) => entity?.kind === kind);
  }
  const linesOf = (detections: readonly Detection[]) =>
    detections.map(({ kind, subject, entity }) => `${kind} ${subject} ${entity?.changed.join()}`).sort();

  test('nothing is told of what stands there already', () => {
    assert.deepEqual(linesOf(told.detections), []);
    const { figures, baseline } = engine.status();
    assert.ok(figures['entity_user']! > 5 && figures['entity_software']! > 50, JSON.stringify(figures));
    assert.equal(baseline?.version, 1);
    assert.equal(baseline?.entities, figures['entities']);
  });

  test('S6, in part: a user that is added, changed, locked and removed by the system’s tools', async () => {
    const [added, ...others] = await changesAfter('user', 'useradd -m -c "Mallory M" -s /bin/sh mallory');
    assert.deepEqual(others, []);
    assert.equal(added?.title, 'User added: mallory');
    assert.deepEqual([added?.entity?.before, added?.entity?.after?.['shell']], [undefined, '/bin/sh']);
    assert.equal(added?.entity?.after?.['hasPassword'], 'false');

    const [shell] = await changesAfter('user', 'usermod -s /bin/bash -G sudo mallory');
    assert.deepEqual(shell?.entity?.changed, ['groups', 'shell']);
    assert.deepEqual([shell?.entity?.before?.['shell'], shell?.entity?.after?.['shell']], ['/bin/sh', '/bin/bash']);
    assert.deepEqual([shell?.entity?.before?.['groups'], shell?.entity?.after?.['groups']], ['', 'sudo']);

    const [password] = await changesAfter('user', 'chpasswd', 'mallory:correct horse battery\n');
    assert.deepEqual(password?.entity?.changed, ['lockedOut', 'hasPassword']);
    assert.doesNotMatch(JSON.stringify(password), /\$[0-9a-z]+\$|horse/);
    const [locked] = await changesAfter('user', 'usermod -L mallory; chage -E 2027-01-31 mallory');
    assert.deepEqual(locked?.entity?.changed, ['lockedOut', 'accountExpires']);
    assert.equal(locked?.entity?.after?.['accountExpires'], '2027-01-31');
    assert.deepEqual(linesOf(await changesAfter('user', 'userdel -r mallory')), [
      'entity.user_removed mallory removed',
    ]);
  });

  test('S6, in part: a group and its members', async () => {
    assert.deepEqual(linesOf(await changesAfter('group', 'groupadd keepers')), [
      'entity.group_created keepers created',
    ]);
    const [member] = await changesAfter('group', 'gpasswd -a daemon keepers');
    assert.deepEqual([member?.entity?.before?.['members'], member?.entity?.after?.['members']], ['', 'daemon']);
    assert.deepEqual(linesOf(await changesAfter('group', 'groupdel keepers')), [
      'entity.group_removed keepers removed',
    ]);
  });

  test('S6, in part: an ssh key of any user, by its fingerprint as ssh-keygen shows it', async () => {
    const made = await changesAfter(
      'ssh_key',
      `mkdir -p /root/.ssh; ssh-keygen -q -t ed25519 -N "" -C intruder@example -f /root/key
       (printf 'from="10.0.0.0/8",environment="TOKEN=hunter2" '; cat /root/key.pub) >>/root/.ssh/authorized_keys`,
    );
    const fingerprint = host.run(['ssh-keygen', '-lf', '/root/key.pub']).out.split(' ')[1];
    assert.deepEqual(linesOf(made), [`entity.ssh_key_created root ${fingerprint} created`]);
    assert.equal(made[0]?.entity?.after?.['comment'], 'intruder@example');
    assert.match(made[0]?.entity?.after?.['options'] ?? '', /^from="10\.0\.0\.0\/8",environment=sha256:/);
    assert.doesNotMatch(JSON.stringify(made), /hunter2/);
    const [changed] = await changesAfter(
      'ssh_key',
      'sed -i "s/ intruder@example/ root@here/" /root/.ssh/authorized_keys',
    );
    assert.deepEqual(changed?.entity?.changed, ['comment']);
    const gone = await changesAfter('ssh_key', ': >/root/.ssh/authorized_keys');
    assert.deepEqual(linesOf(gone), [`entity.ssh_key_removed root ${fingerprint} removed`]);
  });

  test('S6, in part: jobs of cron, of the system and of a user, scripts and timers', async () => {
    const made = await changesAfter(
      'cron',
      `printf '# of the system\\nPATH=/usr/bin\\n*/5 * * * * root /usr/bin/curl -u admin:hunter2 example.invalid\\n' >/etc/cron.d/job
       mkdir -p /var/spool/cron/crontabs; printf '@daily /bin/true\\n' >/var/spool/cron/crontabs/daemon
       printf '#!/bin/sh\\n' >/etc/cron.daily/own
       printf '[Timer]\\nOnCalendar=daily\\n' >/etc/systemd/system/own.timer`,
    );
    assert.equal(made.length, 5);
    const [job] = made.filter(({ entity }) => entity?.after?.['program'] === '/usr/bin/curl');
    assert.deepEqual([job?.entity?.after?.['schedule'], job?.entity?.after?.['user']], ['*/5 * * * *', 'root']);
    assert.doesNotMatch(JSON.stringify(made), /hunter2/);
    const [later] = await changesAfter('cron', 'sed -i "s|^\\*/5|*/9|" /etc/cron.d/job');
    assert.deepEqual(later?.entity?.changed, ['schedule']);
    const [script] = await changesAfter('cron', 'echo "rm -rf /tmp/x" >>/etc/cron.daily/own');
    assert.deepEqual([script?.subject, script?.entity?.changed], ['/etc/cron.daily/own', ['definition']]);
    const other = await changesAfter('cron', 'sed -i s/example.invalid/example.test/ /etc/cron.d/job');
    assert.deepEqual(other.map(({ kind }) => kind).sort(), ['entity.cron_created', 'entity.cron_removed']);
    assert.equal((await changesAfter('cron', 'rm /etc/cron.d/job')).length, 2);
  });

  test('S6, in part: a service that is added, enabled, overridden and masked, without systemd running', async () => {
    const unit =
      '[Service]\\nExecStart=-/usr/local/bin/miner --token hunter2\\nUser=nobody\\n[Install]\\nWantedBy=multi-user.target\\n';
    const [added] = await changesAfter('service', `printf '${unit}' >/etc/systemd/system/miner.service`);
    assert.deepEqual(linesOf([added!]), ['entity.service_created miner.service created']);
    const { program, user, startType } = added!.entity!.after!;
    assert.deepEqual([program, user, startType], ['/usr/local/bin/miner', 'nobody', 'disabled']);
    assert.doesNotMatch(JSON.stringify(added), /hunter2/);
    const [enabled] = await changesAfter(
      'service',
      'mkdir -p /etc/systemd/system/multi-user.target.wants; ln -s ../miner.service /etc/systemd/system/multi-user.target.wants/',
    );
    assert.deepEqual(
      [enabled?.entity?.before?.['startType'], enabled?.entity?.after?.['startType']],
      ['disabled', 'enabled'],
    );
    const [over] = await changesAfter(
      'service',
      `mkdir /etc/systemd/system/miner.service.d; printf '[Service]\\nUser=root\\n' >/etc/systemd/system/miner.service.d/a.conf`,
    );
    assert.deepEqual(over?.entity?.changed, ['user', 'definition']);
    const [masked] = await changesAfter('service', 'ln -sf /dev/null /etc/systemd/system/miner.service');
    assert.equal(masked?.entity?.after?.['startType'], 'masked');
  });

  test('S6, in part: a port that somebody listens on, and the program behind it; its arguments stay with the host', async () => {
    const listen =
      "perl -MIO::Socket::INET -e '$s = IO::Socket::INET->new(Listen => 1, LocalPort => 4444, LocalAddr => q(0.0.0.0)) or die; sleep 600' hunter2";
    const found = await changesAfter('port', `(setsid ${listen} >/dev/null 2>&1 & echo $! >/tmp/pid); sleep 1`);
    assert.deepEqual(linesOf(found), ['entity.port_created tcp/0.0.0.0/4444 created']);
    assert.match(found[0]?.entity?.after?.['program'] ?? '', /\/perl/);
    assert.equal(found[0]?.entity?.after?.['user'], 'root');
    const processes = told.detections.filter(
      ({ kind, entity }) => kind === 'entity.process_created' && entity?.after?.['name']?.startsWith('perl'),
    );
    assert.equal(processes.length, 1);
    assert.doesNotMatch(JSON.stringify(told.detections), /hunter2/);
    const gone = await changesAfter('port', 'kill $(cat /tmp/pid); sleep 0.5');
    assert.deepEqual(linesOf(gone), ['entity.port_removed tcp/0.0.0.0/4444 removed']);
  });

  test('S6, in part: a package that dpkg installs, upgrades and removes', async () => {
    const build = (version: string) => `mkdir -p /tmp/p/DEBIAN
      printf 'Package: own-tool\\nVersion: ${version}\\nArchitecture: all\\nMaintainer: A <a@example.invalid>\\nDescription: x\\n' >/tmp/p/DEBIAN/control
      dpkg-deb -b /tmp/p /tmp/own.deb >/dev/null; dpkg -i /tmp/own.deb >/dev/null`;
    assert.deepEqual(linesOf(await changesAfter('software', build('1.0'))), [
      'entity.software_created own-tool created',
    ]);
    const [upgraded] = await changesAfter('software', build('1.1'));
    assert.deepEqual([upgraded?.entity?.before?.['version'], upgraded?.entity?.after?.['version']], ['1.0', '1.1']);
    const removed = await changesAfter('software', 'dpkg -r own-tool >/dev/null');
    assert.deepEqual(linesOf(removed), ['entity.software_removed own-tool removed']);
  });

  test('a change of an account is told within seconds, without a scan', async () => {
    const count = told.detections.length;
    sh('groupadd soon');
    for (let tries = 0; tries < 100 && told.detections.length === count; tries += 1) await sleep(100);
    const [found, ...others] = told.detections.slice(count);
    assert.deepEqual(others, []);
    assert.deepEqual([found?.kind, found?.facts?.['foundBy']], ['entity.group_created', 'watch']);
  });

  test('very many changes at once are one matter', async () => {
    const lines = Array.from({ length: 150 }, (_, index) => `crowd${index}:x:${9000 + index}:`).join('\n');
    const count = told.detections.length;
    sh('cat >>/etc/group', `${lines}\n`);
    await engine.run!(scan);
    const found = told.detections.slice(count);
    assert.equal(found.length, 1);
    assert.deepEqual([found[0]?.kind, found[0]?.facts?.['count']], ['entity.group_created', 150]);
    assert.match(found[0]?.title ?? '', /^Group added: 150 \(crowd0, /);
  });

  test('what changes while the agent is off is told after its start, once', async () => {
    await engine.stop();
    sh('groupadd offline');
    const later = createRecordingHost('integrity', folder);
    const second = createIntegrityEngine([], host.root)(later);
    await second.apply({
      ...{ state: 'on', realTime: false, scanEverySeconds: 86_400, hashBytesMax: 1000, rules: [] },
      entities: [rule('group')],
    });
    await later.waitFor(1);
    await second.run!(scan);
    assert.deepEqual(linesOf(later.detections), ['entity.group_created offline created']);
    await second.stop();
  });
});

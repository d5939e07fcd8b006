import assert from 'node:assert/strict';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { enrol, parseToken } from './enrol.ts';
import { gatherFacts, osName } from './facts.ts';
import { closeKey, readIdentity, writeIdentity } from './identity.ts';
import { TestAuthority, TestManager } from './test-manager.ts';

let manager: TestManager;
before(async () => {
  manager = await TestManager.start();
});
after(() => manager.close());

describe('enrolment', () => {
  test('S37, in part: a token gives an identity; the key is made here and fits the certificate', async () => {
    const identity = await enrol(parseToken(` ${manager.token}\n`));
    assert.equal(identity.hostId, manager.hostId);
    assert.equal(identity.accountId, manager.accountId);
    assert.equal(identity.agents, manager.address);
    const certificate = new X509Certificate(identity.certificate);
    assert.ok(certificate.checkPrivateKey(createPrivateKey(identity.key)));
    assert.ok(certificate.verify(new X509Certificate(identity.ca).publicKey));
  });

  test('another manager at the address never sees the secret', async () => {
    const other = await TestAuthority.make();
    const token = parseToken(manager.tokenWith({ ca: other.fingerprint }));
    const seen = manager.secretsSeen;
    await assert.rejects(enrol(token), /does not present the authority that the token names; nothing was sent/);
    assert.equal(manager.secretsSeen, seen);
  });

  test('a door that shows the right authority but is not certified by it never sees the secret', async () => {
    const stranger = await TestAuthority.make();
    const door = await stranger.issueDoor();
    await manager.close();
    await manager.open({ ...door, cert: door.cert + manager.authority.pem });
    const seen = manager.secretsSeen;
    await assert.rejects(enrol(parseToken(manager.token)));
    assert.equal(manager.secretsSeen, seen);
    await manager.close();
    await manager.open();
  });

  test('a certified agent cannot play the manager, nor a door of another name', async () => {
    for (const door of [
      await manager.authority.issueDoor(undefined, '127.0.0.1', 'client'),
      await manager.authority.issueDoor(undefined, '192.0.2.1'),
    ]) {
      await manager.close();
      await manager.open(door);
      await assert.rejects(enrol(parseToken(manager.token)), /is not the one this host trusts/);
    }
    await manager.close();
    await manager.open();
  });

  test('a door that is "not valid yet" by the clock of this host is heard: the clock may be behind', async () => {
    const hourMs = 3_600_000;
    await manager.close();
    await manager.open(
      await manager.authority.issueDoor({ fromMs: Date.now() + hourMs, untilMs: Date.now() + 48 * hourMs }),
    );
    assert.equal((await enrol(parseToken(manager.token))).hostId, manager.hostId);
    await manager.close();
    await manager.open(
      await manager.authority.issueDoor({ fromMs: Date.now() - 48 * hourMs, untilMs: Date.now() - hourMs }),
    );
    await assert.rejects(enrol(parseToken(manager.token)), /CERT_HAS_EXPIRED/);
    await manager.close();
    await manager.open();
  });

  for (const [status, code] of [
    [401, 'token_unknown'],
    [409, 'token_used'],
    [410, 'token_expired'],
  ] as const) {
    test(`a refused token says why: ${code}`, async () => {
      manager.refuse = () => ({ status, code });
      await assert.rejects(enrol(parseToken(manager.token)), { name: 'ManagerRefusal', status, code });
      manager.refuse = () => undefined;
    });
  }

  test('what is no token is said to be none, and is not quoted', () => {
    for (const text of [
      '',
      'hello',
      Buffer.from('{"agents":1}').toString('base64url'),
      manager.tokenWith({ agents: 'nowhere' }),
    ]) {
      assert.throws(
        () => parseToken(text),
        (error: Error) => error.name === 'Error' && !/hello|ssss/.test(error.message),
      );
    }
  });
});

describe('identity and facts', () => {
  test('the key file is closed to others, and opened ones are closed again', () => {
    const folder = fs.mkdtempSync(join(tmpdir(), 'identity-'));
    const some = {
      hostId: manager.hostId,
      accountId: manager.accountId,
      agents: 'a:1',
      ca: 'c',
      certificate: 'c',
      key: 'k',
    };
    writeIdentity(folder, some);
    const path = join(folder, 'identity.json');
    assert.equal(fs.statSync(path).mode & 0o777, 0o600);
    assert.equal(closeKey(folder), undefined);
    fs.chmodSync(path, 0o644);
    assert.equal(closeKey(folder), '0644');
    assert.equal(fs.statSync(path).mode & 0o777, 0o600);
    assert.deepEqual(readIdentity(folder), some);
    fs.writeFileSync(path, '{"key": "secret');
    assert.throws(
      () => readIdentity(folder),
      (error: Error) => /is damaged/.test(error.message) && !error.message.includes('secret'),
    );
    fs.rmSync(folder, { recursive: true });
  });

  test('facts tell system, kernel, boot and privileges as they are', () => {
    const facts = gatherFacts();
    assert.equal(facts.root, process.geteuid?.() === 0);
    assert.equal(facts.limits.length > 0, !facts.root);
    assert.equal(facts.bootId, fs.readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim());
    assert.equal(osName('NAME="Debian GNU/Linux"\nVERSION_ID="12"\n'), 'Debian GNU/Linux 12');
    assert.equal(osName('PRETTY_NAME="Say \\"Linux\\""\n'), 'Say "Linux"');
    assert.equal(osName(''), 'unknown');
  });

  test('one version for the whole repository', async () => {
    const { version } = JSON.parse(fs.readFileSync(join(import.meta.dirname, '../package.json'), 'utf8')) as {
      version: string;
    };
    assert.equal(gatherFacts().agentVersion, version);
  });
});

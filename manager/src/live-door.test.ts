import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { routes } from '@sakimori/contract';
import { type FastifyInstance, fastify } from 'fastify';
import { startTestPlatform, type TestPlatform } from '../../test/platform.ts';
import { startTestService, type TestService } from '../../test/service.ts';
import { accessRoom, createAuthenticate, createKeyFor } from './access/index.ts';
import { registerLive } from './live-door.ts';
import { announce, installErrors } from './platform/index.ts';

const hourMs = 3_600_000;
let platform: TestPlatform;
let service: TestService;
/** One door whose keep-alive is too seldom to matter here, and one where it is all the time. */
let calm: { app: FastifyInstance; address: string };
let eager: { app: FastifyInstance; address: string };
let adminKey: string;

async function openDoor(keepAliveMs: number) {
  const app = fastify();
  installErrors(app, platform.log);
  registerLive(app, platform, createAuthenticate(platform), keepAliveMs);
  return { app, address: await app.listen({ port: 0, host: '127.0.0.1' }) };
}

before(async () => {
  platform = await startTestPlatform();
  service = await startTestService(platform, [accessRoom(platform, { publicUrl: () => 'http://127.0.0.1:7300' })]);
  calm = await openDoor(600_000);
  eager = await openDoor(50);
  adminKey = await createKeyFor(platform, { name: 'admin', role: 'provider-admin' });
});
after(async () => {
  await calm?.app.close();
  await eager?.app.close();
  await service?.stop();
  await platform?.stop();
});

/** A stream and what it said until it ended. */
async function listen(address: string, headers: Record<string, string>) {
  const response = await fetch(`${address}/service/live`, { headers });
  assert.equal(response.status, 200);
  const said = { text: '' };
  const ended = (async () => {
    for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) said.text += chunk;
  })();
  return { said, ended };
}
const withCookie = (token: string) => ({ cookie: `sakimori_session=${token}` });
async function enterAs(mail: string) {
  const body = { name: 'x', mail, role: 'operator' };
  const made = await service.send<{ person: { id: string }; link: string }>('POST', '/people', { key: adminKey, body });
  return { personId: made.body.person.id, cookie: await redeem(made.body.link) };
}
const redeem = async (link: string) =>
  (await service.send('POST', '/session/link', { body: { secret: new URL(link).hash.slice(1) } })).cookie!;
const say = (topic: 'alert' | 'host') =>
  platform.database.asProvider((tx) =>
    announce(tx, {
      topic,
      accountId: '019ab000-0000-7000-8000-0000000000aa',
      id: '019ab000-0000-7000-8000-0000000000bb',
    }),
  );
async function until(isSo: () => boolean): Promise<void> {
  for (const end = performance.now() + 10_000; !isSo(); await new Promise((resolve) => setTimeout(resolve, 20)))
    assert.ok(performance.now() < end, 'it did not come');
}

test('a stream ends at once when the person is disabled or the key revoked; those of others go on', async () => {
  const { personId, cookie } = await enterAs('one@example.jp');
  const key = await service.send<{ id: string; secret: string }>('POST', routes.createKey.path, {
    key: adminKey,
    body: { name: 'live', role: 'operator' },
  });
  const ofPerson = await listen(calm.address, withCookie(cookie));
  const ofKey = await listen(calm.address, { authorization: `Bearer ${key.body.secret}` });
  const ofAdmin = await listen(calm.address, { authorization: `Bearer ${adminKey}` });
  await service.send('DELETE', `/people/${personId}`, { key: adminKey });
  await ofPerson.ended;
  await say('alert');
  await until(() => ofKey.said.text.includes('"topic":"alert"'));
  assert.equal((await service.send('DELETE', `/keys/${key.body.id}`, { key: adminKey })).status, 204);
  await ofKey.ended;
  await say('host');
  await until(() => ofAdmin.said.text.includes('"topic":"host"'));
  assert.ok(!ofPerson.said.text.includes('"topic":"alert"') && !ofKey.said.text.includes('"topic":"host"'));
});

test('signing out ends the stream of that session; another session of the same person goes on', async () => {
  const { personId, cookie } = await enterAs('two@example.jp');
  const link = await service.send<{ link: string }>('POST', `/people/${personId}/link`, { key: adminKey });
  const other = await redeem(link.body.link);
  const first = await listen(calm.address, withCookie(cookie));
  const second = await listen(calm.address, withCookie(other));
  assert.equal((await service.send('DELETE', '/session', { cookie })).status, 204);
  await first.ended;
  await say('host');
  await until(() => second.said.text.includes('"topic":"host"'));
});

test('an open stream does not keep a session alive', async () => {
  const { cookie } = await enterAs('three@example.jp');
  const stream = await listen(eager.address, withCookie(cookie));
  for (let hour = 0; hour < 11; hour++) {
    platform.clock.advance(hourMs);
    const heard = stream.said.text.length;
    await until(() => stream.said.text.length > heard + 8);
  }
  platform.clock.advance(2 * hourMs);
  await stream.ended;
  assert.equal((await service.send('GET', '/people', { cookie })).status, 401);
});

import assert from 'node:assert/strict';
import { createSign } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import 'reflect-metadata';
import * as x509 from '@peculiar/x509';
import { routes } from '@sakimori/contract';
import { startTestDoor, type TestDoor } from '../../../test/agents-door.ts';
import { actorOf } from '../../../test/service.ts';
import { Editions } from '../editions/index.ts';
import { type SourcesRoom, sourcesRoom } from './index.ts';

const topic = 'arn:aws:sns:ap-northeast-1:123456789012:events';
let door: TestDoor;
let room: SourcesRoom;
let amazon: Server;
let signer: { pem: string; key: string };
let accountId: string;
let sourceId: string;
/** What was asked of the imitation of Amazon. */
const asked: string[] = [];

/** A certificate like Amazon's: RSA, as the signature versions want it. */
async function makeSigner(name: string): Promise<{ pem: string; key: string }> {
  const algorithm = {
    name: 'RSASSA-PKCS1-v1_5',
    hash: 'SHA-256',
    modulusLength: 2048,
    publicExponent: new Uint8Array([1, 0, 1]),
  };
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    ...{
      name: `CN=${name}`,
      notBefore: new Date('2020-01-01'),
      notAfter: new Date('2090-01-01'),
      keys,
      signingAlgorithm: algorithm,
    },
  });
  const der = Buffer.from(await crypto.subtle.exportKey('pkcs8', keys.privateKey)).toString('base64');
  return {
    pem: certificate.toString('pem'),
    key: `-----BEGIN PRIVATE KEY-----\n${der.replace(/.{64}/g, '$&\n')}\n-----END PRIVATE KEY-----\n`,
  };
}

before(async () => {
  signer = await makeSigner('sns.amazonaws.com');
  amazon = createServer((incoming, reply) => {
    asked.push(incoming.url!);
    if (incoming.url!.endsWith('.pem')) reply.end(signer.pem);
    else reply.end('<ConfirmSubscriptionResponse/>');
  }).listen(0, '127.0.0.1');
  await new Promise((listening) => amazon.once('listening', listening));
  const { port } = amazon.address() as AddressInfo;
  const ports = ['SYSLOG_TCP_PORT', 'SYSLOG_TLS_PORT', 'SYSLOG_UDP_PORT', 'SNS_PORT'].map((name) => [
    `SAKIMORI_${name}`,
    '0',
  ]);
  door = await startTestDoor({
    env: { SAKIMORI_AWS_ENDPOINT: `http://127.0.0.1:${port}`, ...Object.fromEntries(ports) },
    rooms: (platform) => {
      room = sourcesRoom({ platform, editions: Editions.read(platform.config) });
      return [room];
    },
  });
  accountId = await door.makeAccount('Topic');
  const body = { name: 'Workload Security', kind: 'sns', value: topic } as const;
  sourceId = (await door.service.as(actorOf('operator'))(routes.addSource, { params: { accountId }, body })).id;
  await room.receivers.open((names) => door.authority.issueServer(names));
});
after(async () => {
  await room.receivers.close();
  amazon.close();
  await door.stop();
});

const event = (id: number, more: Record<string, unknown> = {}) => ({
  ...{
    EventType: 'AntiMalwareEvent',
    EventID: id,
    TenantID: 17,
    TenantName: 'T',
    HostID: 9,
    Hostname: 'web-9 (Web) [i-1]',
  },
  ...{
    LogDate: door.platform.clock.now().toISOString(),
    MalwareName: 'Eicar',
    InfectedFilePath: '/tmp/x',
    ScanResultString: 'Deleted',
  },
  ...more,
});

type Message = Record<string, string>;
function signed(fields: Message, version: '1' | '2' = '2', key = signer.key): Message {
  const message: Message = {
    ...{ Type: 'Notification', MessageId: crypto.randomUUID(), TopicArn: topic, Message: '[]' },
    ...{ Timestamp: door.platform.clock.now().toISOString(), SignatureVersion: version },
    SigningCertURL: 'https://sns.ap-northeast-1.amazonaws.com/SimpleNotificationService-1.pem',
    ...fields,
  };
  const keys =
    message['Type'] === 'Notification'
      ? ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type']
      : ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'];
  const text = keys
    .filter((name) => message[name] !== undefined)
    .map((name) => `${name}\n${message[name]}\n`)
    .join('');
  return {
    ...message,
    Signature: createSign(version === '1' ? 'RSA-SHA1' : 'RSA-SHA256')
      .update(text)
      .sign(key, 'base64'),
  };
}

function post(body: string, headers: Record<string, string> = {}): Promise<number> {
  const url = new URL(room.receivers.addresses.sns!);
  return new Promise((answered, failed) => {
    const asking = request(
      url,
      { method: 'POST', ca: door.authority.pem, headers: { 'content-type': 'text/plain', ...headers } },
      (reply) => {
        reply.resume().once('end', () => answered(reply.statusCode!));
      },
    );
    asking.once('error', failed);
    asking.end(body);
  });
}
const deliver = (message: Message) => post(JSON.stringify(message));
const counts = async () =>
  (await door.service.as(actorOf('operator'))(routes.listSources, { query: {} })).items.find(
    ({ id }) => id === sourceId,
  )!.counts;

test('signatures of both versions are taken, several events a message; redelivery is one detection', async () => {
  const message = signed({ Message: JSON.stringify([event(1), event(2)]), Subject: '件名' });
  assert.equal(await deliver(message), 200);
  assert.equal(await deliver(message), 200);
  assert.equal(await deliver(signed({ Message: JSON.stringify([event(3, { Novel: { deep: 1 } })]) }, '1')), 200);
  // The same event in another message.
  assert.equal(await deliver(signed({ Message: JSON.stringify([event(2)]) })), 200);
  const { stored, duplicate } = await counts();
  assert.deepEqual([stored, duplicate], [3, 3]);
  assert.equal(asked.filter((url) => url.endsWith('.pem')).length, 1, 'the certificate is fetched once');
  const { items } = await door.service.as(actorOf('operator'))(routes.listDetections, { query: { accountId } });
  const novel = items.find(({ foreign }) => (foreign?.fields?.['extra'] as Record<string, unknown>)?.['Novel'])!;
  assert.deepEqual([novel.hostName, novel.action, JSON.parse(novel.raw!).EventID], ['web-9', 'deleted', 3]);
});

test('a forged message, a foreign host of the certificate, an old one, another topic and no JSON are refused and counted', async () => {
  const other = await makeSigner('sns.amazonaws.com');
  const good = signed({ Message: JSON.stringify([event(50)]) });
  const before = await counts();
  const cases: [Message, number][] = [
    [signed({ Message: JSON.stringify([event(51)]) }, '2', other.key), 403],
    [{ ...good, Message: JSON.stringify([event(52)]) }, 403],
    [{ ...good, SignatureVersion: '3' }, 403],
    ...[
      'https://sns.evil.example/SimpleNotificationService-1.pem',
      'https://sns.ap-northeast-1.amazonaws.com.evil.example/x.pem',
      'https://sns.ap-northeast-1.amazonaws.com@evil.example/x.pem',
      'https://sns.ap-northeast-1.amazonaws.com:444/x.pem',
      'http://sns.ap-northeast-1.amazonaws.com/x.pem',
      'https://sns.ap-northeast-1.amazonaws.com/x.html',
      'file:///etc/passwd',
    ].map((url): [Message, number] => [signed({ SigningCertURL: url }), 403]),
    [signed({ Timestamp: new Date(door.platform.clock.now().getTime() - 80 * 60_000).toISOString() }), 403],
    [signed({ TopicArn: `${topic}-other`, Message: JSON.stringify([event(53)]) }), 403],
  ];
  for (const [message, status] of cases)
    assert.equal(await deliver(message), status, String(message['SigningCertURL']));
  assert.equal(await post('{"Type":"Notification"}'), 400);
  assert.equal(await post('no JSON'), 400);
  assert.equal(await post('x'.repeat(1024 * 1024 + 1)).catch(() => 413), 413);
  assert.deepEqual(await counts(), before);
  assert.ok(!asked.some((url) => url.includes('html')));
  const { doors } = await door.service.as(actorOf('operator'))(routes.listSources, { query: {} });
  assert.ok(
    doors.ended['signature']! >= 3 &&
      doors.ended['certificateHost'] === 7 &&
      doors.ended['topic'] === 1 &&
      doors.ended['stale'] === 1,
  );
  assert.equal(await deliver(good), 200, 'and what is right is taken still');
});

test('a subscription is confirmed for a registered topic alone, at Amazon alone', async () => {
  const subscribe = (fields: Message) =>
    signed({ Type: 'SubscriptionConfirmation', Message: 'x', Token: 't', ...fields });
  const url = (arn: string) =>
    `https://sns.ap-northeast-1.amazonaws.com/?Action=ConfirmSubscription&TopicArn=${arn}&Token=t`;
  assert.equal(await deliver(subscribe({ SubscribeURL: url(topic) })), 200);
  assert.equal(asked.filter((each) => each.includes('ConfirmSubscription')).length, 1);
  assert.equal(await deliver(subscribe({ TopicArn: `${topic}2`, SubscribeURL: url(`${topic}2`) })), 403);
  assert.equal(await deliver(subscribe({ SubscribeURL: 'https://evil.example/?Action=ConfirmSubscription' })), 403);
  assert.equal(asked.filter((each) => each.includes('ConfirmSubscription')).length, 1);
});

test('raw delivery is taken with the password of its source, and from nobody else', async () => {
  const arn = `${topic}-raw`;
  const body = { name: 'Raw', kind: 'sns', value: arn, isRaw: true } as const;
  const { rawPassword = '' } = await door.service.as(actorOf('operator'))(routes.addSource, {
    params: { accountId },
    body,
  });
  const headers = (password: string, to = arn) => ({
    ...{ 'x-amz-sns-rawdelivery': 'true', 'x-amz-sns-topic-arn': to },
    authorization: `Basic ${Buffer.from(`sakimori:${password}`).toString('base64')}`,
  });
  const before = (await counts()).stored;
  const text = JSON.stringify([event(900)]);
  assert.equal(await post(text, headers('wrong')), 401);
  assert.equal(await post(text, headers(rawPassword, topic)), 401, 'a topic that signs is no raw one');
  assert.equal(await post(text, headers(rawPassword)), 200);
  assert.equal((await counts()).stored, before);
  const { items } = await door.service.as(actorOf('operator'))(routes.listSources, { query: {} });
  assert.equal(items.find(({ name }) => name === 'Raw')!.counts.stored, 1);
});

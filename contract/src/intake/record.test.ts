import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import fc from 'fast-check';
import { modulesOutOfScope, type NeutralEvent } from './event.ts';
import { parseLines, parseRecord, recordProblems } from './record.ts';
import { cefFixtures, leefFixtures } from './test-lines.ts';

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

for (const [format, fixtures] of [
  ['CEF', cefFixtures],
  ['LEEF', leefFixtures],
] as const)
  for (const { name, raw, expected } of fixtures)
    test(`${format}: ${name}`, () => {
      const { events, problem } = parseLines(raw);
      assert.deepEqual([events.length, problem], [1, undefined]);
      const event = plain(events[0]) as Record<string, unknown>;
      for (const [field, value] of Object.entries(expected)) assert.deepEqual(event[field], value, field);
    });

test('S13, in part: application and device control are recognised by signature and by type, and told apart', () => {
  const modules = [
    ...cefFixtures.map(({ raw }) => parseRecord(raw).events[0]!.module!),
    ...['AppControlEvent', 'DeviceControlEvent'].map(
      (EventType) => parseRecord(JSON.stringify({ EventType })).events[0]!.module!,
    ),
  ];
  assert.deepEqual(
    modules.filter((module) => modulesOutOfScope.has(module)),
    ['application_control', 'device_control', 'application_control', 'device_control'],
  );
});

test('lines of other products, of another format, of nothing are told by their reason', () => {
  const cases: [string, Parameters<typeof parseRecord>[1], string][] = [
    ['CEF:0|Other Vendor|Firewall|1|1|n|3|src=1.2.3.4', 'auto', 'otherProduct'],
    ['LEEF:1.0|Other|Firewall|1|1|src=1.2.3.4', 'auto', 'otherProduct'],
    ['<13>Nov 20 09:15:01 host sshd[1]: Accepted publickey', 'auto', 'noEvent'],
    ['CEF:0', 'auto', 'noEvent'],
    ['CEF:0|', 'auto', 'otherProduct'],
    ['', 'auto', 'empty'],
    [' \r\n', 'cef', 'empty'],
    [cefFixtures[0]!.raw, 'leef', 'otherFormat'],
    [cefFixtures[0]!.raw, 'sns', 'otherFormat'],
    ['{"a":', 'auto', 'unreadableJson'],
    ['{"a":}', 'sns', 'unreadableJson'],
    ['{}', 'auto', 'unreadableJson'],
    ['{"Type":"SubscriptionConfirmation","Message":"m"}', 'auto', 'control'],
    ['\u0000\u0001\ufffd\ufffd', 'auto', 'noEvent'],
  ];
  for (const [raw, format, expected] of cases) {
    const { events, problem } = parseRecord(raw, format);
    assert.deepEqual([events.length, problem], [0, expected], raw);
  }
});

test('a frame of several lines is several events; a line that begins none belongs to the one before', () => {
  const [one, two] = [cefFixtures[0]!.raw, cefFixtures[9]!.raw];
  const { events } = parseLines(`${one}\n${two} and\nmore=1 of it\n\n`);
  assert.deepEqual(
    events.map(({ module }) => module),
    ['system', 'integrity_monitoring'],
  );
  assert.match(events[1]!.message!, /size and\nmore=1 of it$/);
});

const notification = (message: unknown): string =>
  JSON.stringify({
    Type: 'Notification',
    MessageId: 'm',
    TopicArn: 'arn:aws:sns:ap-northeast-1:1:t',
    Message: message,
  });
const malware = {
  ...{ EventType: 'AntiMalwareEvent', EventID: 34, HostID: 135, Hostname: 'app-1 (Web) [i-1]', TenantID: 1 },
  ...{
    LogDate: '2026-11-20T00:15:00.000Z',
    MalwareName: 'Eicar',
    ScanResultString: 'Deleted',
    ScanTypeString: 'Real Time',
  },
  ...{ InfectedFilePath: 'd:\\temp2\\a.zip(b)', FileSHA1: 'CC06', Tags: '', TenantName: '例', Reason: 'Default Scan' },
};

test('SNS: one event, many, records of Lambda, bodies of a queue, raw delivery, decoded already', () => {
  const deliveries = [
    notification(JSON.stringify([malware])),
    notification([malware]),
    notification(malware),
    JSON.stringify({ Records: [{ Sns: JSON.parse(notification(JSON.stringify([malware]))) }] }, undefined, 2),
    JSON.stringify({ Records: [{ body: notification(JSON.stringify([malware])) }] }),
    JSON.stringify({ Messages: [{ Body: notification(JSON.stringify([malware])) }] }),
    JSON.stringify([malware]),
    ` ${JSON.stringify(malware)}\n`,
  ];
  const [first, ...others] = deliveries.map((raw) => plain(parseRecord(raw).events));
  for (const other of others) assert.deepEqual(other, first);
  assert.deepEqual(first, [
    {
      ...{ format: 'sns', module: 'anti_malware', host: 'app-1 (Web) [i-1]', host_id: '135', tenant_id: '1' },
      ...{ timestamp: '2026-11-20T00:15:00Z', name: 'Eicar', result: 'Deleted', scan_type: 'Real Time' },
      ...{
        file_path: 'd:\\temp2\\a.zip(b)',
        sha1: 'CC06',
        tenant: '例',
        extra: { EventID: 34, Reason: 'Default Scan' },
      },
    },
  ]);
  assert.equal(parseRecord(notification(JSON.stringify([malware, malware, { Odd: 1 }]))).events.length, 3);
});

test('SNS: every type of event', () => {
  const read = (event: object): NeutralEvent => parseRecord(JSON.stringify([event])).events[0]!;
  const packet = read({
    ...{ EventType: 'PacketLog', Action: 6, ActionString: 'Log Only', Reason: 'Log All', DirectionString: 'Outgoing' },
    ...{ SourceIP: '192.0.2.1', SourcePort: '36248', SourceMAC: 'a', DestinationIP: '192.0.2.2', DestinationPort: 443 },
    ...{ ProtocolString: 'TCP', FrameString: 'IP', RepeatCount: 2, Protocol: 6 },
  });
  assert.deepEqual(
    [packet.module, packet.action, packet.name, packet.direction, packet.src_port, packet.count, packet.protocol],
    ['firewall', 'Log Only', 'Log All', 'Outgoing', 36248, 2, 'TCP'],
  );
  const alert = read({
    ...{ EventType: 'SystemEvent', Number: 192, Title: 'Alert Ended', ActionBy: 'System', TargetType: 'Host' },
    ...{ Description: 'Alert: CPU\nSubject: db\nSeverity: Warning', Severity: '2', TargetID: 9, TargetName: 'db' },
  });
  assert.deepEqual(
    [
      alert.module,
      alert.signature_id,
      alert.alert_state,
      alert.alert_subject,
      alert.severity,
      alert.user,
      alert.target_id,
    ],
    ['system', '192', 'ended', 'db', 2, 'System', '9'],
  );
  const application = read({
    ...{ EventType: 'AppControlEvent', Action: 'Execution Blocked', OperationDesc: 'detectOnly', Path: '/opt/x' },
    ...{ FileName: 'a.sh', ActionReasonDesc: 'notWhitelisted', UserName: 'root', SHA256: 'AB', FileSize: '20' },
  });
  assert.deepEqual(
    [
      application.detect_only,
      application.file_path,
      application.action_reason,
      application.target_user,
      application.file_size,
    ],
    [true, '/opt/x/a.sh', 'notWhitelisted', 'root', 20],
  );
  const others = {
    PayloadLog: 'intrusion_prevention',
    WebReputationEvent: 'web_reputation',
    IntegrityEvent: 'integrity_monitoring',
  };
  for (const [EventType, module] of Object.entries({
    ...others,
    LogInspectionEvent: 'log_inspection',
    AgentEvent: 'system',
  }))
    assert.equal(read({ EventType, Severity: 4 }).module, module);
  assert.deepEqual(plain(read({ EventType: 'Novel', X: { a: [1] } })), {
    format: 'sns',
    extra: { EventType: 'Novel', X: { a: [1] } },
  });
});

test('names that JavaScript knows are only names', () => {
  const { events } = parseRecord(
    'CEF:0|Trend Micro|Deep Security Agent|1|21|n|5|__proto__=1 constructor=2 toString=3 act=Deny',
  );
  assert.deepEqual(Object.keys(events[0]!.extra!), ['constructor', 'toString']);
  const document = parseRecord('[{"EventType":"toString","__proto__":{"a":1},"constructor":1}]').events[0]!;
  assert.equal(document.module, undefined);
  assert.equal(Object.getPrototypeOf(plain(document)), Object.prototype);
});

/** What is written out is no longer than a small multiple of what came in. */
function isBounded(raw: string): void {
  for (const parse of [parseRecord, parseLines])
    for (const format of ['auto', 'cef', 'leef', 'sns'] as const) {
      const { events, problem } = parse(raw, format);
      assert.ok(JSON.stringify(events).length <= raw.length * 8 + 2048, raw.slice(0, 200));
      assert.ok(problem === undefined || recordProblems.includes(problem));
      for (const event of events) assert.ok(event.format && Object.values(event).every((value) => value !== undefined));
    }
}

test('never throws, never grows: texts at random, pieces of real ones at random, cut anywhere', () => {
  const piece = fc.oneof(
    fc.constantFrom(
      'CEF:0|',
      'LEEF:2.0|',
      'Trend Micro|',
      'Deep Security Agent|',
      '|',
      '\\',
      '=',
      ' ',
      '\t',
      '^',
      'cs1=',
      'cs1Label=',
    ),
    fc.constantFrom(
      ' msg=',
      ' filePath=',
      'x09|',
      '<134>',
      '1 ',
      '2026-11-20T09:15:00Z ',
      'Nov 20 09:15:00 ',
      '[{"EventType":"',
      '"}]',
      '{"Message":',
    ),
    fc.string({ unit: 'binary', maxLength: 12 }),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => isBounded(pieces.join(''))),
    { numRuns: 400 },
  );
  const all = [...cefFixtures, ...leefFixtures].map(({ raw }) => raw);
  fc.assert(
    fc.property(fc.constantFrom(...all), fc.nat(400), fc.nat(400), fc.string({ maxLength: 5 }), (raw, from, to, text) =>
      isBounded(raw.slice(0, from) + text + raw.slice(to)),
    ),
    { numRuns: 400 },
  );
  fc.assert(fc.property(fc.json({ maxDepth: 6 }), isBounded), { numRuns: 200 });
});

test('long and hostile lines take a time that grows with their length only', () => {
  const long = 64 * 1024;
  const bodies = [
    'a'.repeat(long),
    'a= '.repeat(long / 3),
    '='.repeat(long),
    '\\'.repeat(long),
    '|'.repeat(long),
    'msg=a b'.repeat(long / 7),
  ];
  const heads = [
    'CEF:0|Trend Micro|Deep Security Agent|1|21|',
    'CEF:0|Trend Micro|Deep Security Agent|1|21|n|5|msg=',
    'LEEF:2.0|Trend Micro|Deep Security Agent|1|21|',
    '<1>',
    '',
  ];
  for (const head of heads)
    for (const body of [
      ...bodies,
      '\\n '.repeat(long / 3),
      ' x'.repeat(long / 2),
      '['.repeat(long),
      '[{"a":'.repeat(long / 6),
    ])
      isBounded(head + body);
});

// Real lines are others' and do not lie in the repository: whoever has a folder of them names it.
const samples = process.env['SAKIMORI_EVENT_SAMPLES'];
if (samples !== undefined) test('the samples of a folder, field by field', () => readSamples(samples));

function readSamples(folder: string): void {
  const expected = JSON.parse(readFileSync(join(folder, 'expected.dev.json'), 'utf8')) as Record<
    string,
    Record<string, unknown>[]
  >;
  for (const line of readFileSync(join(folder, 'index.jsonl'), 'utf8').trim().split('\n')) {
    const { id, raw } = JSON.parse(line) as { id: string; raw: string };
    const { events } = parseLines(raw);
    assert.ok(events.length > 0, id);
    for (const [index, { timestamp, ...fields }] of (expected[id] ?? []).entries()) {
      const { extra: _, truncated: __, timestamp: read, ...got } = plain(events[index]) as Record<string, unknown>;
      assert.deepEqual(got, fields, id);
      assert.equal(Date.parse(String(read)), Date.parse(String(timestamp)), id);
    }
  }
}

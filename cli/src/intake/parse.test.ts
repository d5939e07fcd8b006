import assert from 'node:assert/strict';
import test from 'node:test';
import { cefFixtures, leefFixtures } from '@sakimori/contract/intake/test-lines';
import { startCli } from '../../../test/run-cli.ts';

const [system, alert] = cefFixtures.map(({ raw }) => raw) as [string, string];
const document = JSON.stringify([{ EventType: 'PacketLog', HostID: 9 }, { EventType: 'Novel' }], undefined, 2);
const objects = (out: string): Record<string, unknown>[] =>
  out
    .trim()
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Record<string, unknown>);

test('sakimori intake parse: lines and documents on one input, an object a line; what is none is told', async () => {
  const input = `${system}\nhello\n${document}\n${Buffer.byteLength(alert)} ${alert}\n${leefFixtures[0]!.raw}\r\n`;
  const { code, out, err } = await startCli(['intake', 'parse'], {}, input);
  assert.equal(code, 0);
  assert.deepEqual(
    objects(out).map(({ format, module }) => [format, module]),
    [
      ['cef', 'system'],
      ['sns', 'firewall'],
      ['sns', undefined],
      ['cef', 'system'],
      ['leef', 'intrusion_prevention'],
    ],
  );
  assert.match(err, /no event of CEF, LEEF or SNS: 1\n$/);
});

test('sakimori intake parse --cases: each event has the id of its case and its place in the record', async () => {
  const cases = [{ id: 'a', raw: system }, { id: 'b', raw: document }, { raw: 'no id' }, { id: 'c', raw: 'hello' }];
  const input = [
    ...cases.map((each) => JSON.stringify(each)),
    'no JSON',
    '',
    JSON.stringify({ id: 4, raw: [{ EventType: 'X' }] }),
  ];
  const { code, out, err } = await startCli(['intake', 'parse', '--cases'], { LANG: 'ja_JP.UTF-8' }, input.join('\n'));
  assert.equal(code, 0);
  assert.deepEqual(
    objects(out).map(({ id, n }) => [id, n]),
    [
      ['a', 0],
      ['b', 0],
      ['b', 1],
      [4, 0],
    ],
  );
  assert.match(err, /id と raw を持つ JSON ではない行：2 件/);
});

test('sakimori intake parse typed wrong, or given nothing that is an event', async () => {
  const [format, nothing, other, empty, quiet] = await Promise.all([
    startCli(['intake', 'parse', '--format', 'xml']),
    startCli(['intake', 'parse'], {}, 'hello\n'),
    startCli(['intake', 'parse', '--format', 'leef'], {}, system),
    startCli(['intake', 'parse']),
    startCli(['intake', 'parse', '--json'], {}, `hello\n${system}`),
  ]);
  assert.deepEqual([format.code, nothing.code, other.code, empty.code, quiet.code], [64, 1, 1, 0, 0]);
  assert.match(format.err, /auto, cef, leef, sns/);
  assert.match(nothing.err, /None of 1 inputs/);
  assert.match(other.err, /not of the format that --format asks for: 1/);
  assert.deepEqual([quiet.err, objects(quiet.out).length], ['', 1]);
});

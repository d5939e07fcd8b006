import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readDay, readTime, readTimeOrDay } from './index.ts';

const readAs = (text: string) => {
  const read = readTimeOrDay(text);
  return 'at' in read ? read.at.toString() : read.fault;
};

test('an instant is read as RFC 3339 writes it, with or without seconds; a day is its first instant in Japan', () => {
  const cases = {
    '2026-12-28T15:00+09:00': '2026-12-28T06:00:00Z',
    '2026-12-28T15:00:00+09:00': '2026-12-28T06:00:00Z',
    '2026-12-28 15:00:00.25+09:00': '2026-12-28T06:00:00.25Z',
    '2026-12-28T06:00Z': '2026-12-28T06:00:00Z',
    '2026-12-28t06:00z': '2026-12-28T06:00:00Z',
    '2026-12-27T22:00-08:00': '2026-12-28T06:00:00Z',
    '2026-12-28': '2026-12-27T15:00:00Z',
  };
  for (const [text, expected] of Object.entries(cases)) assert.equal(readAs(text), expected, text);
});

test('what is none says why: no zone, a zone that there is not, a day or hour that there is not, another form', () => {
  const cases = {
    '2026-12-28T15:00': 'zone_missing',
    '2026-12-28T15:00+25:00': 'zone_unknown',
    '2026-12-28T15:00+09:60': 'zone_unknown',
    '2026-12-28T15:00JST': 'zone_unknown',
    '2026-12-28T15:00+0900': 'zone_unknown',
    '2026-12-28T15:00[Asia/Tokyo]': 'zone_unknown',
    '2026-12-28T15:00+09:00[Europe/Berlin]': 'form',
    '2026-02-30T10:00+09:00': 'no_such_time',
    '2026-02-30': 'no_such_time',
    '2026-12-28T24:00+09:00': 'no_such_time',
    '2026-12-28T25:00+09:00': 'no_such_time',
    '2026/12/28': 'form',
    yesterday: 'form',
    '２０２６-12-28': 'form',
    '': 'form',
  };
  for (const [text, expected] of Object.entries(cases)) assert.equal(readAs(text), expected, text);
  assert.deepEqual(readTime('2026-12-28'), { fault: 'form' });
  assert.equal(readDay('2027-02-29'), undefined);
});

test('whatever is thrown at it, it answers', () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.string(), fc.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d[+-]\d\d:\d\d$/)),
      (text) => void readAs(text),
    ),
  );
});

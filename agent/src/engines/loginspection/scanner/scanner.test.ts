import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Subject } from '../patterns/index.ts';
import { GatedList, noGate } from './gated-list.ts';
import { GateList } from './gates.ts';
import { Scanner } from './scanner.ts';

function scannerFor(needs: readonly (readonly string[])[]) {
  const gates = new GateList();
  const numbers = needs.map((anyOf) => gates.add({ anyOf, exact: true })?.number ?? noGate);
  return { scanner: new Scanner(gates), numbers };
}

const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c', ' ', '1', '('), minLength: 4, maxLength: 7 });
const messages = fc.string({ unit: fc.constantFrom('a', 'B', 'C', 'b', ' ', '1', '(', 'é', '日'), maxLength: 60 });

test('a gate is open where one of its texts stands, in either case', () => {
  fc.assert(
    fc.property(
      fc.array(fc.array(word, { minLength: 1, maxLength: 3 }), { maxLength: 30 }),
      fc.array(messages),
      (needs, texts) => {
        const { scanner, numbers } = scannerFor(needs);
        for (const text of texts) {
          scanner.scan(new Subject(text));
          const expected = needs.map((anyOf) => anyOf.some((one) => text.toLowerCase().includes(one)));
          assert.deepEqual(
            numbers.map((number) => scanner.isOpen(number)),
            expected,
          );
          const open = new Set(scanner.open.subarray(0, scanner.openCount));
          assert.deepEqual(open, new Set(numbers.filter((_, index) => expected[index])));
          assert.equal(open.size, scanner.openCount);
        }
      },
    ),
    { numRuns: 300 },
  );
});

test('what is found stays the same while the scanner learns what is rare', () => {
  const { scanner, numbers } = scannerFor([['failed password'], ['for root'], ['not there at all'], ['port 22']]);
  for (let index = 0; index < 20_000; index++) {
    scanner.scan(new Subject(`Failed password for ${index % 3 === 0 ? 'root' : 'taro'} from 192.0.2.1 port ${index}`));
    assert.deepEqual(
      numbers.map((number) => scanner.isOpen(number)),
      [true, index % 3 === 0, false, String(index).startsWith('22')],
    );
  }
});

test('a message of any length is read to its end; two letters of Unicode make it unsure', () => {
  const { scanner, numbers } = scannerFor([['needle']]);
  const open = (text: string) => {
    scanner.scan(new Subject(text));
    return scanner.isBlind ? 'blind' : scanner.isOpen(numbers[0]!);
  };
  assert.equal(open(`${'日'.repeat(100_000)}NEEDLE`), true);
  assert.equal(open('needl'), false);
  assert.equal(open('needle'), true);
  assert.equal(open(''), false);
  assert.equal(open('ſneedle'), 'blind');
  assert.equal(open('\u212A'), 'blind');
});

test('texts too short to look for open no gate, and close none', () => {
  assert.equal(new GateList().add({ anyOf: ['long enough', 'abc'], exact: true }), undefined);
  assert.equal(new GateList().add(undefined), undefined);
});

test('a list gives its candidates in its own order, whatever opened first', () => {
  const words = Array.from({ length: 200 }, (_, index) => `w${index}x${index * 7}`);
  fc.assert(
    fc.property(fc.array(fc.nat(199), { maxLength: 12 }), fc.integer({ min: 1, max: 200 }), (said, length) => {
      const needs = words.slice(0, length).map((one) => [one]);
      const { scanner, numbers } = scannerFor(needs);
      const gates = numbers.map((number, index) => ({ gate: index % 5 === 0 ? noGate : number }));
      const list = new GatedList(words.slice(0, length), gates);
      const text = said.map((index) => words[index]).join(' ');
      scanner.scan(new Subject(text));
      const count = list.collect(scanner);
      const expected = words.slice(0, length).filter((one, index) => index % 5 === 0 || text.includes(one));
      assert.deepEqual(
        Array.from({ length: count }, (_, index) => list.candidate(index)),
        expected,
      );
    }),
  );
});

test('what must begin in another way is no candidate', () => {
  const { scanner } = scannerFor([]);
  const digits = Uint8Array.from({ length: 128 }, (_, code) => Number(code >= 48 && code <= 57));
  const list = new GatedList(['digit', 'any'], [{ gate: noGate, beginnings: digits }, { gate: noGate }]);
  const count = (text: string) => {
    scanner.scan(new Subject(text));
    return list.collect(scanner);
  };
  assert.deepEqual(['1 a', 'a 1', '', '日'].map(count), [2, 1, 1, 2]);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fieldsOf, LogEvent } from '../event.ts';
import { RuleFileFault } from '../fault.ts';
import { predecodeSyslog } from '../predecode/own.ts';
import { decodeEvent } from './decode.ts';
import { loadDecoders } from './load.ts';

function decode(xml: string, message: string) {
  const set = loadDecoders([{ name: 'd.xml', xml }]);
  const origin = { timeMs: 0, format: 'syslog', location: '/var/log/x', line: message } as const;
  const event = new LogEvent(origin, predecodeSyslog(`Nov 23 10:00:00 host ${message}`));
  decodeEvent(set, event);
  return { decoder: event.decoder, category: event.category, fields: fieldsOf(event) };
}

const shop = `
  <decoder name="shop"><program_name>^shopd$</program_name></decoder>
  <decoder name="shop-login">
    <parent>shop</parent><prematch>^login </prematch>
    <regex offset="after_prematch">^user=(\\S+) ip=(\\S+)</regex><order>user, srcip</order>
  </decoder>
  <decoder name="shop-sale">
    <parent>shop</parent><use_own_name>true</use_own_name><prematch>^sale </prematch>
    <regex offset="after_parent">item (\\w+)</regex><order>id</order>
  </decoder>
  <decoder name="shop-sale"><parent>shop</parent><use_own_name>true</use_own_name><regex offset="after_regex">^ by (\\w+)</regex><order>srcuser</order></decoder>`;

test('a child takes its fields behind its prematch and carries the name of its parent', () => {
  const login = decode(shop, 'shopd[7]: login user=taro ip=192.0.2.7 ok');
  assert.deepEqual(login, { decoder: 'shop', category: 'syslog', fields: { dstuser: 'taro', srcip: '192.0.2.7' } });
});

test('several regexes of one name go on where the one before ended; use_own_name keeps the name', () => {
  assert.deepEqual(decode(shop, 'shopd: sale of item book by jiro').fields, { id: 'book', srcuser: 'jiro' });
  assert.equal(decode(shop, 'shopd: sale of item book by jiro').decoder, 'shop-sale');
  assert.deepEqual(decode(shop, 'shopd: sale of item book').fields, { id: 'book' });
});

test('an event with a program sees the decoders with one, another only those without', () => {
  const xml = `<decoder name="p"><program_name>^p$</program_name></decoder>
    <decoder name="bare"><type>web-log</type><prematch>^GET </prematch></decoder>`;
  assert.equal(decode(xml, 'GET /').decoder, 'bare');
  assert.equal(decode(xml, 'GET /').category, 'web-log');
  assert.equal(decode(xml, 'q: GET /').decoder, undefined);
  assert.equal(decode(shop, 'shopd: something else').decoder, 'shop');
});

test('a pcre2 pattern works in the same place', () => {
  const xml = `<decoder name="p"><program_name type="pcre2">^p\\d?$</program_name>
    <prematch_pcre2>^U</prematch_pcre2><pcre2>user=([a-z]{2,8})\\b</pcre2><order>user</order></decoder>`;
  assert.deepEqual(decode(xml, 'p1: User user=hanako x').fields, { dstuser: 'hanako' });
});

test('what is wrong or not supported is refused with its place', () => {
  const refused = (body: string, expected: RegExp) =>
    assert.throws(
      () => loadDecoders([{ name: 'd.xml', xml: `<decoder name="a">\n${body}\n</decoder>` }]),
      (error) => error instanceof RuleFileFault && expected.test(error.message),
      body,
    );
  refused('<program_name>a</program_name><plugin_decoder>X</plugin_decoder>', /^d\.xml:2:\d+: `X` is no plugin: PF_/);
  refused('<prematch>a</prematch><colour>red</colour>', /^d\.xml:2:\d+: `<colour>` in a decoder is not supported/);
  refused('<prematch>a</prematch><fts>id</fts>', /`<fts>` needs `<regex>`/);
  refused('<prematch>a</prematch><regex>(a)</regex><order>id</order><fts>colour</fts>', /`colour` cannot be used in/);
  refused('<order>user</order><prematch>a</prematch>', /`<order>` needs `<regex>`/);
  refused(
    '<prematch>a</prematch><regex>(a</regex><order>id</order>',
    /^d\.xml:2:\d+: `<regex>`: `\(` is never closed \(character 1/,
  );
  refused('<prematch>a</prematch><regex>(a)</regex><order>two words</order>', /`two words` is no field/);
  refused('<parent>none</parent><regex>(a)</regex><order>id</order>', /there is no decoder `none`/);
  refused('<type>syslog</type>', /needs `<prematch>`/);
  refused('<prematch offset="after_lunch">a</prematch>', /`after_lunch` is no offset/);
});

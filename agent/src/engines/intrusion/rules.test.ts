import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import {
  ApplicationTypeFile,
  IntrusionLibraryFile,
  type IntrusionLibraryRule,
} from '@sakimori/contract/intrusion-library';
import { analyseRules, noSuricata, playToSuricata } from '../../../../test/suricata.ts';
import { type IntrusionCase, IntrusionCaseFile, type Traffic } from '../../../../test/traffic.ts';

/** What we ship, run through the real engine with the cases that lie beside it. A new rule or case needs no code. */
const folder = join(import.meta.dirname, '../../../../rules/intrusion');
const read = (...path: string[]): unknown => JSON.parse(readFileSync(join(folder, ...path), 'utf8'));
const topics = readdirSync(folder)
  .filter((name) => name.endsWith('.json') && name !== 'application-types.json')
  .map((name) => name.replace(/\.json$/, ''));

type Ruled = IntrusionLibraryRule & { readonly topic: string };
type Cased = IntrusionCase & { readonly topic: string };

const only = new Set((process.env['SAKIMORI_RULES'] ?? '').split(',').filter((part) => part !== ''));
const isWanted = (topic: string, id: number): boolean =>
  only.size === 0 || only.has(topic) || only.has(String(id)) || only.has(String(9_000_000 + id));

const rules: Ruled[] = topics.flatMap((topic) =>
  IntrusionLibraryFile.parse(read(`${topic}.json`)).rules.map((rule) => ({ ...rule, topic })),
);
const cases: Cased[] = topics.flatMap((topic) =>
  IntrusionCaseFile.parse(read('cases', `${topic}.json`)).cases.map((one) => ({ ...one, topic })),
);
const { applicationTypes } = ApplicationTypeFile.parse(read('application-types.json'));
const texts = rules.map((rule) => rule.suricata);

/** Names of options that Suricata 6.0 knows and we use; the engine of Debian 12 must load every rule. */
const keywords = new Set(
  `msg sid rev classtype metadata reference flow flowbits flowint xbits threshold detection_filter target tag
  content nocase depth offset distance within startswith endswith fast_pattern bsize isdataat pcre dsize byte_test byte_jump byte_extract byte_math
  rawbytes base64_decode base64_data asn1 pkt_data file.data file_data dataset datarep lua stream_size
  http.uri http.uri.raw http.method http.request_line http.request_body http.header http.header.raw http.cookie http.user_agent http.host
  http.host.raw http.accept http.accept_lang http.accept_enc http.referer http.connection http.content_type http.content_len http.start http.protocol
  http.header_names http.stat_code http.stat_msg http.response_line http.response_body http.server http.location urilen
  url_decode compress_whitespace strip_whitespace dotprefix to_md5 to_sha1 to_sha256 pcrexform
  filename fileext filemagic filesize filestore app-layer-protocol app-layer-event
  dns.query dns.opcode tls.sni tls.version ssl_version ssl_state tls.cert_subject tls.cert_issuer tls.cert_serial tls.cert_fingerprint tls.certs tls_cert_expired
  ja3.hash ja3.string ja3s.hash ja3s.string ssh.proto ssh.software ssh.hassh ssh.hassh.server ssh.hassh.string ssh.hassh.server.string
  smb.named_pipe smb.share dce_iface dce_opnum dce_stub_data krb5_msg_type krb5_cname krb5_sname krb5_err_code
  snmp.version snmp.community snmp.usm snmp.pdu_type rfb.name rfb.sectype rfb.secresult sip.method sip.uri mqtt.type ftpbounce ftpdata_command
  ttl ipopts sameip ip_proto id geoip fragbits fragoffset tos seq ack window tcp.mss tcp.flags flags tcp.hdr udp.hdr ipv4.hdr ipv6.hdr
  itype icode icmp_id icmp_seq icmpv4.hdr icmpv6.hdr icmpv6.mtu noalert iprep prefilter priority`.split(/\s+/),
);

/** Option names of a rule, in their order. A `;` inside a value is escaped, except inside pcre of ours, which never holds one. */
const optionsOf = (text: string): string[] =>
  text
    .slice(text.indexOf('(') + 1, text.lastIndexOf(')'))
    .replaceAll('\\;', '')
    .replace(/"(?:\\.|[^"\\])*"/g, '""')
    .split(';')
    .map((option) => option.split(':')[0]!.trim())
    .filter((name) => name !== '');

describe('the library of rules', () => {
  test('every topic has cases, and no file of cases lacks its topic', () => {
    const files = readdirSync(join(folder, 'cases')).map((name) => name.replace(/\.json$/, ''));
    assert.deepEqual(files.sort(), [...topics].sort());
  });

  test('identifiers are unique, and names too in both languages', () => {
    for (const key of [
      (rule: Ruled) => String(rule.ID),
      (rule: Ruled) => rule.name.en,
      (rule: Ruled) => rule.name.ja,
    ]) {
      const doubles = [...Map.groupBy(rules, key)].filter(([, group]) => group.length > 1).map(([name]) => name);
      assert.deepEqual(doubles, []);
    }
  });

  test('application types have their own names and numbers, and every rule names one', () => {
    assert.equal(new Set(applicationTypes.map((type) => type.ID)).size, applicationTypes.length);
    assert.equal(new Set(applicationTypes.map((type) => type.name.en)).size, applicationTypes.length);
    const names = new Set(applicationTypes.map((type) => type.name.en));
    assert.deepEqual(
      rules.filter((rule) => !names.has(rule.applicationType)).map((rule) => `${rule.ID} ${rule.applicationType}`),
      [],
    );
  });

  test('Japanese is Japanese', () => {
    const texts = [...rules, ...applicationTypes].map((one) => one.description.ja);
    assert.deepEqual(
      texts.filter((text) => !/[\u3040-\u30ff\u4e00-\u9fff]/.test(text)),
      [],
    );
  });

  for (const rule of rules) {
    const { suricata: text } = rule;
    const broken = [
      !text.startsWith('alert ') && 'begins with alert',
      /[\n\r]/.test(text) && 'stands on one line',
      !text.includes(`(msg:"${rule.name.en}";`) && 'has its English name as msg',
      !text.includes(`sid:${rule.identifier};`) && 'has its identifier as sid',
      !/classtype:[a-z-]+;/.test(text) && 'has a classtype',
      !/rev:\d+;/.test(text) && 'has a rev',
      /\bpcre:/.test(text) && !/\bcontent:/.test(text) && 'has a content beside its pcre',
      optionsOf(text).filter((name) => !keywords.has(name)).length > 0 &&
        `uses only keywords of Suricata 6.0, not ${optionsOf(text).filter((name) => !keywords.has(name))}`,
      rule.CVE.length === 0 && rule.type === 'vulnerability' && 'names the CVE of its vulnerability',
      rule.CVE.some((cve) => !text.includes(`reference:cve,${cve.slice(4)};`)) && 'refers to each CVE',
      rule.lastUpdated < rule.originalIssue && 'is updated after its issue',
      !cases.some((one) => one.rule === rule.ID && one.positive) && 'has a positive case',
      !cases.some((one) => one.rule === rule.ID && one.negative) && 'has a negative case',
    ].filter((reason) => reason !== false);
    if (broken.length > 0)
      test(`rule ${rule.ID} is well made`, () => assert.fail(`it does not hold that it ${broken}`));
  }

  test('every rule that a case allows besides exists', () => {
    const ids = new Set(rules.map((rule) => rule.ID));
    assert.deepEqual(
      cases.flatMap((one) => one.also.filter((id) => !ids.has(id)).map((id) => `${one.topic} ${one.rule}: ${id}`)),
      [],
    );
  });

  test('every case speaks of a rule of its topic', () => {
    const topicOf = new Map(rules.map((rule) => [rule.ID, rule.topic]));
    assert.deepEqual(
      cases.filter((one) => topicOf.get(one.rule) !== one.topic).map((one) => `${one.topic} ${one.rule}`),
      [],
    );
  });
});

type Played = { readonly one: Cased; readonly kind: 'positive' | 'negative'; readonly traffic: Traffic };
const played: readonly Played[] = cases
  .filter((one) => isWanted(one.topic, one.rule))
  .flatMap((one) => [
    ...(one.positive ? [{ one, kind: 'positive' as const, traffic: one.positive }] : []),
    ...(one.negative ? [{ one, kind: 'negative' as const, traffic: one.negative }] : []),
  ]);

/** What is wrong with what a case fired; undefined where nothing is. */
function judge({ one, kind, traffic }: Played, fired: readonly number[]): string | undefined {
  const allowed = new Set([...(kind === 'positive' ? [one.rule] : []), ...one.also]);
  const strangers = fired.filter((id) => !allowed.has(id) || (kind === 'negative' && id === one.rule));
  const faults = [
    ...(kind === 'positive' && !fired.includes(one.rule) ? ['does not fire'] : []),
    ...(strangers.length > 0 ? [`also fires ${strangers}`] : []),
  ];
  if (faults.length === 0) return undefined;
  const title = traffic.title ?? one.title ?? JSON.stringify(traffic).slice(0, 160);
  return `${one.topic} ${one.rule} ${kind} ${faults.join(' and ')}: ${title}`;
}

describe('the rules in the real engine', { skip: noSuricata }, () => {
  test('the engine’s own analysis finds nothing wrong', async () => {
    assert.deepEqual(await analyseRules(texts), []);
  });

  for (const mode of ['tap', 'inline'] as const)
    test(`every positive fires its rule, no negative does, and others stay silent (${mode})`, async () => {
      const traffic = played.map((one) => one.traffic);
      const { sids, complaints } = await playToSuricata(texts, traffic, mode);
      assert.deepEqual(complaints, []);
      const wrong = played
        .map((one, index) => judge(one, sids[index]?.map((sid) => sid - 9_000_000) ?? []))
        .filter((fault) => fault !== undefined);
      assert.equal(wrong.length, 0, `\n${wrong.join('\n')}`);
    });
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fieldsOf, LogEvent } from '../../event.ts';
import { plugins } from './index.ts';

function run(name: keyof typeof plugins, message: string) {
  const origin = { timeMs: 0, format: 'syslog', location: '/var/log/x', line: message } as const;
  const event = new LogEvent(origin, { message, hostname: 'gate' });
  plugins[name]!(event);
  return event;
}
const fields = (name: keyof typeof plugins, message: string) => fieldsOf(run(name, message));

test('PF: addresses with and without ports, the protocol by its first letter', () => {
  const line = 'rule 3/(match) pass out on xl0: 192.0.2.10.1514 > 198.51.100.7.1030:  udp 73';
  assert.deepEqual(fields('PF_Decoder', line), {
    ...{
      action: 'pass',
      srcip: '192.0.2.10',
      srcport: '1514',
      dstip: '198.51.100.7',
      dstport: '1030',
      protocol: 'UDP',
    },
  });
  const ping = 'rule 2/(match) block in on lo0: 192.0.2.1 > 192.0.2.2: icmp: echo reply';
  assert.deepEqual(fields('PF_Decoder', ping), {
    ...{ action: 'block', srcip: '192.0.2.1', dstip: '192.0.2.2', protocol: 'ICMP' },
  });
  assert.equal(fields('PF_Decoder', line.replace('udp', 'S 1:1'))['protocol'], 'TCP');
  assert.deepEqual(fields('PF_Decoder', 'rule 2/(match) scrub in on lo0: 1 > 2: x'), {});
  assert.deepEqual(fields('PF_Decoder', 'rule 2/(match) pass in'), { action: 'pass' });
  assert.deepEqual(fields('PF_Decoder', ''), {});
});

test('SonicWall: the number of the message decides what kind of event it is', () => {
  const line = (more: string) =>
    `id=firewall sn=1 time="2026-01-03 14:48:06" fw=192.0.2.1 ${more} src=192.0.2.2:36701:WAN dst=198.51.100.1:50000:WAN proto=tcp/50000`;
  const opened = run('SonicWall_Decoder', line('pri=6 c=262144 m=98 msg="Connection Opened" n=2'));
  assert.equal(opened.category, 'firewall');
  assert.deepEqual(fieldsOf(opened), {
    ...{ status: '6', id: '98', action: 'pass', protocol: 'tcp' },
    ...{ srcip: '192.0.2.2', srcport: '36701', dstip: '198.51.100.1', dstport: '50000' },
  });
  assert.equal(run('SonicWall_Decoder', line('pri=1 c=32 m=30 msg="x"')).category, 'ids');
  assert.equal(fieldsOf(run('SonicWall_Decoder', line('pri=1 c=16 m=537 msg="x"')))['action'], 'close');
  assert.equal(run('SonicWall_Decoder', line('pri=1 c=16 m=1 msg="x"')).category, 'syslog');
  const proxy = run('SonicWall_Decoder', `${line('pri=6 c=1024 m=97 n=3')} op=GET result=404 dstname=a.example arg=/b`);
  assert.equal(proxy.category, 'squid');
  assert.equal(fieldsOf(proxy)['id'], '404');
  assert.equal(fieldsOf(proxy)['url'], 'a.example/b');
  assert.deepEqual(fields('SonicWall_Decoder', 'pri=6 c=1 m=98 without addresses'), { status: '6', id: '98' });
});

test('Symantec Web Security: the first value of a kind, and nine characters of the result', () => {
  const line = '20070717,73614,1=5,11=192.0.2.3,1106=News,60=http://news.example/,10=hanako,1000=192.0.2.9,2=27';
  assert.deepEqual(fields('SymantecWS_Decoder', line), {
    ...{ srcip: '192.0.2.3', url: 'http://news.example/', dstuser: 'hanako', id: '2=27' },
  });
  assert.deepEqual(fields('SymantecWS_Decoder', '1,2,3=1,2=1,10=taro'), { id: '3=1,2=1,1' });
  assert.deepEqual(fields('SymantecWS_Decoder', 'nothing'), {});
});

test('an alert of another OSSEC goes to the rule that it names, with its place, address and user', () => {
  const text =
    'ossec: Alert Level: 5; Rule: 5716 - SSHD authentication failed.; Location: web1->/var/log/auth.log; srcip: 192.0.2.3; user: taro;  Nov 23 sshd: x';
  const event = run('OSSECAlert_Decoder', text);
  assert.deepEqual(event.forwardedRule, { id: '5716' });
  assert.equal(event.location, 'gate->/var/log/x|web1->/var/log/auth.log');
  assert.deepEqual(fieldsOf(event), { dstuser: 'taro', srcip: '192.0.2.3' });
  assert.equal(event.message.text, 'Nov 23 sshd: x');
  for (const other of ['Agent started', 'ossec: Alert Level: 5; Rule: 5', text.replace(' Location:', ' Place:')])
    assert.deepEqual(run('OSSECAlert_Decoder', other).forwardedRule, { id: undefined }, other);
});

test('JSON: names joined with dots, known names fill the known fields, and what is no object has none', () => {
  const line = 'x {"srcip":"192.0.2.1","alert":{"signature":"scan","id":7,"tags":["a","b"]},"ok":true,"none":null}';
  assert.deepEqual(fields('JSON_Decoder', line), {
    ...{
      srcip: '192.0.2.1',
      'alert.signature': 'scan',
      'alert.id': '7',
      'alert.tags': 'a,b',
      ok: 'true',
      none: 'null',
    },
  });
  assert.deepEqual(fields('JSON_Decoder', '{"a":'), {});
  assert.deepEqual(fields('JSON_Decoder', '[1]'), {});
  const many = JSON.stringify(Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`k${index}`, 1])));
  assert.equal(Object.keys(fields('JSON_Decoder', many)).length, 256);
});

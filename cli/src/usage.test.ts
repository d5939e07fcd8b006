import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { Command } from 'commander';
import { startCli } from '../../test/run-cli.ts';
import { makeCli } from './cli.ts';
import { buildProgram } from './program.ts';

const oneLine = /^sakimori: [^\n]+\n$/;

test('64 for what was typed wrong: one line that names it and where to look', async () => {
  const cases: [string[], RegExp][] = [
    [['nope'], /no command nope\. See: sakimori --help/],
    [['host', 'lst'], /no command lst\. See: sakimori host --help/],
    [['host', 'list', '--nope'], /no option --nope\. See: sakimori host list --help/],
    [['account', 'create'], /--customer <CUSTOMER> is missing|NAME is missing/],
    [['account', 'create', 'a', '--customer', 'b', '--plan', 'gold'], /standard, advanced, highend/],
    [['host', 'token', '--account', 'a', '--hours', 'soon'], /whole number of at least 1/],
    [['host', 'token', '--account'], /needs a value/],
    [
      ['contact', 'add', '--account', 'a', '--name', 'b', '--mail', 'c', '--receives', 'gossip'],
      /alerts, weekly, monthly/,
    ],
    [['mail', 'settings', '--catcher', '--host', 'x'], /does not go together/],
    [['host', 'list', 'extra'], /too many arguments/],
    [['host', 'list', '--server', 'foo', '--key', 'k'], /“foo” is not an address/],
    [['host', 'list', '--server', 'http://127.0.0.1:1'], /no API key/],
  ];
  const runs = await Promise.all(cases.map(([args]) => startCli(args)));
  for (const [index, [args, expected]] of cases.entries()) {
    const { code, out, err } = runs[index]!;
    assert.deepEqual([code, out], [64, ''], args.join(' '));
    assert.match(err, oneLine);
    assert.match(err, expected);
  }
});

test('Japanese where the locale or --language says so', async () => {
  const runs = await Promise.all([
    startCli(['nope'], { LANG: 'ja_JP.UTF-8' }),
    startCli(['nope', '--language', 'ja']),
    startCli(['nope', '--language=en'], { LANG: 'ja_JP.UTF-8' }),
    startCli(['nope'], { LANG: 'ja_JP.UTF-8', LC_ALL: 'en_US.UTF-8' }),
    startCli(['--help'], { LANG: 'ja_JP.UTF-8' }),
  ]);
  assert.deepEqual(
    runs.slice(0, 4).map(({ err }) => /コマンドはありません/.test(err)),
    [true, true, false, false],
  );
  assert.match(runs[4]!.out, /使い方：[\s\S]*オプション：[\s\S]*コマンド：/);
});

test('help and version are answers, not faults; a noun alone shows its help and exits 64', async () => {
  const [help, version, noun] = await Promise.all([
    startCli(['alert', 'close', '--help']),
    startCli(['--version']),
    startCli(['alert']),
  ]);
  assert.deepEqual([help.code, version.code, noun.code], [0, 0, 64]);
  assert.match(help.out, /handled, false_positive, planned_work/);
  assert.match(version.out, /^\d+\.\d+\.\d+\n$/);
  assert.match(noun.err, /acknowledge/);
});

test('69 where nothing answers, nothing is known to run, or something else answers', async () => {
  const stranger = createServer((_, response) => response.end('<html>hello</html>'));
  await new Promise<void>((ready) => stranger.listen(0, '127.0.0.1', ready));
  const address = `http://127.0.0.1:${(stranger.address() as AddressInfo).port}`;
  try {
    const [nothing, refused, other] = await Promise.all([
      startCli(['account', 'list']),
      startCli(['account', 'list', '--server', 'http://127.0.0.1:1', '--key', 'k']),
      startCli(['account', 'list'], { SAKIMORI_CLI_URL: address, SAKIMORI_CLI_KEY: 'k' }),
    ]);
    assert.deepEqual([nothing.code, refused.code, other.code], [69, 69, 69]);
    assert.match(nothing.err, /npm start/);
    assert.match(refused.err, /Cannot reach http:\/\/127\.0\.0\.1:1\/service/);
    assert.match(other.err, /not Sakimori/);
  } finally {
    await new Promise((closed) => stranger.close(closed));
  }
});

test('help of every noun and verb reads alike: a word in lower case, a verb as it is typed', () => {
  const program = new Command('sakimori');
  buildProgram(
    program,
    makeCli('en', () => ({}), {}),
  );
  const named = (command: Command, path: string): [string, string][] =>
    command.commands.flatMap((each) => {
      const own = `${path} ${each.name()}`;
      return [[own, each.description()] as [string, string], ...named(each, own)];
    });
  const told = named(program, '');
  assert.ok(told.length > 200, `${told.length} commands`);
  const isName = (text: string) => /^(API|IMAP|JSON|SMTP)\b/.test(text);
  assert.deepEqual(
    told.filter(([, text]) => !/^[a-z]/.test(text) && !isName(text)),
    [],
  );
  const thirdPerson =
    /^(adds|asks|begins|changes [^o]|closes|gives|lists|makes|opens|puts|records|says|sets|shows|takes|writes)\b/;
  assert.deepEqual(
    told.filter(([path, text]) => path.split(' ').length > 2 && thirdPerson.test(text)),
    [],
  );
});

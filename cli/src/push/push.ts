import { type Push, routes } from '@sakimori/contract';
import { Option } from 'commander';
import type { Cli, Verb } from '../cli.ts';
import { CliFault } from '../fault.ts';
import { readGiven } from '../files.ts';
import { findAccount } from '../find.ts';
import { accountOption, wholeNumber } from '../options.ts';

type Starting = {
  readonly account: string;
  readonly passwordFile?: string;
  readonly keyFile?: string;
  readonly passphraseFile?: string;
  readonly sudoPasswordFile?: string;
  readonly acceptKeys?: boolean;
  readonly minutes: number;
  readonly parallel: number;
  readonly override?: string;
};

const everyMs = 2000;
const isOver = (state: Push['targets'][number]['state']) => state !== 'waiting' && state !== 'running';

/** Reads a list, shows the keys, and where they are accepted installs on all and waits. Ends with 1 where a host failed. */
export const runPush: Verb = (noun, cli) =>
  noun
    .command('run')
    .description(cli.say('push.run'))
    .argument('<FILE>', cli.say('argument.pushFile'))
    .addOption(accountOption(cli, { required: true }))
    .option('--password-file <FILE>', cli.say('option.passwordFile'))
    .option('--key-file <FILE>', cli.say('option.keyFile'))
    .option('--passphrase-file <FILE>', cli.say('option.passphraseFile'))
    .option('--sudo-password-file <FILE>', cli.say('option.sudoPasswordFile'))
    .option('--accept-keys', cli.say('option.acceptKeys'))
    .addOption(new Option('--minutes <N>', cli.say('option.pushMinutes')).default(60).argParser(wholeNumber(cli, 5)))
    .addOption(new Option('--parallel <N>', cli.say('option.pushParallel')).default(4).argParser(wholeNumber(cli, 1)))
    .option('--override <REASON>', cli.say('option.pushOverride'))
    .action(async (file: string, given: Starting) => {
      const { id: accountId } = await findAccount(cli, given.account);
      const push = await cli.call(routes.createPush, { params: { accountId }, body: { hosts: readGiven(file) } });
      const fresh = push.targets.filter(({ keyState }) => keyState === 'new');
      for (const { address, fingerprint } of fresh) cli.remark(`${address}  ${fingerprint}`);
      if (fresh.length > 0 && given.acceptKeys !== true) throw new CliFault('fault.newKeys', { count: fresh.length });
      const acceptKeys = fresh.flatMap(({ id, fingerprint }) => (fingerprint ? [{ targetId: id, fingerprint }] : []));
      await cli.call(routes.startPush, {
        params: { pushId: push.id },
        body: {
          ...secretsOf(given),
          acceptKeys,
          minutes: given.minutes,
          parallel: given.parallel,
          overrideReason: given.override,
        },
      });
      const ended = await follow(cli, push.id);
      show(cli, ended);
      if (ended.targets.some(({ state }) => state === 'failed' || state === 'cancelled')) cli.endWith(1);
    });

/** Never on the command line, where other users of the machine could see them. */
const secretsOf = ({ passwordFile, keyFile, passphraseFile, sudoPasswordFile }: Starting) => ({
  ...(passwordFile === undefined ? {} : { password: oneLine(passwordFile) }),
  ...(keyFile === undefined ? {} : { privateKey: readGiven(keyFile) }),
  ...(passphraseFile === undefined ? {} : { passphrase: oneLine(passphraseFile) }),
  ...(sudoPasswordFile === undefined ? {} : { sudoPassword: oneLine(sudoPasswordFile) }),
});
const oneLine = (path: string): string => readGiven(path).replace(/\r?\n$/, '');

async function follow(cli: Cli, pushId: string): Promise<Push> {
  const told = new Set<string>();
  for (;;) {
    const push = await cli.call(routes.getPush, { params: { pushId } });
    for (const { address, state, code } of push.targets.filter((target) => isOver(target.state))) {
      if (told.has(address)) continue;
      told.add(address);
      cli.remark(`${address}  ${cli.word('pushTarget', state)}${code ? `  ${cli.word('push.code', code)}` : ''}`);
    }
    if (push.state !== 'running') return push;
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}

const show = (cli: Cli, push: Push) =>
  cli.list({ ...push, items: push.targets }, [
    ['host', ({ address, port }) => `${address}:${port}`],
    ['state', ({ state }) => cli.word('pushTarget', state)],
    ['detail', ({ code, detail }) => [code && cli.word('push.code', code), detail].filter(Boolean).join(' ')],
    ['id', ({ hostId, id }) => hostId ?? id],
  ]);

export const listPushes: Verb = (noun, cli) =>
  noun
    .command('list')
    .description(cli.say('push.list'))
    .addOption(accountOption(cli))
    .action(async ({ account }: { account?: string }) => {
      const accountId = account === undefined ? undefined : (await findAccount(cli, account)).id;
      cli.list(await cli.call(routes.listPushes, { query: { accountId } }), [
        ['at', ({ createdAt }) => cli.time(createdAt)],
        ['account', ({ accountName }) => accountName],
        ['by', ({ createdBy }) => createdBy],
        ['state', ({ state }) => cli.word('pushState', state)],
        ['hosts', ({ targets }) => `${targets.filter(({ state }) => isOver(state)).length}/${targets.length}`, 'right'],
        ['id', ({ id }) => id],
      ]);
    });

export const showPush: Verb = (noun, cli) =>
  noun
    .command('show')
    .description(cli.say('push.show'))
    .argument('<ID>', cli.say('argument.push'))
    .action(async (pushId: string) => show(cli, await cli.call(routes.getPush, { params: { pushId } })));

export const showPushLog: Verb = (noun, cli) =>
  noun
    .command('log')
    .description(cli.say('push.log'))
    .argument('<ID>', cli.say('argument.push'))
    .argument('<HOST>', cli.say('argument.pushHost'))
    .action(async (pushId: string, address: string) => {
      const { targets } = await cli.call(routes.getPush, { params: { pushId } });
      const target = targets.find((one) => one.address === address || `${one.address}:${one.port}` === address);
      if (!target)
        throw new CliFault('fault.noChoice', {
          ...{ what: cli.word('thing', 'host'), given: address, list: targets.map((one) => one.address).join(', ') },
        });
      const log = await cli.call(routes.getPushLog, { params: { pushId, targetId: target.id } });
      const marks = { command: '$ ', note: '# ', output: '' } as const;
      cli.show(log, () => log.items.map(({ kind, text }) => `${marks[kind]}${text}`).join('\n'));
    });

export const cancelPush: Verb = (noun, cli) =>
  noun
    .command('cancel')
    .description(cli.say('push.cancel'))
    .argument('<ID>', cli.say('argument.push'))
    .action(async (pushId: string) => show(cli, await cli.call(routes.cancelPush, { params: { pushId } })));

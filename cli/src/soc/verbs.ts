import { routes } from '@sakimori/contract';
import type { Verb } from '../cli.ts';
import { findAccount } from '../find.ts';
import { needed } from '../options.ts';
import { findSoc } from './find-soc.ts';

const addresses = (text: string | undefined) => text?.split(',').map((one) => one.trim());

export const listSocs: Verb = (noun, cli) =>
  noun
    .command('list')
    .description(cli.say('soc.list'))
    .action(async () => {
      cli.list(await cli.call(routes.listSocs), [
        ['name', ({ name }) => name],
        ['account', ({ accounts }) => accounts.map(({ name }) => name).join(', ')],
        ['mail', ({ mails }) => mails.join(', ')],
        ['waiting', ({ waiting }) => String(waiting), 'right'],
        ['dead', ({ dead }) => String(dead), 'right'],
        ['id', ({ id }) => id],
      ]);
    });

/** The secret alone goes to standard output, as a key's does. */
export const addSoc: Verb = (noun, cli) =>
  noun
    .command('add')
    .description(cli.say('soc.add'))
    .addOption(needed('--name <NAME>', cli.say('option.socName')))
    .option('--mail <ADDRESSES>', cli.say('option.socMails'))
    .option('--webhook <URL>', cli.say('option.socWebhook'))
    .action(async ({ name, mail, webhook }: { name: string; mail?: string; webhook?: string }) => {
      const body = { name, mails: addresses(mail), webhookUrl: webhook };
      const { soc, secret } = await cli.call(routes.createSoc, { body });
      cli.remark(cli.say('done.soc', { name: soc.name }));
      cli.show({ soc, secret }, () => secret);
    });

export const changeSoc: Verb = (noun, cli) =>
  noun
    .command('change')
    .description(cli.say('soc.change'))
    .argument('<SOC>', cli.say('argument.soc'))
    .option('--name <NAME>', cli.say('option.socName'))
    .option('--mail <ADDRESSES>', cli.say('option.socMails'))
    .option('--webhook <URL>', cli.say('option.socWebhook'))
    .action(async (given: string, { name, mail, webhook }: { name?: string; mail?: string; webhook?: string }) => {
      const params = { socId: (await findSoc(cli, given)).id };
      const soc = await cli.call(routes.changeSoc, {
        params,
        body: { name, mails: addresses(mail), webhookUrl: webhook },
      });
      cli.show(soc, () => cli.say('done.soc', { name: soc.name }));
    });

export const rotateSoc: Verb = (noun, cli) =>
  noun
    .command('rotate')
    .description(cli.say('soc.rotate'))
    .argument('<SOC>', cli.say('argument.soc'))
    .action(async (given: string) => {
      const params = { socId: (await findSoc(cli, given)).id };
      const rotated = await cli.call(routes.rotateSocSecret, { params });
      cli.remark(cli.say('done.socRotated', { until: cli.time(rotated.soc.oldSecretUntil) }));
      cli.show(rotated, () => rotated.secret);
    });

export const coverAccount: Verb = (noun, cli) =>
  noun
    .command('cover')
    .description(cli.say('soc.cover'))
    .argument('<ACCOUNT>', cli.say('argument.socAccount'))
    .argument('[SOC]', cli.say('argument.socCovers'))
    .action(async (account: string, given: string | undefined) => {
      const found = await findAccount(cli, account);
      const soc = given === undefined ? undefined : await findSoc(cli, given);
      await cli.call(routes.coverAccount, { params: { accountId: found.id }, body: soc ? { socId: soc.id } : {} });
      cli.show({ accountId: found.id, socId: soc?.id }, () =>
        cli.say(soc ? 'done.socCovers' : 'done.socCoversNot', { account: found.name, name: soc?.name ?? '' }),
      );
    });

export const listDeliveries: Verb = (noun, cli) =>
  noun
    .command('messages')
    .description(cli.say('soc.messages'))
    .argument('<SOC>', cli.say('argument.soc'))
    .option('--dead', cli.say('option.socDead'))
    .action(async (given: string, { dead }: { dead?: boolean }) => {
      const params = { socId: (await findSoc(cli, given)).id };
      cli.list(await cli.call(routes.listSocDeliveries, { params, query: dead ? { state: 'dead' } : {} }), [
        ['when', ({ createdAt }) => cli.time(createdAt)],
        ['number', ({ caseNumber }) => String(caseNumber), 'right'],
        ['what', ({ event }) => cli.word('socEvent', event)],
        ['state', ({ state }) => cli.word('socDelivery', state)],
        ['reason', ({ problem }) => problem ?? ''],
        ['id', ({ id }) => id],
      ]);
    });

export const retryDelivery: Verb = (noun, cli) =>
  noun
    .command('retry')
    .description(cli.say('soc.retry'))
    .argument('<SOC>', cli.say('argument.soc'))
    .argument('<MESSAGE>', cli.say('argument.socMessage'))
    .action(async (given: string, deliveryId: string) => {
      const params = { socId: (await findSoc(cli, given)).id, deliveryId };
      await cli.call(routes.retrySocDelivery, { params });
      cli.show({ deliveryId }, () => cli.say('done.socRetry'));
    });

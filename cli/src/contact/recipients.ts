import {
  type Contact,
  contactPurposes,
  type Language,
  languages,
  type RecipientChange,
  type RecipientStep,
  routes,
} from '@sakimori/contract';
import type { Cli, Verb } from '../cli.ts';
import { CliFault } from '../fault.ts';
import { findAccount, pick } from '../find.ts';
import { accountOption, needed, oneOf, someOf } from '../options.ts';

type Options = {
  account: string;
  add?: string;
  replace?: string;
  with?: string;
  remove?: string;
  name?: string;
  mailLanguage: Language;
  receives: Contact['purposes'];
  reason: string;
  requestedBy?: string;
  dryRun?: boolean;
};

async function contactId(cli: Cli, account: { id: string; name: string }, given: string): Promise<string> {
  const { items } = await cli.call(routes.listContacts, { params: { accountId: account.id } });
  return pick(cli, items, given, {
    thing: 'contact',
    namesOf: ({ mail }) => [mail],
    list: `contact list --account ${account.name}`,
  }).id;
}

async function stepOf(cli: Cli, account: { id: string; name: string }, given: Options): Promise<RecipientStep> {
  const { add, replace, remove, name, mailLanguage: language, receives: purposes } = given;
  if ([add, replace, remove].filter(Boolean).length !== 1 || (replace !== undefined) !== (given.with !== undefined))
    throw new CliFault('recipients.oneDeed');
  if (add) return { deed: 'add', name: name ?? add, mail: add, language, purposes };
  if (remove) return { deed: 'remove', contactId: await contactId(cli, account, remove) };
  const id = await contactId(cli, account, replace!);
  return { deed: 'replace', contactId: id, mail: given.with!, ...(name ? { name } : {}) };
}

const mails = (rows: readonly { readonly mail: string }[]): string => rows.map(({ mail }) => mail).join(', ') || '–';
const listLines = (cli: Cli, { lists }: Pick<RecipientChange, 'lists'>): string[] =>
  lists.map(({ purpose, before, after }) =>
    cli.say('done.recipientsPreview', {
      ...{ purpose: cli.word('console.purpose', purpose), before: mails(before), after: mails(after) },
    }),
  );

export const changeRecipients: Verb = (noun, cli) =>
  noun
    .command('change')
    .description(cli.say('contact.change'))
    .addOption(accountOption(cli, { required: true }))
    .option('--add <ADDRESS>', cli.say('option.recipientAdd'))
    .option('--replace <CONTACT>', cli.say('option.recipientReplace'))
    .option('--with <ADDRESS>', cli.say('option.recipientWith'))
    .option('--remove <CONTACT>', cli.say('option.recipientRemove'))
    .option('--name <NAME>', cli.say('option.name'))
    .addOption(oneOf('--mail-language <LANGUAGE>', cli.say('option.mailLanguage'), languages).default('ja'))
    .addOption(someOf('--receives <KINDS>', cli.say('option.purposes'), contactPurposes, cli))
    .addOption(needed('--reason <TEXT>', cli.say('option.reason')))
    .option('--requested-by <NAME>', cli.say('option.requestedBy'))
    .option('--dry-run', cli.say('option.dryRun'))
    .action(async (given: Options) => {
      const account = await findAccount(cli, given.account);
      const params = { accountId: account.id };
      const steps = [await stepOf(cli, account, given)];
      if (given.dryRun) {
        const seen = await cli.call(routes.previewRecipients, { params, body: { steps } });
        const lines = seen.mails.map(({ part, to, subject }) => `${cli.word('recipientPart', part)} ${to}  ${subject}`);
        return cli.show(seen, () => [...listLines(cli, seen), ...lines].join('\n'));
      }
      const { reason, requestedBy } = given;
      const body = { steps, reason, ...(requestedBy ? { requestedBy } : {}) };
      const done = await cli.call(routes.changeRecipients, { params, body });
      const facts = { id: done.id, count: done.mails.length };
      cli.show(done, () => [...listLines(cli, done), cli.say('done.recipientsChanged', facts)].join('\n'));
    });

export const listRecipientChanges: Verb = (noun, cli) =>
  noun
    .command('changes')
    .description(cli.say('contact.changes'))
    .addOption(accountOption(cli, { required: true }))
    .action(async (options: { account: string }) => {
      const { id: accountId } = await findAccount(cli, options.account);
      cli.list(await cli.call(routes.listRecipientChanges, { params: { accountId } }), [
        ['at', ({ appliedAt }) => cli.time(appliedAt)],
        ['state', ({ state }) => cli.word('recipientChangeState', state)],
        ['change', (change) => listLines(cli, change).join('; ')],
        ['by', ({ appliedBy, requestedBy }) => [appliedBy, requestedBy].filter(Boolean).join(' / ')],
        ['reason', ({ reason }) => reason],
        ['id', ({ id }) => id],
      ]);
    });

export const undoRecipientChange: Verb = (noun, cli) =>
  noun
    .command('undo')
    .description(cli.say('contact.undo'))
    .argument('<CHANGE>', cli.say('argument.recipientChange'))
    .addOption(accountOption(cli, { required: true }))
    .addOption(needed('--reason <TEXT>', cli.say('option.reason')))
    .action(async (changeId: string, { account, reason }: { account: string; reason: string }) => {
      const { id: accountId } = await findAccount(cli, account);
      const done = await cli.call(routes.undoRecipientChange, { params: { accountId, changeId }, body: { reason } });
      cli.show(done, () => [...listLines(cli, done), cli.say('done.recipientsUndone', { id: done.id })].join('\n'));
    });

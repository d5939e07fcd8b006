import { type CustomerForm, cellFaultText, customerFormKinds, languages, routes } from '@sakimori/contract';
import type { Cli, Verb } from '../cli.ts';
import { pick } from '../find.ts';
import { findHearing } from '../hearing/sheet.ts';
import { needed, oneOf, wholeNumber } from '../options.ts';

/** A form by its id, or one of a customer by name: what may still change goes before what is over. */
async function find(cli: Cli, given: string): Promise<CustomerForm> {
  const { items } = await cli.call(routes.listForms, {});
  const byId = items.filter(({ id }) => id === given.toLowerCase());
  const standing = items.filter(({ state }) => state !== 'withdrawn' && state !== 'taken');
  const namesOf = ({ customerName }: CustomerForm) => [customerName];
  return pick(cli, byId.length > 0 ? byId : standing, given, { thing: 'form', namesOf, list: 'form list' });
}

const sent = (cli: Cli, form: CustomerForm) =>
  cli.show(form, () => cli.say('done.formSent', { mail: form.mail, until: cli.time(form.expiresAt) }));

export const listForms: Verb = (noun, cli) =>
  noun
    .command('list')
    .description(cli.say('form.list'))
    .action(async () =>
      cli.list(await cli.call(routes.listForms, {}), [
        ['customer', ({ customerName }) => customerName],
        ['form', ({ kind }) => cli.word('formKind', kind)],
        ['state', ({ state }) => cli.word('formState', state)],
        ['mail', ({ mail }) => mail],
        ['until', ({ expiresAt }) => cli.time(expiresAt)],
        ['submittedAt', ({ submittedAt }) => cli.time(submittedAt)],
        ['submittedBy', ({ submittedBy }) => submittedBy ?? ''],
        ['id', ({ id }) => id],
      ]),
    );

type IssueOptions = {
  kind: CustomerForm['kind'];
  customer?: string;
  account?: string;
  contact: string;
  mail: string;
  language: CustomerForm['language'];
  days: number;
};

export const issueForm: Verb = (noun, cli) =>
  noun
    .command('issue')
    .description(cli.say('form.issue'))
    .addOption(oneOf('--kind <KIND>', cli.say('option.formKind'), customerFormKinds).makeOptionMandatory())
    .option('--customer <NAME>', cli.say('option.formCustomer'))
    .option('--account <ACCOUNT>', cli.say('option.account'))
    .addOption(needed('--contact <NAME>', cli.say('option.formContact')))
    .addOption(needed('--mail <MAIL>', cli.say('option.formMail')))
    .addOption(oneOf('--language <LANGUAGE>', cli.say('option.language'), languages).default('ja'))
    .option('--days <DAYS>', cli.say('option.formDays'), wholeNumber(cli, 1), 14)
    .action(async ({ kind, customer, account, contact, mail, language, days }: IssueOptions) => {
      const common = { kind, contactName: contact, mail, language, days };
      const of =
        kind === 'order'
          ? { customerName: customer }
          : {
              hearingId: (
                await findHearing(cli, { ...(account ? { account } : {}), ...(customer ? { customer } : {}) })
              ).id,
            };
      sent(cli, await cli.call(routes.issueForm, { body: { ...common, ...of } }));
    });

export const showForm: Verb = (noun, cli) =>
  noun
    .command('show')
    .description(cli.say('form.show'))
    .argument('<FORM>', cli.say('argument.form'))
    .action(async (given: string) => {
      const { id } = await find(cli, given);
      const form = await cli.call(routes.getForm, { params: { formId: id } });
      cli.show(form, () =>
        [
          `${form.customerName} ${cli.word('formKind', form.kind)}: ${cli.word('formState', form.state)}`,
          ...form.faults.map((fault) => cellFaultText(cli.language, fault)),
        ].join('\n'),
      );
    });

const withReason =
  (verb: 'withdraw' | 'reopen', done: (cli: Cli, given: CustomerForm, reason: string) => Promise<void>): Verb =>
  (noun, cli) =>
    noun
      .command(verb)
      .description(cli.say(`form.${verb}`))
      .argument('<FORM>', cli.say('argument.form'))
      .addOption(needed('--reason <TEXT>', cli.say('option.reason')))
      .action(async (given: string, { reason }: { reason: string }) => done(cli, await find(cli, given), reason));

export const renewForm: Verb = (noun, cli) =>
  noun
    .command('renew')
    .description(cli.say('form.renew'))
    .argument('<FORM>', cli.say('argument.form'))
    .option('--days <DAYS>', cli.say('option.formDays'), wholeNumber(cli, 1), 14)
    .action(async (given: string, { days }: { days: number }) => {
      const { id } = await find(cli, given);
      sent(cli, await cli.call(routes.renewForm, { params: { formId: id }, body: { days } }));
    });

export const withdrawForm = withReason('withdraw', async (cli, { id }, reason) => {
  const form = await cli.call(routes.withdrawForm, { params: { formId: id }, body: { reason } });
  const facts = { customer: form.customerName, form: cli.word('formKind', form.kind) };
  cli.show(form, () => cli.say('done.formWithdrawn', facts));
});

export const reopenForm = withReason('reopen', async (cli, { id }, reason) =>
  sent(cli, await cli.call(routes.reopenForm, { params: { formId: id }, body: { reason } })),
);

export const takeForm: Verb = (noun, cli) =>
  noun
    .command('take')
    .description(cli.say('form.take'))
    .argument('<FORM>', cli.say('argument.form'))
    .action(async (given: string) => {
      const { id } = await find(cli, given);
      const form = await cli.call(routes.takeForm, { params: { formId: id } });
      cli.show(form, () => cli.say('done.formTaken', { id: form.onboardingId ?? '' }));
    });

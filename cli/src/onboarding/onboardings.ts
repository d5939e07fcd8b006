import {
  type Onboarding,
  type OnboardingStep,
  type OnboardingSummary,
  onboardingSteps,
  routes,
} from '@sakimori/contract';
import { Argument } from 'commander';
import type { Cli, Verb } from '../cli.ts';
import { pick } from '../find.ts';
import { oneOf } from '../options.ts';
import { readForm } from '../order/orders.ts';
import { table } from '../table.ts';

const stepNames = onboardingSteps.map(({ step }) => step);

/** An onboarding by its id or the number of its order. */
async function find(cli: Cli, given: string): Promise<Onboarding> {
  const { items } = await cli.call(routes.listOnboardings, { query: { all: 'true' } });
  const open = items.filter(({ state }) => state !== 'cancelled');
  const byId = items.filter(({ id }) => id === given.toLowerCase());
  const namesOf = ({ orderNumber }: OnboardingSummary) => [orderNumber];
  const { id } = pick(cli, byId.length > 0 ? byId : open, given, {
    thing: 'onboarding',
    namesOf,
    list: 'onboarding list',
  });
  return cli.call(routes.getOnboarding, { params: { onboardingId: id }, query: { language: cli.language } });
}

const ownerOf = (cli: Cli, { owner, person }: { owner?: string | undefined; person?: string | undefined }): string =>
  [owner && cli.word('onboardingOwner', owner), person].filter(Boolean).join(' / ');

export const listOnboardings: Verb = (noun, cli) =>
  noun
    .command('list')
    .description(cli.say('onboarding.list'))
    .option('--all', cli.say('option.onboardingAll'))
    .action(async ({ all }: { all?: boolean }) =>
      cli.list(await cli.call(routes.listOnboardings, { query: { all: all ? 'true' : 'false' } }), [
        ['customer', (one) => one.customerName],
        ['order', (one) => one.orderNumber],
        ['state', (one) => cli.word('onboardingState', one.state)],
        ['onboardingStep', (one) => (one.step ? cli.word('onboardingStep', one.step) : '')],
        ['stepOwner', (one) => ownerOf(cli, one)],
        ['dueDay', (one) => one.dueOn ?? ''],
        ['lateDays', (one) => (one.lateBusinessDays > 0 ? String(one.lateBusinessDays) : ''), 'right'],
        ['id', (one) => one.id],
      ]),
    );

export const showOnboarding: Verb = (noun, cli) =>
  noun
    .command('show')
    .description(cli.say('onboarding.show'))
    .argument('<ONBOARDING>', cli.say('argument.onboarding'))
    .action(async (given: string) => {
      const found = await find(cli, given);
      const head = (name: string) => ({ head: cli.say(`head.${name}`), right: false });
      const steps = found.steps.map((step) => [
        ...[cli.word('onboardingStep', step.step), cli.word('stepState', step.state), ownerOf(cli, step)],
        step.doneAt ? cli.time(step.doneAt) : step.dueOn,
      ]);
      const checks = found.gate.map(({ check, result, subjects }) => [
        ...[cli.word('gateCheck', check), cli.word('gateResult', result), subjects.join(' / ')],
      ]);
      cli.show(found, () =>
        [
          `${found.customerName} ${found.orderNumber}`,
          table([head('onboardingStep'), head('state'), head('stepOwner'), head('dueDay')], steps),
          ...(checks.length > 0 ? [table([head('check'), head('state'), head('cause')], checks)] : []),
        ].join('\n\n'),
      );
    });

type StepOptions = {
  do: 'complete' | 'reopen' | 'assign';
  person?: string;
  due?: string;
  note?: string;
  reason?: string;
  hearing?: string;
};

export const stepOnboarding: Verb = (noun, cli) =>
  noun
    .command('step')
    .description(cli.say('onboarding.step'))
    .argument('<ONBOARDING>', cli.say('argument.onboarding'))
    .addArgument(new Argument('<STEP>', cli.say('argument.step')).choices([...stepNames]))
    .addOption(oneOf('--do <ACTION>', cli.say('option.stepDo'), ['complete', 'reopen', 'assign']).default('complete'))
    .option('--person <NAME>', cli.say('option.stepPerson'))
    .option('--due <DAY>', cli.say('option.stepDue'))
    .option('--note <TEXT>', cli.say('option.stepNote'))
    .option('--reason <TEXT>', cli.say('option.reason'))
    .option('--hearing <FILE>', cli.say('option.hearingFile'))
    .action(async (given: string, step: string, options: StepOptions) => {
      const found = await find(cli, given);
      const params = { onboardingId: found.id, step: step as OnboardingStep };
      const hearing = options.hearing === undefined ? undefined : readForm(options.hearing);
      const { version } = hearing
        ? await cli.call(routes.addOnboardingFile, {
            params,
            body: { version: found.version, step: params.step, kind: 'hearing', ...hearing },
          })
        : found;
      const after =
        options.do === 'assign'
          ? await cli.call(routes.assignStep, { params, body: { version, person: options.person, dueOn: options.due } })
          : options.do === 'reopen'
            ? await cli.call(routes.reopenStep, { params, body: { version, reason: options.reason ?? '' } })
            : await cli.call(routes.completeStep, { params, body: { version, note: options.note } });
      const record = after.steps.find((one) => one.step === step);
      cli.show(after, () =>
        cli.say('done.onboardingStep', {
          step: cli.word('onboardingStep', step),
          state: cli.word('stepState', record?.state ?? ''),
        }),
      );
    });

export const issueOnboarding: Verb = (noun, cli) =>
  noun
    .command('issue')
    .description(cli.say('onboarding.issue'))
    .argument('<ONBOARDING>', cli.say('argument.onboarding'))
    .action(async (given: string) => {
      const { id, version } = await find(cli, given);
      const issued = await cli.call(routes.issueOnboarding, { params: { onboardingId: id }, body: { version } });
      const { secrets, onboarding } = issued;
      const account = onboarding.accountName;
      cli.show(issued, () =>
        secrets
          ? [
              cli.say('done.onboardingIssued', { account }),
              cli.say('done.onboardingSecrets', {
                apiKey: secrets.apiKey,
                token: secrets.enrolmentToken,
                hosts: secrets.hostsMax,
              }),
            ].join('\n')
          : cli.say('done.onboardingIssuedBefore', { account }),
      );
    });

export const goLive: Verb = (noun, cli) =>
  noun
    .command('go-live')
    .description(cli.say('onboarding.go-live'))
    .argument('<ONBOARDING>', cli.say('argument.onboarding'))
    .option('--override <REASON>', cli.say('option.override'))
    .action(async (given: string, { override }: { override?: string }) => {
      const { id, version } = await find(cli, given);
      const body = { version, overrideReason: override };
      const started = await cli.call(routes.goLive, { params: { onboardingId: id }, body });
      cli.show(started, () => cli.say('done.onboardingStarted', { date: started.startedOn ?? '' }));
    });

import { type CallResult, ContactFlow, callResults, type FlowRun, type FlowTry, routes } from '@sakimori/contract';
import type { Cli, Verb } from '../cli.ts';
import { CliFault, exitCodes } from '../fault.ts';
import { readGiven } from '../files.ts';
import { accountIdOf, findAccount, pick } from '../find.ts';
import { accountOption, oneOf } from '../options.ts';

export const showFlow: Verb = (noun, cli) =>
  noun
    .command('show')
    .description(cli.say('flow.show'))
    .addOption(accountOption(cli, { required: true }))
    .action(async ({ account }: { account: string }) => {
      const { id: accountId } = await findAccount(cli, account);
      const flow = await cli.call(routes.getContactFlow, { params: { accountId } });
      cli.show(flow, () => JSON.stringify(flow, null, 2));
    });

export const setFlow: Verb = (noun, cli) =>
  noun
    .command('set')
    .description(cli.say('flow.set'))
    .argument('<FILE>', cli.say('argument.flowFile'))
    .addOption(accountOption(cli, { required: true }))
    .action(async (path: string, { account }: { account: string }) => {
      const body = readFlow(readGiven(path));
      const { id: accountId } = await findAccount(cli, account);
      const flow = await cli.call(routes.setContactFlow, { params: { accountId }, body });
      cli.show(flow, () => cli.say('done.flowSet', { count: flow.steps.length }));
    });

/** @throws CliFault that says at which place of the file something is wrong */
function readFlow(text: string): ContactFlow {
  const fault = (detail: string) => new CliFault('fault.flowFile', { detail }, exitCodes.usage);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw fault((error as Error).message);
  }
  const parsed = ContactFlow.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw fault(`${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`);
}

type Made = { readonly run: FlowRun; readonly attempt: FlowTry };

async function triesOf(cli: Cli, account: string | undefined): Promise<Made[]> {
  const { items } = await cli.call(routes.listContactRuns, { query: { accountId: await accountIdOf(cli, account) } });
  return items.flatMap((run) => run.tries.map((attempt) => ({ run, attempt })));
}

export const listFlowRuns: Verb = (noun, cli) =>
  noun
    .command('runs')
    .description(cli.say('flow.runs'))
    .addOption(accountOption(cli))
    .action(async ({ account }: { account?: string }) => {
      cli.list({ items: await triesOf(cli, account) }, [
        ['account', ({ run }) => run.accountName],
        ['host', ({ run }) => run.hostName],
        ['alertNumber', ({ run }) => String(run.alertNumber), 'right'],
        ['state', ({ run }) => cli.word('flowRunState', run.state)],
        ['step', ({ attempt }) => `${attempt.step}-${attempt.attempt}`],
        ['time', ({ attempt }) => cli.time(attempt.at)],
        ['kindOfTry', ({ attempt }) => cli.word('flowKind', attempt.kind)],
        ['who', ({ attempt }) => attempt.who],
        ['target', ({ attempt }) => attempt.target],
        ['result', ({ attempt }) => cli.word('flowTryState', attempt.state)],
        ['id', ({ attempt }) => attempt.id],
      ]);
    });

type Options = { account: string; result: CallResult['result']; by?: string; note?: string };

export const answerFlow: Verb = (noun, cli) =>
  noun
    .command('answer')
    .description(cli.say('flow.answer'))
    .argument('<ID>', cli.say('argument.flowTry'))
    .addOption(accountOption(cli, { required: true }))
    .addOption(oneOf('--result <RESULT>', cli.say('option.callResult'), callResults).makeOptionMandatory())
    .option('--by <NAME>', cli.say('option.callBy'))
    .option('--note <TEXT>', cli.say('option.callNote'))
    .action(async (given: string, { account, ...body }: Options) => {
      const made = (await triesOf(cli, account)).map(({ run, attempt }) => ({ id: attempt.id, run }));
      const found = pick(cli, made, given, {
        thing: 'contactRun',
        namesOf: () => [],
        list: `flow runs --account ${account}`,
      });
      const params = { accountId: found.run.accountId, runId: found.run.id, tryId: found.id };
      const run = await cli.call(routes.recordCall, { params, body });
      cli.show(run, () => cli.say('done.called'));
    });

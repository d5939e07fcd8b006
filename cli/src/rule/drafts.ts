import { basename } from 'node:path';
import {
  draftSeverities,
  moduleOfApi,
  type RuleDraft,
  type RuleDraftDetail,
  type RuleTrial,
  routes,
  type WorkbenchModule,
  workbenchModules,
} from '@sakimori/contract';
import { Option } from 'commander';
import type { Cli, Verb } from '../cli.ts';
import { CliFault, exitCodes } from '../fault.ts';
import { readBytes, readGiven } from '../files.ts';
import { accountIdOf, findAccount } from '../find.ts';
import { accountOption, limitOption, needed, oneOf, wholeNumber } from '../options.ts';

type Severity = (typeof draftSeverities)[number];

/** The draft of a number. @throws CliFault */
async function findDraft(cli: Cli, number: number): Promise<RuleDraft> {
  const { items } = await cli.call(routes.listRuleDrafts, { query: { limit: 500 } });
  const found = items.find((one) => one.number === number);
  if (!found) throw new CliFault('fault.noRuleDraft', { number });
  return found;
}

const another = (one: string, before: readonly string[]): string[] => [...before, one];
const several = (flags: string, description: string): Option =>
  new Option(flags, description).default([]).argParser(another);

export const listDrafts: Verb = (noun, cli) =>
  noun
    .command('drafts')
    .description(cli.say('rule.drafts'))
    .addOption(accountOption(cli))
    .addOption(limitOption(cli))
    .action(async ({ account, limit }: { account?: string; limit: number }) => {
      const accountId = await accountIdOf(cli, account);
      const query = { accountId, limit: Math.min(limit, 500) };
      cli.list(await cli.call(routes.listRuleDrafts, { query }), [
        ['draft', ({ number }) => String(number), 'right'],
        ['rule', ({ name }) => name],
        ['module', ({ module }) => cli.word('module', moduleOfApi[module])],
        ['account', ({ accountName }) => accountName],
        ['state', ({ state }) => cli.word('ruleDraftState', state)],
        ['version', ({ version }) => String(version), 'right'],
      ]);
    });

type DraftOptions = {
  account?: string;
  module?: WorkbenchModule;
  number?: number;
  name?: string;
  severity?: Severity;
  log: string[];
  ticket?: number;
  quote?: number;
  note?: string;
};

export const draftRule: Verb = (noun, cli) =>
  noun
    .command('draft')
    .description(cli.say('rule.draft'))
    .argument('<FILE>', cli.say('argument.draftFile'))
    .addOption(accountOption(cli))
    .addOption(oneOf('--module <MODULE>', cli.say('option.workbenchModule'), workbenchModules))
    .addOption(new Option('--number <NUMBER>', cli.say('option.draftNumber')).argParser(wholeNumber(cli, 1)))
    .option('--name <NAME>', cli.say('option.draftName'))
    .addOption(oneOf('--severity <SEVERITY>', cli.say('option.draftSeverity'), draftSeverities))
    .addOption(several('--log <PATH>', cli.say('option.log')))
    .addOption(new Option('--ticket <NUMBER>', cli.say('option.consultingTicket')).argParser(wholeNumber(cli, 1)))
    .addOption(new Option('--quote <NUMBER>', cli.say('option.consultingQuote')).argParser(wholeNumber(cli, 1)))
    .option('--note <TEXT>', cli.say('option.draftNote'))
    .action(async (file: string, given: DraftOptions) => {
      const text = readGiven(file);
      const draft = given.number === undefined ? await begin(cli, file, text, given) : await change(cli, text, given);
      tellCheck(cli, draft);
    });

function demand<T>(value: T | undefined, option: string): T {
  if (value === undefined) throw new CliFault('fault.draftNeeds', { option }, exitCodes.usage);
  return value;
}

async function begin(cli: Cli, file: string, text: string, given: DraftOptions): Promise<RuleDraftDetail> {
  const { id: accountId } = await findAccount(cli, demand(given.account, '--account'));
  const module = demand(given.module, '--module');
  const { severity, log: logs, name = basename(file) } = given;
  const ticketId = given.ticket === undefined ? undefined : await ticketOf(cli, accountId, given.ticket);
  const quoteId = given.quote === undefined ? undefined : await quoteOf(cli, accountId, given.quote);
  return cli.call(routes.createRuleDraft, {
    params: { accountId },
    body: { module, name, text, logs, severity, ticketId, quoteId },
  });
}

async function ticketOf(cli: Cli, accountId: string, number: number): Promise<string> {
  const { items } = await cli.call(routes.listTickets, { query: { accountId, number } });
  const [found] = items;
  if (!found) throw new CliFault('fault.notOfAccount', { number, what: cli.word('thing', 'ticket') });
  return found.id;
}

async function quoteOf(cli: Cli, accountId: string, number: number): Promise<string> {
  const { items } = await cli.call(routes.listQuotes, { query: { accountId } });
  const found = items.find((one) => one.number === number);
  if (!found) throw new CliFault('fault.notOfAccount', { number, what: cli.word('thing', 'quote') });
  return found.id;
}

async function change(cli: Cli, text: string, given: DraftOptions): Promise<RuleDraftDetail> {
  const note = demand(given.note, '--note');
  const { id: draftId } = await findDraft(cli, demand(given.number, '--number'));
  const { versions, version } = await cli.call(routes.getRuleDraft, { params: { draftId } });
  const newest = versions[0]!;
  const { name = newest.name, severity = newest.severity, log } = given;
  const logs = log.length > 0 ? log : newest.logs;
  const body = { basedOn: version, name, text, severity, logs, note };
  return cli.call(routes.changeRuleDraft, { params: { draftId }, body });
}

/** Faults make the command fail, so that a script stops; the draft is kept. */
function tellCheck(cli: Cli, draft: RuleDraftDetail): void {
  const { number, version, check } = draft;
  const lines = [
    ...check.faults.map(({ line, text }) => (line === undefined ? text : `${line}: ${text}`)),
    ...check.remarks.map(({ code, detail }) => `${cli.word('workbench.remark', code)} ${detail ?? ''}`.trim()),
  ];
  cli.show(draft, () =>
    [...(check.isSound ? [cli.say('done.ruleSound', { number, version })] : []), ...lines].join('\n'),
  );
  if (!check.isSound) cli.endWith(exitCodes.data);
}

type TestOptions = { log?: string; capture?: string; paths?: string; plain?: boolean };

export const testRule: Verb = (noun, cli) =>
  noun
    .command('test')
    .description(cli.say('rule.test'))
    .argument('<NUMBER>', cli.say('argument.ruleDraft'), wholeNumber(cli, 1))
    .option('--log <FILE>', cli.say('option.testLog'))
    .option('--capture <FILE>', cli.say('option.testCapture'))
    .option('--paths <FILE>', cli.say('option.testPaths'))
    .option('--plain', cli.say('option.plainLog'))
    .action(async (number: number, given: TestOptions) => {
      const body = trialOf(given);
      const { id: draftId } = await findDraft(cli, number);
      const found = await cli.call(routes.tryRuleDraft, { params: { draftId }, body });
      cli.list({ ...found, more: found.hits > found.items.length }, [
        ['at', ({ at, line }) => (at === undefined ? String(line ?? '') : cli.time(at))],
        ['host', ({ hostName }) => hostName ?? ''],
        ['hit', ({ text }) => text],
      ]);
      const { looked, hits, limits } = found;
      cli.remark(cli.say('done.ruleTried', { looked, hits }));
      for (const limit of limits) cli.remark(cli.word('workbench.limit', limit));
    });

function trialOf({ log, capture, paths, plain }: TestOptions): RuleTrial {
  if ([log, capture, paths].filter((one) => one !== undefined).length > 1)
    throw new CliFault('fault.oneTrial', {}, exitCodes.usage);
  if (log !== undefined)
    return { on: 'log', name: basename(log), text: readGiven(log), format: plain ? 'plain' : 'syslog' };
  if (capture !== undefined) {
    const content = Buffer.from(readBytes(capture)).toString('base64');
    return { on: 'capture', name: basename(capture), content, homeNet: [] };
  }
  if (paths === undefined) return { on: 'stored' };
  const list = readGiven(paths)
    .split('\n')
    .map((path) => path.trim())
    .filter(Boolean);
  return { on: 'paths', paths: list };
}

type PlaceOptions = { policy: string[]; host: string[]; reason: string; ticket?: number; quote?: number };

/** Policies and hosts by their names. @throws CliFault */
async function targetsOf(cli: Cli, draftId: string, { policy, host }: PlaceOptions) {
  const { items } = await cli.call(routes.listRuleTargets, { params: { draftId } });
  const find = (kind: 'policy' | 'computer', name: string) => {
    const found = items.find((one) => one.kind === kind && one.name === name);
    if (!found) throw new CliFault('fault.noRuleTarget', { name });
    return { kind, id: found.id };
  };
  return [...policy.map((name) => find('policy', name)), ...host.map((name) => find('computer', name))];
}

const tellPlaced = (cli: Cli, draft: RuleDraftDetail): void =>
  cli.show(draft, () =>
    cli.say('done.rulePlaced', {
      ...{ number: draft.number, version: draft.placedVersion ?? draft.version },
      state: cli.word('ruleDraftState', draft.state),
    }),
  );

export const stageRule: Verb = (noun, cli) =>
  noun
    .command('stage')
    .description(cli.say('rule.stage'))
    .argument('<NUMBER>', cli.say('argument.ruleDraft'), wholeNumber(cli, 1))
    .addOption(several('--policy <NAME>', cli.say('option.onPolicy')))
    .addOption(several('--host <NAME>', cli.say('option.onHost')))
    .addOption(new Option('--ticket <NUMBER>', cli.say('option.consultingTicket')).argParser(wholeNumber(cli, 1)))
    .addOption(new Option('--quote <NUMBER>', cli.say('option.consultingQuote')).argParser(wholeNumber(cli, 1)))
    .addOption(needed('--reason <TEXT>', cli.say('option.reason')))
    .action(async (number: number, given: PlaceOptions) => {
      const { id: draftId, version, accountId } = await findDraft(cli, number);
      const targets = await targetsOf(cli, draftId, given);
      const ticketId = given.ticket === undefined ? undefined : await ticketOf(cli, accountId, given.ticket);
      const quoteId = given.quote === undefined ? undefined : await quoteOf(cli, accountId, given.quote);
      const body = { version, targets, reason: given.reason, ticketId, quoteId };
      tellPlaced(cli, await cli.call(routes.stageRuleDraft, { params: { draftId }, body }));
    });

export const promoteRule: Verb = (noun, cli) =>
  noun
    .command('promote')
    .description(cli.say('rule.promote'))
    .argument('<NUMBER>', cli.say('argument.ruleDraft'), wholeNumber(cli, 1))
    .addOption(several('--policy <NAME>', cli.say('option.onPolicy')))
    .addOption(several('--host <NAME>', cli.say('option.onHost')))
    .addOption(needed('--reason <TEXT>', cli.say('option.reason')))
    .action(async (number: number, given: PlaceOptions) => {
      const { id: draftId, version, placedVersion = version } = await findDraft(cli, number);
      const targets = await targetsOf(cli, draftId, given);
      const body = { version: placedVersion, targets, reason: given.reason };
      tellPlaced(cli, await cli.call(routes.promoteRuleDraft, { params: { draftId }, body }));
    });

export const withdrawRule: Verb = (noun, cli) =>
  noun
    .command('withdraw')
    .description(cli.say('rule.withdraw'))
    .argument('<NUMBER>', cli.say('argument.ruleDraft'), wholeNumber(cli, 1))
    .addOption(needed('--reason <TEXT>', cli.say('option.reason')))
    .action(async (number: number, { reason }: { reason: string }) => {
      const { id: draftId } = await findDraft(cli, number);
      tellPlaced(cli, await cli.call(routes.withdrawRuleDraft, { params: { draftId }, body: { reason } }));
    });

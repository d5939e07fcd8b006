import { readFileSync } from 'node:fs';
import { NewOnCallPlan, routes } from '@sakimori/contract';
import type { Verb } from '../cli.ts';
import { CliFault } from '../fault.ts';
import { limitOption } from '../options.ts';

export const showOnCall: Verb = (noun, cli) =>
  noun
    .command('show')
    .description(cli.say('oncall.show'))
    .action(async () => {
      const plan = await cli.call(routes.getOnCall);
      const nameOf = new Map([...plan.rotations, ...plan.channels].map(({ id, name }) => [id, name]));
      cli.list({ ...plan, items: plan.levels.map((level, at) => ({ ...level, at: at + 1 })) }, [
        ['level', ({ at }) => String(at), 'right'],
        [
          'what',
          ({ rotations, roles, channels }) =>
            [
              ...[...rotations, ...channels].map((id) => nameOf.get(id) ?? id),
              ...roles.map((role) => cli.word('role', role)),
            ].join(', '),
        ],
        ['hours', ({ hours }) => cli.word('onCallHours', hours)],
        ['minutes', ({ minutes }) => String(minutes), 'right'],
      ]);
      for (const { rotation, name, until, nextName } of plan.turns)
        cli.remark(
          cli.say('oncall.turn', {
            ...{ rotation: nameOf.get(rotation) ?? rotation, name, until: cli.time(until), next: nextName },
          }),
        );
      for (const { channel, state, problem = 'none' } of plan.gateways)
        cli.remark(
          cli.say('oncall.gateway', {
            ...{ channel: nameOf.get(channel) ?? channel, state: cli.word('gatewayState', state), problem },
          }),
        );
    });

export const tryChannel: Verb = (noun, cli) =>
  noun
    .command('try')
    .description(cli.say('oncall.try'))
    .argument('<CHANNEL>', cli.say('argument.onCallChannel'))
    .action(async (channel: string) => {
      const plan = await cli.call(routes.tryOnCallChannel, { params: { channel } });
      cli.show(plan, () => cli.say('done.onCallTried', { channel }));
    });

/** The plan as `oncall show --json` writes it; what it says besides is passed over. */
export const setOnCall: Verb = (noun, cli) =>
  noun
    .command('set')
    .description(cli.say('oncall.set'))
    .argument('<FILE>', cli.say('argument.onCallFile'))
    .action(async (file: string) => {
      const parsed = NewOnCallPlan.safeParse(readJson(file));
      if (!parsed.success) {
        const { path, message } = parsed.error.issues[0]!;
        throw new CliFault('fault.onCallFile', { file, detail: `${path.join('.')}: ${message}` });
      }
      const { version } = await cli.call(routes.getOnCall);
      const plan = await cli.call(routes.setOnCall, { body: { plan: parsed.data, version } });
      cli.show(plan, () => cli.say('done.onCall', { version: plan.version }));
    });

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new CliFault('fault.onCallFile', { file, detail: (error as Error).message });
  }
}

export const listPages: Verb = (noun, cli) =>
  noun
    .command('pages')
    .description(cli.say('oncall.pages'))
    .addOption(limitOption(cli))
    .action(async ({ limit }: { limit: number }) => {
      cli.list(await cli.call(routes.listOnCallPages, { query: { limit: Math.min(limit, 200) } }), [
        ['when', ({ openedAt }) => cli.time(openedAt)],
        ['number', ({ number }) => String(number), 'right'],
        ['account', ({ accountName }) => accountName],
        ['severity', ({ severity }) => cli.word('severity', severity)],
        ['level', ({ level }) => String(level), 'right'],
        ['state', ({ state }) => cli.word('onCallState', state)],
        ['by', ({ takenBy }) => takenBy ?? ''],
      ]);
    });

import { type IntrusionMode, modes, previewDays, routes } from '@sakimori/contract';
import type { Cli, Verb } from '../cli.ts';
import { findHost } from '../find.ts';
import { accountOption, needed, oneOf, timeParser } from '../options.ts';

/** Whether intrusion prevention blocks on one host, and the switch for it alone. */
export const showIntrusionMode: Verb = (noun, cli) =>
  noun
    .command('intrusion-mode')
    .description(cli.say('host.intrusion-mode'))
    .argument('<HOST>', cli.say('argument.host'))
    .addOption(accountOption(cli))
    .action(async (given: string, { account }: { account?: string }) => {
      const { id: hostId } = await findHost(cli, given, account);
      const mode = await cli.call(routes.getIntrusionMode, { params: { hostId } });
      cli.show(mode, () => textOf(cli, mode));
    });

type Switch = { account?: string; mode: 'prevent' | 'detect'; until: string; reason: string };

export const switchIntrusionMode: Verb = (noun, cli) =>
  noun
    .command('switch-intrusion')
    .description(cli.say('host.switch-intrusion'))
    .argument('<HOST>', cli.say('argument.host'))
    .addOption(accountOption(cli))
    .addOption(oneOf('--mode <MODE>', cli.say('option.mode'), modes).makeOptionMandatory())
    .addOption(needed('--until <TIME>', cli.say('option.until')).argParser(timeParser(cli)))
    .addOption(needed('--reason <TEXT>', cli.say('option.reason')))
    .action(async (given: string, { account, mode, until, reason }: Switch) => {
      const { id: hostId } = await findHost(cli, given, account);
      const body = { mode, until, reason };
      const made = await cli.call(routes.switchIntrusionMode, { params: { hostId }, body });
      cli.show(made, () => textOf(cli, made));
    });

export const previewIntrusionMode: Verb = (noun, cli) =>
  noun
    .command('preview-intrusion')
    .description(cli.say('host.preview-intrusion', { days: previewDays }))
    .argument('<HOST>', cli.say('argument.host'))
    .addOption(accountOption(cli))
    .addOption(oneOf('--mode <MODE>', cli.say('option.mode'), modes).makeOptionMandatory())
    .action(async (given: string, { account, mode }: Pick<Switch, 'account' | 'mode'>) => {
      const { id: hostId } = await findHost(cli, given, account);
      const found = await cli.call(routes.previewIntrusionMode, { params: { hostId }, query: { mode } });
      cli.show(found, () =>
        cli.say(mode === 'detect' ? 'done.wouldPass' : 'done.wouldBlock', {
          ...{ count: mode === 'detect' ? found.wouldPass : found.wouldBlock, days: previewDays },
          ...{ now: found.rules.blockNow, later: found.rules.blockThen },
        }),
      );
    });

export const endIntrusionSwitch: Verb = (noun, cli) =>
  noun
    .command('return-intrusion')
    .description(cli.say('host.return-intrusion'))
    .argument('<HOST>', cli.say('argument.host'))
    .addOption(accountOption(cli))
    .addOption(needed('--reason <TEXT>', cli.say('option.reason')))
    .action(async (given: string, { account, reason }: { account?: string; reason: string }) => {
      const { id: hostId } = await findHost(cli, given, account);
      const made = await cli.call(routes.endIntrusionSwitch, { params: { hostId }, body: { reason } });
      cli.show(made, () => textOf(cli, made));
    });

function textOf(cli: Cli, { state, switch: switched }: IntrusionMode): string {
  const mode = state === 'off' ? cli.say('intrusionOff') : cli.word('mode', state);
  return switched
    ? cli.say('done.intrusionSwitched', { mode, until: cli.time(switched.until), reason: switched.reason })
    : cli.say('done.intrusionMode', { mode });
}

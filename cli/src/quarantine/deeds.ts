import { open } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import {
  type HostTaskEntry,
  type QuarantineFetch,
  type QuarantineItem,
  restoreAllowHours,
  routes,
} from '@sakimori/contract';
import { Option } from 'commander';
import type { Cli, Verb } from '../cli.ts';
import { CliFault, exitCodes } from '../fault.ts';
import { accountOption, needed, wholeNumber } from '../options.ts';

type Given = { readonly account?: string; readonly reason: string; readonly confirm?: string };
type Restoring = Given & { readonly to?: string; readonly overwrite?: boolean; readonly allowHours: number };

const common = (noun: ReturnType<Parameters<Verb>[0]['command']>, cli: Cli) =>
  noun
    .argument('<ID>', cli.say('argument.quarantined'))
    .addOption(accountOption(cli))
    .addOption(needed('--reason <TEXT>', cli.say('option.reason')))
    .option('--confirm <SHA256>', cli.say('option.confirmHash'));

export const restoreQuarantined: Verb = (noun, cli) =>
  common(noun.command('restore').description(cli.say('quarantine.restore')), cli)
    .option('--to <PATH>', cli.say('option.restoreTo'))
    .option('--overwrite', cli.say('option.restoreOverwrite'))
    .addOption(
      new Option('--allow-hours <N>', cli.say('option.allowHours'))
        .default(restoreAllowHours.usual)
        .argParser(wholeNumber(cli, restoreAllowHours.min)),
    )
    .action(async (id: string, { to, overwrite = false, allowHours, ...given }: Restoring) => {
      const item = await find(cli, id);
      const body = { ...bodyOf(given), overwrite, allowHours, ...(to === undefined ? {} : { to }) };
      tell(cli, item, await cli.call(routes.restoreQuarantined, { params: paramsOf(item), body }));
    });

export const deleteQuarantined: Verb = (noun, cli) =>
  common(noun.command('delete').description(cli.say('quarantine.delete')), cli).action(
    async (id: string, given: Given) => {
      const item = await find(cli, id);
      tell(cli, item, await cli.call(routes.deleteQuarantined, { params: paramsOf(item), body: bodyOf(given) }));
    },
  );

export const fetchQuarantined: Verb = (noun, cli) =>
  common(noun.command('fetch').description(cli.say('quarantine.fetch')), cli)
    .addOption(needed('--out <FILE>', cli.say('option.fetchOut')))
    .addOption(new Option('--wait <SECONDS>', cli.say('option.fetchWait')).default(600).argParser(wholeNumber(cli, 1)))
    .action(async (id: string, { out, wait, ...given }: Given & { out: string; wait: number }) => {
      const item = await find(cli, id);
      const asked = await cli.call(routes.fetchQuarantined, { params: paramsOf(item), body: bodyOf(given) });
      const place = { accountId: item.accountId, fetchId: asked.id };
      const copy = await awaitCopy(cli, place, wait);
      await save(cli, place, out);
      const facts = { path: item.path, file: out, password: copy.password };
      cli.show({ ...copy, savedAs: out }, () => cli.say('done.quarantineFetched', facts));
    });

type Place = { readonly accountId: string; readonly fetchId: string };

async function awaitCopy(cli: Cli, params: Place, seconds: number): Promise<QuarantineFetch & { password: string }> {
  for (let left = seconds; ; left -= 1) {
    const copy = await cli.call(routes.getFetch, { params });
    if (copy.state === 'ready') return copy;
    if (copy.state === 'failed') throw new CliFault('fault.fetchFailed', { detail: copy.detail ?? '' });
    if (left <= 0) throw new CliFault('fault.fetchWaits', { seconds });
    await pause(1000);
  }
}

/** Written as it comes, for the owner alone; what stands there already is not overwritten. */
async function save(cli: Cli, params: Place, out: string): Promise<void> {
  const file = await open(out, 'wx', 0o600).catch((error: NodeJS.ErrnoException) => {
    throw new CliFault('fault.write', { path: out, detail: error.code ?? error.message });
  });
  try {
    for (let position = 0, size = 1; position < size; ) {
      const piece = await cli.call(routes.downloadFetch, { params, query: { position } });
      const bytes = Buffer.from(piece.content, 'base64');
      await file.write(bytes);
      position += bytes.length;
      size = piece.sizeBytes;
    }
  } finally {
    await file.close();
  }
}

/** A file by its id, or by the beginning of it. */
async function find(cli: Cli, id: string): Promise<QuarantineItem> {
  const { items } = await cli.call(routes.listQuarantine, { query: {} });
  const found = items.filter((item) => item.id.startsWith(id.toLowerCase()));
  if (found.length === 1) return found[0]!;
  throw new CliFault('fault.noQuarantined', { id }, exitCodes.usage);
}

const paramsOf = ({ hostId, id: fileId }: QuarantineItem) => ({ hostId, fileId });
const bodyOf = ({ reason, confirm }: Given) => ({
  reason,
  ...(confirm === undefined ? {} : { confirmation: confirm }),
});

function tell(cli: Cli, { hostName: name }: QuarantineItem, task: HostTaskEntry): void {
  const facts = { task: cli.word('hostTask.kind', task.kind), state: cli.word('hostTask.state', task.state), name };
  cli.show(task, () => cli.say('done.task', facts));
}

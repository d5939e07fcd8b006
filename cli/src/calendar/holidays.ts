import { type Day, type HolidayFault, type HolidayPreview, phrase, routes } from '@sakimori/contract';
import { nameOfDay } from '@sakimori/contract/calendar/index';
import type { Cli, Verb } from '../cli.ts';
import { CliFault } from '../fault.ts';
import { readBytes } from '../files.ts';
import { table } from '../table.ts';

export const importHolidays: Verb = (noun, cli) =>
  noun
    .command('import')
    .description(cli.say('calendar.import'))
    .argument('<FILE>', cli.say('argument.holidayFile'))
    .option('--preview', cli.say('option.preview'))
    .action(async (path: string, { preview: isPreview = false }: { preview?: boolean }) => {
      const file = Buffer.from(readBytes(path)).toString('base64');
      const preview = await cli.call(routes.previewHolidays, { body: { file } });
      if (preview.faults.length > 0)
        throw new CliFault('fault.holidays', { path, detail: preview.faults.slice(0, 10).map(tell(cli)).join(' ') });
      if (isPreview) return cli.show(preview, () => tellPreview(cli, preview));
      const state = await cli.call(routes.importHolidays, { body: { file, version: preview.version } });
      cli.show({ ...state, added: preview.added, removed: preview.removed }, () =>
        [tellPreview(cli, preview), cli.say('done.calendar', { version: state.calendarVersion })].join('\n\n'),
      );
    });

const tell =
  (cli: Cli) =>
  ({ line, code, text, otherLine }: HolidayFault): string => {
    const what = phrase(cli.language, `holidayFault.${code}`, { text: text ?? '', otherLine: otherLine ?? 0 });
    return line === 0 ? what : phrase(cli.language, 'holidayFault.at', { line, what });
  };

function tellPreview(cli: Cli, { firstYear, lastYear, count, added, removed }: HolidayPreview): string {
  const found = cli.say('calendar.preview', { count, first: String(firstYear), last: String(lastYear) });
  if (added.length + removed.length === 0) return `${found}\n${cli.say('calendar.noDifference')}`;
  const rows = (days: readonly Day[], sign: string) =>
    days.map((day) => [sign, day.date, cli.word('weekday', String(day.weekday)), nameOfDay(cli.language, day) ?? '']);
  const heads = ['change', 'date', 'weekday', 'name'].map((name) => ({ head: cli.say(`head.${name}`) }));
  const all = [...rows(added, '+'), ...rows(removed, '-')].sort(([, a], [, b]) => (a! < b! ? -1 : 1));
  return `${found}\n\n${table(heads, all)}`;
}

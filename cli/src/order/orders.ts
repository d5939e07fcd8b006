import { basename } from 'node:path';
import { cellFaultText, type Language, languages, routes } from '@sakimori/contract';
import type { Cli, Verb } from '../cli.ts';
import { CliFault, exitCodes } from '../fault.ts';
import { readBytes, writeInto } from '../files.ts';
import { oneOf } from '../options.ts';

/** The largest form that is taken; a larger file is not sent at all. */
const fileBytesMax = 4 * 1024 * 1024;

export function readForm(path: string): { file: string; name: string } {
  const bytes = readBytes(path);
  if (bytes.byteLength > fileBytesMax)
    throw new CliFault('fault.file', { path, detail: `${bytes.byteLength} > ${fileBytesMax} bytes` }, exitCodes.usage);
  return {
    file: Buffer.from(bytes).toString('base64'),
    name: path === '-' ? 'order.xlsx' : basename(path).slice(0, 200),
  };
}

/** Tells every fault, one a line, and fails. */
async function checked(cli: Cli, path: string) {
  const given = readForm(path);
  const found = await cli.call(routes.checkOrder, { body: given });
  if (!found.order) {
    cli.list({ items: found.faults }, [['cause', (fault) => cellFaultText(cli.language, fault)]]);
    throw new CliFault('fault.orderFaults', { count: found.faults.length });
  }
  return { given, found, order: found.order };
}

export const checkOrder: Verb = (noun, cli) =>
  noun
    .command('check')
    .description(cli.say('order.check'))
    .argument('<FILE>', cli.say('argument.orderFile'))
    .action(async (path: string) => {
      const { found, order } = await checked(cli, path);
      const facts = { customer: order.customerName, plan: cli.word('plan', order.plan), servers: order.servers.length };
      cli.show(found, () =>
        found.known
          ? cli.say('done.orderKnown', { number: found.known.orderNumber })
          : cli.say('done.orderReadable', facts),
      );
    });

export const importOrder: Verb = (noun, cli) =>
  noun
    .command('import')
    .description(cli.say('order.import'))
    .argument('<FILE>', cli.say('argument.orderFile'))
    .action(async (path: string) => {
      const { given } = await checked(cli, path);
      const begun = await cli.call(routes.createOnboarding, { body: given });
      const { id, orderNumber: number, customerName: customer } = begun;
      cli.show(begun, () => cli.say('done.onboardingBegun', { number, customer, id }));
    });

export const orderTemplate: Verb = (noun, cli) =>
  noun
    .command('template')
    .description(cli.say('order.template'))
    .addOption(oneOf('--language <LANGUAGE>', cli.say('option.templateLanguage'), languages).default(cli.language))
    .option('--out <FOLDER>', cli.say('option.out'), '.')
    .action(async ({ language, out }: { language: Language; out: string }) => {
      const { name, content } = await cli.call(routes.getOrderTemplate, { query: { language } });
      const path = writeInto(out, name, Buffer.from(content, 'base64'));
      cli.show({ path }, () => cli.say('done.billing', { path }));
    });

import { PolicyDocument, routes } from '@sakimori/contract';
import { Option } from 'commander';
import type { Verb } from '../cli.ts';
import { CliFault } from '../fault.ts';
import { readGiven } from '../files.ts';
import { findPolicy } from '../find.ts';
import { accountOption, needed, wholeNumber } from '../options.ts';

type Options = { account?: string; file: string; reason: string; basedOn?: number; confirm?: string };

export const setPolicy: Verb = (noun, cli) =>
  noun
    .command('set')
    .description(cli.say('policy.set'))
    .argument('<POLICY>', cli.say('argument.policy'))
    .addOption(accountOption(cli))
    .addOption(needed('--file <FILE>', cli.say('option.file')))
    .addOption(needed('--reason <TEXT>', cli.say('option.reason')))
    .addOption(new Option('--based-on <N>', cli.say('option.basedOn')).argParser(wholeNumber(cli, 1)))
    .option('--confirm <ESTIMATE>', cli.say('option.confirm'))
    .action(async (given: string, options: Options) => {
      const { document, version } = readPolicy(options.file);
      const policy = await findPolicy(cli, given, options.account);
      const basedOnVersion = options.basedOn ?? version ?? policy.version;
      const written = await cli.call(routes.updatePolicy, {
        params: { policyId: policy.id },
        body: {
          ...{ basedOnVersion, document, reason: options.reason },
          ...(options.confirm === undefined ? {} : { confirmation: options.confirm }),
        },
      });
      cli.show(written, () => cli.say('done.policy', { name: policy.name, version: written.version }));
    });

/** A policy document by itself, or as `policy show --json` gives it: then with the version it was taken from. */
function readPolicy(file: string): { document: PolicyDocument; version: number | undefined } {
  const wrong = (detail: string) => new CliFault('fault.notPolicy', { path: file, detail });
  const text = readGiven(file);
  let given: { document?: unknown; version?: unknown };
  try {
    given = JSON.parse(text) as typeof given;
  } catch (error) {
    throw wrong((error as Error).message);
  }
  const whole = typeof given === 'object' && given !== null && 'document' in given;
  const parsed = PolicyDocument.safeParse(whole ? given.document : given);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw wrong(`${issue?.path.join('.')}: ${issue?.message}`);
  }
  return { document: parsed.data, version: whole && typeof given.version === 'number' ? given.version : undefined };
}

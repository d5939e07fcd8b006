import { type License, routes } from '@sakimori/contract';
import type { Cli, Verb } from '../cli.ts';
import { readBytes, readGiven, writeInto } from '../files.ts';
import { findAccount } from '../find.ts';
import { accountOption, needed, wholeNumber } from '../options.ts';
import { findLicense } from './list.ts';

const tell = (cli: Cli, license: License): void =>
  cli.show(license, () =>
    cli.say('done.license', {
      product: license.product,
      validTo: license.validTo,
      state: cli.word('licenseState', license.state),
    }),
  );
const proofOf = (path: string) => ({
  name: path.replace(/^.*[\\/]/, '') || 'proof',
  content: Buffer.from(readBytes(path)).toString('base64'),
});
/** A key on the command line would stand in the shell's history and in the list of processes. */
const keyOf = (path: string | undefined) => (path === undefined ? {} : { key: readGiven(path).trim() });

type NewOptions = {
  account: string;
  product: string;
  vendor: string;
  contractNumber?: string;
  keyFile?: string;
  seats?: number;
  from: string;
  until: string;
  proof?: string;
};

export const addLicense: Verb = (noun, cli) =>
  noun
    .command('add')
    .description(cli.say('license.add'))
    .addOption(accountOption(cli, { required: true }))
    .addOption(needed('--product <NAME>', cli.say('option.product')))
    .addOption(needed('--vendor <NAME>', cli.say('option.vendor')))
    .option('--contract-number <NUMBER>', cli.say('option.licenseContract'))
    .option('--key-file <FILE>', cli.say('option.licenseKey'))
    .option('--seats <N>', cli.say('option.seats'), wholeNumber(cli, 1))
    .addOption(needed('--from <DAY>', cli.say('option.validFrom')))
    .addOption(needed('--until <DAY>', cli.say('option.validTo')))
    .option('--proof <FILE>', cli.say('option.proof'))
    .action(async ({ account, keyFile, from, until, proof, ...given }: NewOptions) => {
      const { id: accountId } = await findAccount(cli, account);
      const body = {
        ...{ ...given, ...keyOf(keyFile), validFrom: from, validTo: until },
        ...(proof === undefined ? {} : { proof: proofOf(proof) }),
      };
      tell(cli, await cli.call(routes.createLicense, { params: { accountId }, body }));
    });

type RenewOptions = {
  account?: string;
  from?: string;
  until: string;
  proof: string;
  keyFile?: string;
  seats?: number;
  note?: string;
  acceptGap?: boolean;
};

export const renewLicense: Verb = (noun, cli) =>
  noun
    .command('renew')
    .description(cli.say('license.renew'))
    .argument('<LICENSE>', cli.say('argument.license'))
    .addOption(accountOption(cli))
    .option('--from <DAY>', cli.say('option.renewFrom'))
    .addOption(needed('--until <DAY>', cli.say('option.validTo')))
    .addOption(needed('--proof <FILE>', cli.say('option.proof')))
    .option('--key-file <FILE>', cli.say('option.licenseKey'))
    .option('--seats <N>', cli.say('option.seats'), wholeNumber(cli, 1))
    .option('--note <TEXT>', cli.say('option.licenseNote'))
    .option('--accept-gap', cli.say('option.acceptGap'))
    .action(async (product: string, { account, from, until, proof, keyFile, acceptGap, ...given }: RenewOptions) => {
      const { id: licenseId } = await findLicense(cli, product, account);
      const body = {
        ...{ ...given, ...keyOf(keyFile), validTo: until, proof: proofOf(proof), isGapAccepted: acceptGap ?? false },
        ...(from === undefined ? {} : { validFrom: from }),
      };
      tell(cli, await cli.call(routes.renewLicense, { params: { licenseId }, body }));
    });

export const retireLicense: Verb = (noun, cli) =>
  noun
    .command('retire')
    .description(cli.say('license.retire'))
    .argument('<LICENSE>', cli.say('argument.license'))
    .addOption(accountOption(cli))
    .addOption(needed('--reason <TEXT>', cli.say('option.reason')))
    .action(async (product: string, { account, reason }: { account?: string; reason: string }) => {
      const { id: licenseId } = await findLicense(cli, product, account);
      tell(cli, await cli.call(routes.retireLicense, { params: { licenseId }, body: { reason } }));
    });

export const saveProofs: Verb = (noun, cli) =>
  noun
    .command('proof')
    .description(cli.say('license.proof'))
    .argument('<LICENSE>', cli.say('argument.license'))
    .addOption(accountOption(cli))
    .addOption(needed('--out <FOLDER>', cli.say('option.out')))
    .action(async (product: string, { account, out }: { account?: string; out: string }) => {
      const license = await findLicense(cli, product, account);
      const paths: string[] = [];
      for (const term of license.terms.filter(({ proof }) => proof)) {
        const params = { licenseId: license.id, termId: term.id };
        const { name, content } = await cli.call(routes.getProof, { params });
        paths.push(writeInto(out, `${term.validFrom}-${name}`, Buffer.from(content, 'base64')));
      }
      cli.show({ paths }, () => (paths.length === 0 ? cli.say('empty') : paths.join('\n')));
    });

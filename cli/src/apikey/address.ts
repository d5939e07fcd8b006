import { routes } from '@sakimori/contract';
import type { Verb } from '../cli.ts';

/** Where clients of the API go, for the setting that each of them has for it. */
export const showApiAddress: Verb = (noun, cli) =>
  noun
    .command('address')
    .description(cli.say('apikey.address'))
    .action(async () => {
      const found = await cli.call(routes.getWorkloadSecurity);
      cli.show(found, () => found.address);
    });

/** Whom clients of the API must trust, as PEM for a file. */
export const showApiCertificate: Verb = (noun, cli) =>
  noun
    .command('certificate')
    .description(cli.say('apikey.certificate'))
    .action(async () => {
      const found = await cli.call(routes.getWorkloadSecurity);
      cli.show(found, () => found.certificateAuthority.trim());
    });

import { resolve } from 'node:path';
import { bounceAddressings, type MailSettings, routes } from '@sakimori/contract';
import { Option } from 'commander';
import type { Cli, Verb } from '../cli.ts';
import { readGiven } from '../files.ts';
import { oneOf, wholeNumber } from '../options.ts';
import { sheet } from '../table.ts';

const securities = ['none', 'starttls', 'tls'] as const;
type Options = {
  catcher?: boolean;
  host?: string;
  port?: number;
  security?: (typeof securities)[number];
  user?: string;
  passwordStdin?: boolean;
  password?: boolean;
  fromName?: string;
  fromAddress?: string;
  bounceAddressing?: (typeof bounceAddressings)[number];
  /** A file; `false` removes what is stored. */
  trustedCertificate?: string | false;
  signature?: string | false;
};

/** The SMTP password is never an argument: those can be read by everybody on the machine. */
export const mailSettings: Verb = (noun, cli) =>
  noun
    .command('settings')
    .description(cli.say('mail.settings'))
    .addOption(new Option('--catcher', cli.say('option.catcher')).conflicts('host'))
    .option('--host <HOST>', cli.say('option.smtpHost'))
    .addOption(new Option('--port <N>', cli.say('option.smtpPort')).argParser(wholeNumber(cli, 1)))
    .addOption(oneOf('--security <KIND>', cli.say('option.smtpSecurity'), securities))
    .option('--user <USER>', cli.say('option.smtpUser'))
    .option('--password-stdin', cli.say('option.smtpPasswordStdin'))
    .option('--no-password', cli.say('option.smtpNoPassword'))
    .option('--from-name <NAME>', cli.say('option.fromName'))
    .option('--from-address <ADDRESS>', cli.say('option.fromAddress'))
    .addOption(oneOf('--bounce-addressing <KIND>', cli.say('option.bounceAddressing'), bounceAddressings))
    .option('--trusted-certificate <FILE>', cli.say('option.trustedCertificate'))
    .option('--no-trusted-certificate', cli.say('option.noTrustedCertificate'))
    .option('--signature <FILE>', cli.say('option.signature'))
    .option('--no-signature', cli.say('option.noSignature'))
    .action(async (options: Options) => {
      const settings = await cli.call(routes.getMailSettings);
      const { password, ...given } = options;
      const changes = Object.keys(given).length > 0 || password === false;
      const now = changes ? await cli.call(routes.setMailSettings, { body: merge(settings, options) }) : settings;
      if (changes) cli.remark(cli.say('done.mailSettings'));
      cli.show(now, () => tell(cli, now));
    });

function merge({ passwordSet: _, ...settings }: MailSettings, options: Options) {
  const server = options.host === undefined ? {} : { transport: 'smtp' as const, host: options.host };
  return {
    ...settings,
    ...server,
    ...(options.catcher ? { transport: 'catcher' as const } : {}),
    port: options.port ?? settings.port,
    security: options.security ?? settings.security,
    user: options.user ?? settings.user,
    fromName: options.fromName ?? settings.fromName,
    fromAddress: options.fromAddress ?? settings.fromAddress,
    bounceAddressing: options.bounceAddressing ?? settings.bounceAddressing,
    trustedCertificate: textOf(options.trustedCertificate) ?? settings.trustedCertificate,
    signature: textOf(options.signature)?.trimEnd() ?? settings.signature,
    ...(options.passwordStdin ? { password: readGiven('-').replace(/\r?\n$/, '') } : {}),
    ...(options.password === false ? { password: '' } : {}),
  };
}

/** The text of a file; empty where it is to be removed. Never standard input, which is the password's. */
function textOf(path: string | false | undefined): string | undefined {
  if (path === undefined) return undefined;
  return path === false ? '' : readGiven(resolve(path));
}

function tell(cli: Cli, settings: MailSettings): string {
  const head = (name: string) => cli.say(`head.${name}`);
  const smtp = settings.transport === 'smtp';
  return sheet([
    [head('transport'), cli.say(`transport.${settings.transport}`)],
    [
      head('server'),
      smtp ? `${settings.host ?? ''}:${settings.port ?? ''} (${settings.security ?? 'none'})` : undefined,
    ],
    [head('user'), smtp ? settings.user : undefined],
    [head('password'), smtp ? cli.say(settings.passwordSet ? 'password.set' : 'password.unset') : undefined],
    [head('trustedCertificate'), cli.say(settings.trustedCertificate ? 'password.set' : 'password.unset')],
    [head('from'), `${settings.fromName} <${settings.fromAddress}>`],
    [head('bounceAddressing'), settings.bounceAddressing],
    [head('signature'), settings.signature],
  ]);
}

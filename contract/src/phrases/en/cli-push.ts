import type { cliPush as ja } from '../ja/cli-push.ts';

/** Installation over SSH on the command line. */
export const cliPush: Record<keyof typeof ja, string> = {
  'cli.push': 'installation of the agent over SSH',
  'cli.push.run': 'install on the hosts of a list and wait for the end; exit code 1 where one failed',
  'cli.push.list': 'list installations, newest first',
  'cli.push.show': 'show what became of each host',
  'cli.push.log': 'show what was run on a host and what it said',
  'cli.push.cancel': 'cancel an installation and destroy its credentials',
  'cli.argument.pushFile': 'list of hosts (host,port,user,auth,fingerprint); - is standard input',
  'cli.argument.push': 'ID of the installation',
  'cli.argument.pushHost': 'a host of the list',
  'cli.option.passwordFile': 'file with the password of the login',
  'cli.option.keyFile': 'file with the private key',
  'cli.option.passphraseFile': 'file with the passphrase of the private key',
  'cli.option.sudoPasswordFile': 'file with the password for sudo, where it is another',
  'cli.option.acceptKeys': 'accept the host keys that are shown: their fingerprints were compared',
  'cli.option.pushMinutes': 'minutes for which the credentials may be used',
  'cli.option.pushParallel': 'hosts at the same time',
  'cli.option.pushOverride': 'reason to go on where preflight says FAIL; it is recorded',
  'cli.fault.newKeys':
    '{count, plural, one {# host key was} other {# host keys were}} not compared yet. Compare the fingerprints, then run it again with --accept-keys.',
};

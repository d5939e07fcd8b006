import type { cliIntake as ja } from '../ja/cli-intake.ts';

/** What the command line says of events that other products send. */
export const cliIntake: Record<keyof typeof ja, string> = {
  'cli.intake': 'events of Trend Micro’s managers and agents, taken in',
  'cli.intake.parse':
    'read syslog (CEF, LEEF) or Amazon SNS documents on standard input and print each event as one line of JSON (needs no manager)',
  'cli.intake.waiting': 'Reading standard input; Ctrl+D ends it.',
  'cli.option.intakeFormat': 'what the input is',
  'cli.option.cases':
    'input is JSON with id and raw, one a line; each event is printed with that id and n, its place in the record',
  'cli.intake.problem.noEvent': 'no event of CEF, LEEF or SNS: {count, number}',
  'cli.intake.problem.otherProduct': 'of another vendor’s product: {count, number}',
  'cli.intake.problem.otherFormat': 'not of the format that --format asks for: {count, number}',
  'cli.intake.problem.unreadableJson': 'documents with parts that are no readable JSON: {count, number}',
  'cli.intake.problem.control': 'notices of SNS that are no event (subscription, test): {count, number}',
  'cli.intake.problem.cut': 'too long, read in part or not at all: {count, number}',
  'cli.intake.problem.badCase': 'lines that are no JSON with id and raw: {count, number}',
  'cli.fault.noEvents':
    'None of {count, number} inputs could be read as an event. Give lines of syslog from Deep Security or Workload Security, or documents of SNS, on standard input.',
  'cli.intake.listen':
    'receive syslog and print each event as one line of JSON; nothing is stored (to look before connecting; needs no manager)',
  'cli.intake.opened': 'Receiving by {transport} on {host}, port {port}; Ctrl+C ends it.',
  'cli.intake.lost': 'datagrams of UDP lost because they came too fast: {count, number}',
  'cli.intake.doorFault.oversized': 'connections ended for a frame that is too long: {count, number}',
  'cli.intake.doorFault.crowded': 'connections refused for being too many: {count, number}',
  'cli.intake.doorFault.certificate': 'connections refused for want of a valid client certificate: {count, number}',
  'cli.intake.doorFault.handshake': 'connections on which TLS could not begin: {count, number}',
  'cli.intake.doorFault.idle': 'connections ended because nothing came: {count, number}',
  'cli.intake.doorFault.broken': 'connections that broke: {count, number}',
  'cli.option.listenHost': 'address to listen on',
  'cli.option.listenUdp': 'port for UDP (0 is a free one)',
  'cli.option.listenTcp': 'port for TCP (0 is a free one)',
  'cli.option.listenTls': 'port for TLS (0 is a free one)',
  'cli.option.certificate': 'certificate of this server for TLS (PEM)',
  'cli.option.certificateKey': 'private key of that certificate (PEM)',
  'cli.option.clientAuthority': 'authority of client certificates (PEM); with it a client must have one',
  'cli.option.revoked': 'list of revoked client certificates (PEM)',
  'cli.usage.port': 'A whole number from 0 to 65535 is needed.',
  'cli.fault.noDoor': 'Give a port by --udp, --tcp or --tls.',
  'cli.fault.noCertificate': '--tls needs --certificate and --certificate-key.',
  'cli.fault.door': 'Cannot receive: {detail}. Choose another port or address.',
};

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
};

import { Command, CommanderError } from 'commander';
import { type GlobalOptions, makeCli } from './cli.ts';
import { exitCodes, tellFault } from './fault.ts';
import { chooseLanguage } from './language.ts';
import { buildProgram } from './program.ts';

const argv = process.argv.slice(2);
const language = chooseLanguage(argv, process.env);
const program = new Command('sakimori');
const cli = makeCli(language, () => program.opts<GlobalOptions>(), process.env);
buildProgram(program, cli);

/** One line on standard error. Help and version were asked for and are no fault; a noun without its verb shows its help. */
function tell(error: unknown): void {
  if (error instanceof CommanderError && error.exitCode === 0) return;
  const { line, exitCode } = tellFault(error, language);
  process.exitCode = exitCode;
  const command = namedCommand();
  if (error instanceof CommanderError && error.code === 'commander.help') {
    process.stderr.write(command.helpInformation());
    return;
  }
  const see = error instanceof CommanderError ? ` ${cli.say('usage.see', { command: pathOf(command) })}` : '';
  process.stderr.write(`sakimori: ${line}${exitCode === exitCodes.usage ? see : ''}\n`);
}

/** The command that the words on the command line name, as far as they do. */
const namedCommand = (): Command =>
  argv.reduce((command, word) => command.commands.find((each) => each.name() === word) ?? command, program);

const pathOf = (command: Command): string =>
  command.parent ? `${pathOf(command.parent)} ${command.name()}` : command.name();

await program.parseAsync(argv, { from: 'user' }).catch(tell);

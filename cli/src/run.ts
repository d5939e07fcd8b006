import { Command, CommanderError } from 'commander';
import { type GlobalOptions, makeCli } from './cli.ts';
import { exitCodes, tellFault } from './fault.ts';
import { chooseLanguage } from './language.ts';
import { buildProgram } from './program.ts';

/**
 * One run of the command line: the words after `sakimori`, with an environment. What went wrong is one line on standard error.
 * Help and version were asked for and are no fault; a noun without its verb shows its help.
 * @returns the code to exit with
 */
export async function run(words: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const language = chooseLanguage(words, env);
  const program = new Command('sakimori');
  const cli = makeCli(language, () => program.opts<GlobalOptions>(), env);
  buildProgram(program, cli);
  try {
    await program.parseAsync([...words], { from: 'user' });
    return cli.exitCode();
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return 0;
    const { line, exitCode } = tellFault(error, language);
    const command = namedCommand(program, words);
    if (error instanceof CommanderError && error.code === 'commander.help') {
      process.stderr.write(command.helpInformation());
      return exitCode;
    }
    const see = error instanceof CommanderError ? ` ${cli.say('usage.see', { command: pathOf(command) })}` : '';
    process.stderr.write(`sakimori: ${line}${exitCode === exitCodes.usage ? see : ''}\n`);
    return exitCode;
  }
}

/** The command that the words on the command line name, as far as they do. */
const namedCommand = (program: Command, words: readonly string[]): Command =>
  words.reduce((command, word) => command.commands.find((each) => each.name() === word) ?? command, program);

const pathOf = (command: Command): string =>
  command.parent ? `${pathOf(command.parent)} ${command.name()}` : command.name();

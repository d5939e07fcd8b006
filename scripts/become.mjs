// Goes over to another Node, whatever Node runs this.
import { spawn } from 'node:child_process';
import { constants } from 'node:os';

/**
 * This process becomes the other one, where its Node can (`process.execve`, from Node 22.15 and 23.11 on); else it stays as long as that one runs, hands
 * signals on, and ends as it ends.
 */
export function becomeNode(node, args, { env = process.env, cwd = process.cwd() } = {}) {
  process.chdir(cwd);
  if (typeof process.execve === 'function') process.execve(node, [node, ...args], env);
  const child = spawn(node, args, { stdio: 'inherit', env });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    console.error(error.message);
    process.exit(69);
  });
  child.on('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]));
}

import { Crew, type ScanPlan, ScanStopped } from '../scan/crew.ts';
import type { WorkerReport } from '../scan/crew-plan.ts';
import type { IntegrityArguments } from './arguments.ts';
import { IntegrityFault } from './exit-codes.ts';
import { showProgress } from './progress.ts';

const signals = { SIGINT: 2, SIGTERM: 15, SIGHUP: 1 } as const;

/**
 * One scan to its end, with its progress on the terminal.
 * @throws IntegrityFault (128 + number of the signal, as a shell has it) when it was asked to stop meanwhile
 */
export async function runScan(
  plan: ScanPlan,
  { quiet, json }: IntegrityArguments,
  entriesExpected?: number,
): Promise<WorkerReport> {
  const crew = new Crew(plan);
  let signal: keyof typeof signals | undefined;
  const onSignal = (name: NodeJS.Signals) => {
    signal = name as keyof typeof signals;
    crew.stop();
  };
  for (const name of Object.keys(signals)) process.on(name, onSignal);
  const endProgress = quiet || json ? () => {} : showProgress(crew.control, entriesExpected, process.stderr);
  try {
    return await crew.run();
  } catch (error) {
    if (!(error instanceof ScanStopped) || signal === undefined) throw error;
    throw new IntegrityFault(128 + signals[signal], `ended by ${signal}; nothing was written`);
  } finally {
    endProgress();
    for (const name of Object.keys(signals)) process.off(name, onSignal);
  }
}

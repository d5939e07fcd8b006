import type { Clock } from '../../../clock.ts';
import type { FlowProcess, LocalFlow } from '../../../flow-process/flow.ts';
import { readProcess } from '../../../flow-process/process-facts.ts';
import { holderOf, inodeOf } from '../../../flow-process/sockets.ts';
import { ConnectTrace, tracingFolders } from './connect-trace.ts';

export type { FlowProcess, LocalFlow } from '../../../flow-process/flow.ts';

/** Finds the program at this end of a connection: by what was seen when it was opened, else by the sockets that are there now. */
export class FlowProcesses {
  readonly #trace: ConnectTrace | undefined;
  /** Why programs that end at once are not known. */
  readonly problem: string | undefined;

  constructor(clock: Clock, folders: readonly string[] = tracingFolders) {
    try {
      this.#trace = new ConnectTrace(clock, folders);
    } catch (error) {
      this.problem = error instanceof Error ? error.message : String(error);
    }
  }

  async find(flow: LocalFlow): Promise<FlowProcess | undefined> {
    const seen = this.#trace?.find(flow);
    if (seen?.path) return seen;
    const inode = await inodeOf(flow);
    const pid = inode === undefined ? undefined : await holderOf(inode);
    return (pid === undefined ? undefined : readProcess(pid)) ?? seen;
  }

  close(): void {
    this.#trace?.close();
  }
}

import { readFileSync, realpathSync, rmSync } from 'node:fs';
import { z } from 'zod';
import type { Clock } from '../clock.ts';
import { readBootId } from '../facts.ts';
import { writeFileAtomically } from '../write-file.ts';
import { factsOf, membersOf, type ProcessFacts, programOf, signal } from './process-facts.ts';

/** What is written down about a child, so that an agent that comes after one that was killed knows it again. */
const ChildRecord = z.object({
  pid: z.number().int().positive(),
  startTicks: z.number(),
  bootId: z.string(),
  /** Program files that it may show: the one it was started as, and the one it was found with. */
  programs: z.array(z.string()),
});
type ChildRecord = z.infer<typeof ChildRecord>;

/** @throws Error on a full disk */
export function recordChild(path: string, pid: number, program: string): void {
  const startTicks = factsOf(pid)?.startTicks;
  if (startTicks === undefined) return;
  const found = programOf(pid);
  const record: ChildRecord = {
    ...{ pid, startTicks, bootId: readBootId() },
    programs: [...new Set([realPathOf(program), ...(found === undefined ? [] : [found])])],
  };
  writeFileAtomically(path, `${JSON.stringify(record)}\n`);
}

export const forgetChild = (path: string): void => rmSync(path, { force: true });

/**
 * Ends what a killed agent has left running: the child, if the process of that number began at that very time in this run of the machine and is that
 * program; and of its session only what shows one of its programs, where the child itself is gone. Anything else is left alone, whatever its name.
 * @returns numbers of the processes that were ended
 */
export async function endLeftOver(path: string, clock: Clock, termMs: number): Promise<number[]> {
  const record = readRecord(path);
  if (record?.bootId !== readBootId()) {
    forgetChild(path);
    return [];
  }
  const found = leftOversOf(record);
  for (const { pid } of found) signal(pid, 'SIGTERM');
  const isThere = ({ pid, startTicks }: ProcessFacts) => factsOf(pid)?.startTicks === startTicks;
  const untilMs = clock.monotonicMs() + termMs;
  while (found.some(isThere) && clock.monotonicMs() < untilMs) await pause(clock, 25);
  for (const facts of found) if (isThere(facts)) signal(facts.pid, 'SIGKILL');
  // What is stopped or waits for a disk is gone a moment later.
  for (let turn = 0; turn < 80 && found.some(isThere); turn += 1) await pause(clock, 25);
  forgetChild(path);
  return found.map(({ pid }) => pid);
}

/** The child of this record, if it is alive and the very one. For whoever looks from outside the agent. */
export function livingChild(path: string): number | undefined {
  const record = readRecord(path);
  if (record?.bootId !== readBootId()) return undefined;
  return leftOversOf(record).find(({ pid }) => pid === record.pid)?.pid;
}

function leftOversOf({ pid, startTicks, programs }: ChildRecord): ProcessFacts[] {
  const isOurs = (facts: ProcessFacts) => {
    const program = programOf(facts.pid);
    return program !== undefined && programs.includes(program);
  };
  const members = membersOf(pid);
  const child = members.find((member) => member.pid === pid);
  // The number of a session is not given out again as long as one of it lives: without its leader, these are still of it, or of none of ours.
  if (!child) return members.filter((member) => member.startTicks >= startTicks && isOurs(member));
  return child.startTicks === startTicks && isOurs(child) ? members : [];
}

function readRecord(path: string): ChildRecord | undefined {
  try {
    return ChildRecord.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return undefined;
  }
}

function realPathOf(program: string): string {
  try {
    return realpathSync(program);
  } catch {
    return program;
  }
}

const pause = (clock: Clock, ms: number): Promise<void> => new Promise((done) => void clock.after(ms, done));

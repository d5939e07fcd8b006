import { setImmediate as turn } from 'node:timers/promises';
import { type JsonPieces, PieceWriter } from '../http/json-pieces.ts';
import type { ComputerComposer } from './present-computer.ts';
import type { ComputerState } from './store.ts';

/** Computers that are worked on before others get their turn. */
const perTurn = 250;

/** A listing of computers as JSON. Others get their turn meanwhile: there may be ten thousand. */
export async function writeComputers(
  composer: ComputerComposer,
  states: readonly ComputerState[],
): Promise<JsonPieces> {
  const writer = new PieceWriter();
  writer.add('{"computers":[');
  for (const [index, state] of states.entries()) {
    if (index > 0) writer.add(',');
    composer.write(state, writer);
    if (index % perTurn === perTurn - 1) await turn();
  }
  writer.add(']}');
  return writer.finish(states.length);
}

/** Those that pass a test, likewise. */
export async function filterComputers(
  states: readonly ComputerState[],
  passes: (state: ComputerState) => boolean,
  countMax: number,
): Promise<ComputerState[]> {
  const found: ComputerState[] = [];
  for (const [index, state] of states.entries()) {
    if (found.length >= countMax) break;
    if (passes(state)) found.push(state);
    if (index % perTurn === perTurn - 1) await turn();
  }
  return found;
}

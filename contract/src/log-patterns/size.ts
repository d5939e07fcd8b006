import { PatternFault } from './fault.ts';
import { type Syntax, without } from './syntax.ts';

/** Instructions that a pattern may become. */
const instructionsMax = 20_000;

/** How many instructions the pattern would take. @throws PatternFault where they are too many */
export function checkSize(root: Syntax): void {
  if (sizeOf(root) > instructionsMax)
    throw new PatternFault('the pattern is too large once its repetitions are written out', 0);
}

function sizeOf(node: Syntax): number {
  if (node.kind === 'repeat') return (sizeOf(node.item) + 4) * (node.max === without ? node.min + 1 : node.max);
  if (node.kind === 'sequence' || node.kind === 'choice') {
    return node.items.reduce((sum, item) => sum + sizeOf(item) + 2, 0);
  }
  return 'item' in node ? sizeOf(node.item) + 3 : 1;
}

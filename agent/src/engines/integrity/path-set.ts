import { PathFault, PathSet } from '@sakimori/contract/path-set';
import { PolicyFault } from '../engine.ts';

export { PathSet } from '@sakimori/contract/path-set';

/** The paths of a policy's rule. @throws PolicyFault for a path that cannot be in a set */
export function pathsOfPolicy(paths: readonly string[], isExact?: boolean): PathSet {
  try {
    return new PathSet(paths, isExact);
  } catch (error) {
    throw error instanceof PathFault ? new PolicyFault(error.message) : error;
  }
}

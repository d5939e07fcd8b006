/** The spool: where detections wait on the host's disk until the manager has them. */
export { type Lease, Spool, SpoolTaken } from './spool.ts';
export type { Memory } from './spool-file.ts';

/**
 * Leads packets into a queue of the kernel (NFQUEUE), counts what happens there, and takes the way away again when the reader hangs. For engines that
 * look into traffic: intrusion prevention and web reputation.
 */
export { isForwarding, type QueueCounters, readerOf, readQueueCounters, readUplinks } from './counters.ts';
export type { QueueHook, QueueJump, QueueOwner, QueueRule } from './jump.ts';
export { type JumpWay, PacketQueue } from './packet-queue.ts';
export { QueueFault } from './programs.ts';
export { QueueWatchdog, type WatchdogState } from './watchdog.ts';

/** What a listing may cost. All of it is bounded, for the other side is not ours. */
export type Limits = {
  /** One request, from its start to the last byte of the reply. */
  readonly timeoutMs: number;
  /** The whole listing. */
  readonly totalMs: number;
  /** Body of one reply. */
  readonly replyBytesMax: number;
  /** Pages of one list (one region, one project). */
  readonly pagesMax: number;
  /** Machines of the whole listing. */
  readonly machinesMax: number;
  /** Tries of one request, the first included. */
  readonly triesMax: number;
  /** Wait before the first repeat; it doubles with each. */
  readonly firstWaitMs: number;
  /** No wait is longer, whatever the other side asks for. */
  readonly waitMsMax: number;
};

export const defaultLimits: Limits = {
  timeoutMs: 30_000,
  totalMs: 15 * 60_000,
  replyBytesMax: 16 * 1024 * 1024,
  pagesMax: 500,
  machinesMax: 50_000,
  triesMax: 5,
  firstWaitMs: 250,
  waitMsMax: 10_000,
};

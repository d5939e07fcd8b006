import type { Language } from '@sakimori/contract';
import { z } from 'zod';
import type { ChannelSecret } from './plan.ts';
import { PostProblem, post } from './post.ts';

/** How often a gateway is asked what came of a call, and when it is taken to be quiet. */
const askEveryMs = 5000;
const outcomeWithinMs = 180_000;
/** Waits after a message that was not taken. */
const waitsMs = [5000, 30_000, 120_000];

/** What a telephone gateway is asked to say; its id makes a repetition harmless. */
export type Spoken = {
  readonly id: string;
  readonly kind: 'voice' | 'sms';
  readonly to: string;
  readonly language: Language;
  readonly text: string;
};

const Taken = z.object({ id: z.string().regex(/^[A-Za-z0-9._-]{1,100}$/) });
const Status = z.object({
  state: z.enum(['accepted', 'ringing', 'answered', 'completed', 'acknowledged', 'delivered', 'failed']),
  reason: z
    .string()
    .regex(/^[a-z][a-z0-9_]{0,60}$/)
    .optional(),
});

/** Where a call or a trial stands, as it is stored. */
export type Standing = {
  readonly state: 'waiting' | 'accepted';
  readonly attempts: number;
  readonly remote_id: string | null;
  readonly ends_at: Date | null;
};
export type NextStanding = {
  readonly state: 'waiting' | 'accepted' | 'sent' | 'answered' | 'acknowledged' | 'failed';
  readonly remoteId?: string;
  readonly endsAt?: Date;
  readonly nextAt?: Date;
  readonly problem?: string;
  /** The gateway is at fault, and not who was called. */
  readonly isQuiet?: boolean;
};

/**
 * One step with a telephone gateway: hands the message over, or asks what became of it. `POST <url>` with `{id, kind, to, language, text}` is answered
 * with `{id}`; `GET <url>/<id>` with `{state, reason?}`. Both carry the token. Somebody who presses a key is `acknowledged`.
 */
export async function stepOf(
  standing: Standing,
  message: Spoken,
  secret: ChannelSecret,
  { now, mayBeInner }: { readonly now: Date; readonly mayBeInner: boolean },
): Promise<NextStanding> {
  const later = (ms: number) => new Date(now.getTime() + ms);
  const ask = async <Answer>(schema: z.ZodType<Answer>, given: { url: string; method?: 'GET'; body?: string }) => {
    const headers = secret.key === undefined ? {} : { authorization: `Bearer ${secret.key}` };
    const { text } = await post({ ...given, headers, mayBeInner });
    const answer = schema.safeParse(jsonOf(text));
    if (!answer.success) throw new PostProblem('bad_answer');
    return answer.data;
  };
  try {
    if (standing.state === 'waiting') {
      const { id } = await ask(Taken, { url: secret.url, body: JSON.stringify(message) });
      return { state: 'accepted', remoteId: id, endsAt: later(outcomeWithinMs), nextAt: later(askEveryMs) };
    }
    const { state, reason } = await ask(Status, { url: statusUrl(secret.url, standing.remote_id!), method: 'GET' });
    if (state === 'failed') return { state, problem: reason ?? 'failed' };
    if (state === 'acknowledged') return { state };
    if (state === 'completed') return { state: 'answered' };
    if (state === 'delivered') return { state: 'sent' };
    return isOver(standing, now)
      ? { state: 'failed', problem: 'no_outcome', isQuiet: true }
      : { state: 'accepted', nextAt: later(askEveryMs) };
  } catch (error) {
    const problem = error instanceof PostProblem ? error.word : 'unreachable';
    const wait = standing.state === 'waiting' ? waitsMs[standing.attempts - 1] : askEveryMs;
    if (wait === undefined || isOver(standing, now)) return { state: 'failed', problem, isQuiet: true };
    return { state: standing.state, nextAt: later(wait), problem };
  }
}

const isOver = ({ ends_at }: Standing, now: Date): boolean => ends_at !== null && ends_at <= now;

function statusUrl(base: string, id: string): string {
  const url = new URL(base);
  url.pathname = `${url.pathname.replace(/\/$/, '')}/${id}`;
  return url.href;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

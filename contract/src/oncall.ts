import { z } from 'zod';
import { CalendarDate } from './calendar.ts';
import { Id, Instant, ShortText } from './primitives.ts';
import { Severity } from './severity.ts';

const Word = z.string().regex(/^[a-z][a-z0-9-]{0,30}$/, 'a word of small letters, digits and hyphens');
const TimeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'a time of day from 00:00 to 23:59');

export const onCallChannelKinds = ['slack', 'teams', 'pagerduty', 'voice', 'sms'] as const;
/** Kinds that a telephone gateway carries to a number. */
export const gatewayKinds: readonly string[] = ['voice', 'sms'];
export const onCallHours = ['always', 'business', 'outside'] as const;
/** People of the provider by their role, where no rotation is named. */
export const onCallRoles = ['operator', 'soc-analyst', 'service-manager', 'provider-admin'] as const;

/** Who takes turns: each member for so many days, handed over at a time in Japan. */
export const Rotation = z.object({
  id: Word,
  name: ShortText,
  members: z.array(Id).min(1).max(50),
  startsOn: CalendarDate,
  handOverDays: z.number().int().min(1).max(31).default(7),
  handOverAt: TimeOfDay.default('10:00'),
  /** Somebody stands in. */
  overrides: z
    .array(z.object({ personId: Id, from: Instant, to: Instant }))
    .max(200)
    .default([]),
});
export type Rotation = z.infer<typeof Rotation>;

export const OnCallLevel = z.object({
  /** So long it waits for an answer before the next level is called. */
  minutes: z.number().int().min(1).max(1440),
  /** When the level is called at all; business hours are those of the provider's reception. */
  hours: z.enum(onCallHours).default('always'),
  rotations: z.array(Word).max(20).default([]),
  roles: z.array(z.enum(onCallRoles)).max(4).default([]),
  channels: z.array(Word).max(20).default([]),
});
export type OnCallLevel = z.infer<typeof OnCallLevel>;

const Channel = z.object({
  id: Word,
  name: ShortText,
  kind: z.enum(onCallChannelKinds),
  /** Of voice and SMS: the number, as E.164 writes it. */
  to: z
    .string()
    .regex(/^\+[1-9]\d{6,14}$/, 'a number as E.164 writes it: +819012345678')
    .optional(),
});

export const OnCallPlan = z.object({
  rotations: z.array(Rotation).max(20),
  channels: z.array(Channel).max(20),
  levels: z.array(OnCallLevel).min(1).max(20),
  /** When telephone gateways are tried each day, in Japan. */
  trialAt: TimeOfDay.default('11:00'),
});
export type OnCallPlan = z.infer<typeof OnCallPlan>;

export const NewOnCallPlan = OnCallPlan.extend({
  channels: z
    .array(
      Channel.extend({
        /** Left out, what was set before stays. It is never shown again. */
        url: z
          .url({ protocol: /^https?$/ })
          .max(2000)
          .optional(),
        /** PagerDuty's routing key; a telephone gateway's token. */
        key: z.string().min(1).max(200).optional(),
      }),
    )
    .max(20),
});

/** What is called where nobody has said otherwise: those who work alerts, then those who answer for the service. */
export const usualOnCallPlan: OnCallPlan = {
  rotations: [],
  channels: [],
  trialAt: '11:00',
  levels: [
    { minutes: 15, hours: 'always', rotations: [], roles: ['operator', 'soc-analyst'], channels: [] },
    { minutes: 15, hours: 'always', rotations: [], roles: ['service-manager'], channels: [] },
    { minutes: 15, hours: 'always', rotations: [], roles: ['provider-admin'], channels: [] },
  ],
};

export const OnCall = OnCallPlan.extend({
  /** 0: nobody has set a plan. */
  version: z.number().int(),
  changedAt: Instant.optional(),
  changedBy: z.string().max(200).optional(),
  /** Whose turn it is, until when, and who follows. */
  turns: z
    .array(
      z.object({
        rotation: Word,
        personId: Id,
        name: z.string().max(200),
        until: Instant,
        nextName: z.string().max(200),
      }),
    )
    .max(20),
  /** What the last trial of each telephone gateway showed. */
  gateways: z
    .array(
      z.object({
        channel: Word,
        state: z.enum(['untried', 'trying', 'working', 'quiet']),
        at: Instant.optional(),
        problem: z.string().max(300).optional(),
      }),
    )
    .max(20),
});
export type OnCall = z.infer<typeof OnCall>;

export const OnCallPage = z.object({
  id: Id,
  accountId: Id,
  accountName: z.string().max(200),
  /** `case:<id>`. */
  target: z.string().max(200),
  number: z.number().int(),
  severity: Severity,
  state: z.enum(['calling', 'taken', 'exhausted']),
  level: z.number().int(),
  nextAt: Instant.optional(),
  openedAt: Instant,
  takenAt: Instant.optional(),
  takenBy: z.string().max(200).optional(),
  calls: z
    .array(
      z.object({
        level: z.number().int(),
        channel: z.string().max(100),
        /** `accepted`: the gateway has it. `answered`: nobody pressed a key. `acknowledged`: somebody did, and so took the case. */
        state: z.enum(['waiting', 'accepted', 'sent', 'answered', 'acknowledged', 'failed']),
        problem: z.string().max(300).optional(),
        at: Instant,
      }),
    )
    .max(200),
});
export type OnCallPage = z.infer<typeof OnCallPage>;

const dayMs = 86_400_000;

/** Whose turn it is at a moment, until when, and who follows. Pure: the same for manager, page and test. */
export function turnOf(
  rotation: Rotation,
  at: Date,
): { readonly personId: string; readonly until: Date; readonly nextId: string } {
  const { members, startsOn, handOverDays, handOverAt, overrides } = rotation;
  const start = Date.parse(`${startsOn}T${handOverAt}:00+09:00`);
  const turn = Math.floor((at.getTime() - start) / (handOverDays * dayMs));
  const memberOf = (index: number): string => members[((index % members.length) + members.length) % members.length]!;
  const stand = overrides.find(({ from, to }) => Date.parse(from) <= at.getTime() && at.getTime() < Date.parse(to));
  const until = start + (turn + 1) * handOverDays * dayMs;
  if (stand) return { personId: stand.personId, until: new Date(stand.to), nextId: memberOf(turn) };
  const next = overrides
    .map(({ from, personId }) => ({ from: Date.parse(from), personId }))
    .filter(({ from }) => from > at.getTime() && from < until)
    .sort((a, b) => a.from - b.from)[0];
  if (next) return { personId: memberOf(turn), until: new Date(next.from), nextId: next.personId };
  return { personId: memberOf(turn), until: new Date(until), nextId: memberOf(turn + 1) };
}

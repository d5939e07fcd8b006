import { z } from 'zod';

/** What one side says: text as it stands, or bytes. */
export const Bytes = z.union([
  z.string(),
  z.strictObject({ base64: z.base64() }),
  z.strictObject({ hex: z.string().regex(/^([0-9a-fA-F]{2}\s*)+$/) }),
]);
export type Bytes = z.infer<typeof Bytes>;

const Port = z.number().int().min(1).max(65_535);
const Exchange = z.strictObject({ request: Bytes, response: Bytes.optional() });
const Dialogue = {
  port: Port,
  /** The two lists are spoken in turns; `""` leaves a turn out. */
  toServer: z.array(Bytes).default([]),
  toClient: z.array(Bytes).default([]),
  /** Who has the first turn. */
  first: z.enum(['client', 'server']).default('client'),
};

/** A single TCP segment that belongs to no connection: what scanners send, and the answers to it. */
const Segment = z.strictObject({
  by: z.enum(['client', 'server']).default('client'),
  /** Letters of the flags that are set: F S R P A U; `""` for none. */
  flags: z.string().regex(/^[FSRPAU]{0,6}$/),
  window: z.number().int().min(0).max(65_535).default(1024),
  sequence: z.number().int().min(0).max(4_294_967_295).default(1_000_000),
  acknowledged: z.number().int().min(0).max(4_294_967_295).default(0),
  /** TCP options as they stand in the packet, a multiple of four bytes. */
  options: Bytes.default(''),
  data: Bytes.default(''),
});
export type Segment = z.infer<typeof Segment>;

/** Traffic between one client and one server, from which packets are made. Exactly one of `http`, `tcp`, `segments`, `udp`, `icmp`. */
export const Traffic = z
  .strictObject({
    title: z.string().optional(),
    /** Whose side the protected host is on: `incoming` = it is the server, `outgoing` = it is the client. */
    direction: z.enum(['incoming', 'outgoing']).default('incoming'),
    http: z
      .strictObject({
        port: Port.default(80),
        request: Bytes.optional(),
        response: Bytes.optional(),
        /** Several requests on one connection, instead of `request` and `response`. */
        exchanges: z.array(Exchange).min(1).optional(),
      })
      .refine((http) => (http.request === undefined) !== (http.exchanges === undefined), 'request or exchanges')
      .optional(),
    tcp: z
      .strictObject({
        ...Dialogue,
        /** How the server meets the connection: `refused` answers RST, `silent` nothing. */
        server: z.enum(['open', 'refused', 'silent']).default('open'),
      })
      .optional(),
    segments: z.strictObject({ port: Port, list: z.array(Segment).min(1) }).optional(),
    udp: z.strictObject(Dialogue).optional(),
    icmp: z
      .strictObject({
        type: z.number().int().min(0).max(255),
        code: z.number().int().min(0).max(255).default(0),
        payload: Bytes.default(''),
      })
      .optional(),
    /**
     * The same again, `times` in all, each a new connection from the same client to the same server. `{n}` in a text becomes 1, 2, 3, …;
     * `portStep` is added to the server's port each time.
     */
    repeat: z
      .strictObject({
        times: z.number().int().min(2).max(5000),
        everyMs: z.number().int().min(1).max(3_600_000),
        portStep: z.number().int().min(0).max(1000).default(0),
      })
      .optional(),
  })
  .refine(
    (one) => [one.http, one.tcp, one.segments, one.udp, one.icmp].filter((part) => part !== undefined).length === 1,
    'exactly one of http, tcp, segments, udp, icmp',
  );
export type Traffic = z.infer<typeof Traffic>;

/** `rules/intrusion/cases/<topic>.json`. A rule may have many cases; over all of them at least one positive and one negative. */
export const IntrusionCaseFile = z.strictObject({
  cases: z.array(
    z
      .strictObject({
        rule: z.number().int(),
        title: z.string().optional(),
        positive: Traffic.optional(),
        negative: Traffic.optional(),
        /** Rules that also fire on the positive, and rightly: the case fails when another one does. */
        also: z.array(z.number().int()).default([]),
      })
      .refine((one) => one.positive || one.negative, 'a positive, a negative or both'),
  ),
});
export type IntrusionCase = z.infer<typeof IntrusionCaseFile>['cases'][number];

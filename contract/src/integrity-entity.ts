import { z } from 'zod';
import { ShortText } from './primitives.ts';
import { Severity } from './severity.ts';

/**
 * What integrity monitoring watches on a host besides files: **entities**. Each kind has a key that names one of them, and attributes that are compared.
 * Values are short texts; what may hold a secret (arguments, commands, definitions) is there as a SHA-256 digest only.
 */
export const entityKinds = [
  'user',
  'group',
  'service',
  'process',
  'port',
  'software',
  'cron',
  'kernel_module',
  'ssh_key',
] as const;
export const EntityKind = z.enum(entityKinds);
export type EntityKind = z.infer<typeof EntityKind>;

/** That one comes or goes. */
export const entityEvents = ['created', 'removed'] as const;

/**
 * The attributes of each kind, and by what its key names one:
 * - `user`, `group`: the name; passwords are told as there or not, and locked or not.
 * - `service`: a unit of systemd (`ssh.service`).
 * - `process`: the program's path, or `[name]` where it cannot be read; all processes of one program are one entity.
 * - `port`: `tcp/0.0.0.0/22`, `tcp6/::/22`.
 * - `software`: the package's name, with `:architecture` where a second one is installed.
 * - `cron`: the file and the digest of the command, `/etc/crontab#1f2e…`; a timer's unit; the file of an `at` job or of a folder such as `/etc/cron.daily`.
 * - `kernel_module`: its name; `kernel` is the kernel itself with its taint flags.
 * - `ssh_key`: user and fingerprint, `root SHA256:…`.
 */
export const entityAttributes = {
  user: [
    ...['uid', 'group', 'groups', 'fullName', 'homeFolder', 'shell', 'lockedOut', 'hasPassword'],
    ...['passwordLastChanged', 'passwordExpires', 'accountExpires'],
  ],
  group: ['gid', 'members'],
  service: ['unitPath', 'startType', 'state', 'program', 'user', 'definition'],
  process: ['name', 'users', 'groups', 'arguments', 'count'],
  port: ['program', 'user', 'listeners'],
  software: ['version', 'architecture', 'packager'],
  cron: ['path', 'schedule', 'user', 'program', 'definition'],
  kernel_module: ['size', 'taint'],
  ssh_key: ['path', 'keyType', 'comment', 'options'],
} as const satisfies Record<EntityKind, readonly string[]>;

/** What a rule of a kind tells of when it names nothing: all but what changes all the time. */
export const standardEntityAttributes = (kind: EntityKind): string[] => [
  ...entityEvents,
  ...entityAttributes[kind].filter((name) => !['count', 'listeners', 'state'].includes(name)),
];

/** `*` stands for any characters, `?` for one. */
const Pattern = z.string().min(1).max(1000);
/** All that is named must match. */
export const EntityMatch = z.object({
  key: Pattern.optional(),
  /** Attribute → pattern of its value. Of a list (`groups`, `users`) one item must match to include, and all of them to exclude. */
  where: z.record(z.string().max(40), Pattern).optional(),
});
export type EntityMatch = z.infer<typeof EntityMatch>;

export const EntityRule = z
  .object({
    id: z.string().min(1).max(100),
    name: z.object({ ja: ShortText, en: ShortText }),
    severity: Severity,
    entity: EntityKind,
    /** One of them must match. */
    include: z.array(EntityMatch).min(1).max(1000),
    exclude: z.array(EntityMatch).max(1000).default([]),
    /** False: compared by scans only, whatever the policy's `realTime` says. */
    realTime: z.literal(false).optional(),
    attributes: z.array(z.string().max(40)).min(1).max(30),
  })
  .superRefine(({ entity, attributes, include, exclude }, context) => {
    const known = new Set<string>(entityAttributes[entity]);
    const wheres = [...include, ...exclude].flatMap(({ where = {} }) => Object.keys(where));
    const wrong =
      attributes.find((name) => !known.has(name) && !(entityEvents as readonly string[]).includes(name)) ??
      wheres.find((name) => !known.has(name));
    if (wrong !== undefined) context.addIssue({ code: 'custom', message: `${entity} has no attribute ${wrong}` });
  });
export type EntityRule = z.infer<typeof EntityRule>;

const Values = z.record(z.string().max(40), z.string().max(1000));
/** The entity of a detection, with the attributes that differ. */
export const DetectedEntity = z.object({
  kind: EntityKind,
  key: z.string().min(1).max(1000),
  before: Values.optional(),
  after: Values.optional(),
  /** Names of the attributes that differ, or `created`, `removed`. */
  changed: z.array(z.string().max(40)).max(30),
});
export type DetectedEntity = z.infer<typeof DetectedEntity>;

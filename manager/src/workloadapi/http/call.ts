import type { Actor } from '@sakimori/contract';
import type { ApiObject, Operation } from '@sakimori/contract/workload-security/index';
import { readBoolean } from '@sakimori/contract/workload-security/index';
import {
  type AccountConfiguration,
  type ConfigurationEdit,
  type Deed,
  hasRight,
  kindOf,
  readConfiguration,
} from '../../configuration/index.ts';
import type { Platform, Tx } from '../../platform/index.ts';
import { changeConfiguration } from '../../policies/index.ts';
import { ApiFault, badRequest, notFound } from './api-fault.ts';

/** Who calls: a key of one account with the role that it has, or somebody within the service. */
export type ApiCaller = {
  readonly accountId: string;
  /** The key's id in the API; undefined for whoever calls without one. */
  readonly keyId: number | undefined;
  readonly actor: Pick<Actor, 'kind' | 'id' | 'name'>;
  readonly role: ApiObject;
  readonly method: 'api-key' | 'service-key' | 'in-process';
};

/** One call of one operation. */
export class Call {
  readonly platform: Platform;
  readonly operation: Operation;
  readonly caller: ApiCaller;
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: unknown;
  /** Where the API is reached, for scripts that are handed out. */
  readonly address: string;
  readonly #reason: string;

  constructor(given: {
    platform: Platform;
    operation: Operation;
    caller: ApiCaller;
    params: Readonly<Record<string, string>>;
    query: Readonly<Record<string, string | string[] | undefined>>;
    body: unknown;
    address: string;
    /** Stands with the versions that follow; which operation it was, where nothing is said. */
    reason?: string;
  }) {
    this.platform = given.platform;
    this.operation = given.operation;
    this.caller = given.caller;
    this.params = given.params;
    this.query = given.query;
    this.body = given.body;
    this.address = given.address;
    this.#reason = given.reason ?? `Workload Security API: ${given.operation.id}`;
  }

  get accountId(): string {
    return this.caller.accountId;
  }

  /** An id in the path. @throws ApiFault 404 where no object can have it, 400 where it is no number */
  id(name: string): number {
    const text = this.params[name] ?? '';
    if (!/^-?\d+$/.test(text)) throw badRequest(`${name} must be a number.`);
    const id = Number(text);
    if (id < 1 || id > 2_147_483_647) throw notFound('object', text.slice(0, 40));
    return id;
  }

  /** `overrides=True` asks for what is set on the object itself only. */
  get overrides(): boolean {
    const given = this.query['overrides'];
    return given === undefined ? false : readBoolean(Array.isArray(given) ? given.at(-1) : given, 'overrides');
  }

  /** What is asked of computers; `undefined` where nothing was said. */
  get expand(): readonly string[] | undefined {
    const given = this.query['expand'];
    if (given === undefined) return undefined;
    return (Array.isArray(given) ? given : [given])
      .flatMap((value) => value.split(','))
      .filter((value) => value !== '');
  }

  /** @throws ApiFault 403 in the API's words */
  demand(kind: string, deed: Deed): void {
    const right = kindOf(kind).rights[deed];
    if (right) this.demandRight(right, deed, kind);
  }

  /** @param right a path below the role's rights */
  demandRight(right: string, deed: string, what: string): void {
    if (!hasRight(this.caller.role['rights'] as ApiObject | undefined, right))
      throw new ApiFault(403, `Not authorized to ${deed} ${what}.`);
  }

  read<T>(work: (view: AccountConfiguration, tx: Tx) => Promise<T>): Promise<T> {
    return this.platform.database.as(this.accountId, async (tx) =>
      work(await readConfiguration(tx, this.accountId), tx),
    );
  }

  /** Changes the account's configuration; what hosts must do follows in the same transaction. */
  change<T>(work: (edit: ConfigurationEdit) => Promise<T>): Promise<T> {
    const { accountId, actor } = this.caller;
    return changeConfiguration(this.platform, { accountId, actor, reason: this.#reason }, work);
  }
}

export type Handler = (call: Call) => Promise<unknown>;

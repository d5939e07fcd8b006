import { type PlacedTarget, Refusal, type RuleDraft, type RuleTarget } from '@sakimori/contract';
import type { ApiObject } from '@sakimori/contract/workload-security/index';
import { type AskedBy, type Backend, BackendFault } from '../backends/index.ts';

const kinds = {
  logInspection: 'LogInspectionRule',
  integrityMonitoring: 'IntegrityMonitoringRule',
  intrusionPrevention: 'IntrusionPreventionRule',
} as const;
const targetsMax = 10_000;
type TargetKey = Pick<PlacedTarget, 'kind' | 'id'>;

/** Puts a rule into an account's configuration, by operations of the public API. What fails leaves nothing behind. */
export class RulePlaces {
  readonly #backend: Backend;
  readonly #by: AskedBy;
  readonly #module: RuleDraft['module'];
  readonly #undo: (() => Promise<unknown>)[] = [];

  constructor(backend: Backend, by: AskedBy, module: RuleDraft['module']) {
    this.#backend = backend;
    this.#by = by;
    this.#module = module;
  }

  /** Does some of the steps below; where one fails, those before it are taken back. @throws Refusal `rule_not_placed` */
  async within<T>(work: (places: this) => Promise<T>): Promise<T> {
    try {
      return await work(this);
    } catch (error) {
      for (const step of this.#undo.splice(0).reverse()) await step().catch(() => undefined);
      if (error instanceof BackendFault && error.status !== 500)
        throw new Refusal('rule_not_placed', { detail: error.message.slice(0, 1000) }, { cause: error });
      throw error;
    }
  }

  async targets(): Promise<RuleTarget[]> {
    const { policies = [] } = (await this.#perform('listPolicies')) as { policies?: ApiObject[] };
    const { computers = [] } = (await this.#perform('listComputers', { query: { expand: [this.#module] } })) as {
      computers?: ApiObject[];
    };
    const nameOf = (object: ApiObject) => String(object['displayName'] || object['hostName'] || object['name'] || '');
    const toTarget = (kind: RuleTarget['kind'], object: ApiObject): RuleTarget => ({
      ...{ kind, id: Number(object['ID']), name: (nameOf(object) || String(object['ID'])).slice(0, 300) },
      isOff: isOff(object[this.#module] as ApiObject | undefined),
    });
    return [
      ...policies.map((policy) => toTarget('policy', policy)),
      ...computers.map((computer) => toTarget('computer', computer)),
    ].slice(0, targetsMax);
  }

  /** @returns the rule's number */
  async create(object: ApiObject): Promise<number> {
    const made = await this.#perform(`create${this.#kind}`, { body: object });
    const id = Number(made['ID']);
    this.#undo.push(() => this.#perform(`delete${this.#kind}`, { params: this.#rule(id) }));
    return id;
  }

  async modify(id: number, object: ApiObject): Promise<void> {
    const params = this.#rule(id);
    const before = await this.#perform(`describe${this.#kind}`, { params });
    // What a rule is made as stays with it.
    const { template: _, ...body } = object;
    await this.#perform(`modify${this.#kind}`, { params, body });
    const properties = Object.keys(body);
    const earlier = Object.fromEntries(Object.entries(before).filter(([name]) => properties.includes(name)));
    this.#undo.push(() => this.#perform(`modify${this.#kind}`, { params, body: earlier }));
  }

  async assign(id: number, target: TargetKey): Promise<void> {
    await this.#add(id, target);
    this.#undo.push(() => this.#remove(id, target));
  }

  /** Nothing happens where the target is gone, or somebody took the rule from it already. */
  async unassign(id: number, target: TargetKey): Promise<void> {
    if (await this.#orGone(() => this.#remove(id, target))) this.#undo.push(() => this.#add(id, target));
  }

  /** The last step: it is not taken back. */
  async remove(id: number): Promise<void> {
    await this.#orGone(() => this.#perform(`delete${this.#kind}`, { params: this.#rule(id) }));
  }

  async #orGone(work: () => Promise<unknown>): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (error) {
      if (error instanceof BackendFault && error.status === 404) return false;
      throw error;
    }
  }

  get #kind(): string {
    return kinds[this.#module];
  }

  #rule(id: number): Record<string, number> {
    return { [`${this.#kind[0]!.toLowerCase()}${this.#kind.slice(1)}ID`]: id };
  }

  #add(id: number, target: TargetKey): Promise<ApiObject> {
    const { word, params } = placeOf(target);
    return this.#perform(`add${this.#kind}IdsTo${word}`, { params, body: { ruleIDs: [id] } });
  }

  #remove(id: number, target: TargetKey): Promise<ApiObject> {
    const { word, params } = placeOf(target);
    return this.#perform(`remove${this.#kind}IdFrom${word}`, { params: { ...params, ...this.#rule(id) } });
  }

  #perform(operationId: string, asking: Parameters<Backend['perform']>[2] = {}): Promise<ApiObject> {
    return this.#backend.perform(operationId, this.#by, asking);
  }
}

const placeOf = ({ kind, id }: TargetKey) =>
  kind === 'policy' ? { word: 'Policy', params: { policyID: id } } : { word: 'Computer', params: { computerID: id } };

/** `off`, or inherited as off. */
const isOff = (module: ApiObject | undefined): boolean =>
  /^(?:inherited|off).*off$|^off$/i.test(String(module?.['state'] ?? ''));

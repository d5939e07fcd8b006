import type { ApiObject } from '@sakimori/contract/workload-security/index';
import type { ConfigurationView } from '../../configuration/index.ts';
import { compilePattern, type Pattern } from './pattern.ts';
import { cloudFields, type Subject } from './subject.ts';

export type EventType =
  | 'computer-created-by-system'
  | 'computer-moved-by-system'
  | 'agent-initiated-activation'
  | 'agent-ip-changed'
  | 'computer-powered-on-by-system';

type Condition = { readonly field: string; readonly key?: string; readonly value?: string };

/** All conditions of one event together may take so long, and those of one computer; what is not decided by then does not match. */
const [budgetMs, computerMs] = [2000, 200];

/** Tries the event-based tasks of one kind of event on computers, in the order of their names, as other managers do. */
export class Matcher {
  readonly #tasks: readonly ApiObject[];
  readonly #patterns = new Map<string, Pattern>();
  #spentMs = 0;
  #endsMs = 0;
  #isExhausted = false;

  constructor(view: ConfigurationView, type: EventType, isWanted: (task: ApiObject) => boolean = () => true) {
    this.#tasks = view
      .list('EventBasedTask')
      .filter((task) => task['type'] === type && task['enabled'] !== false && isWanted(task))
      .sort((a, b) => (String(a['name']) < String(b['name']) ? -1 : 1));
  }

  get isIdle(): boolean {
    return this.#tasks.length === 0;
  }

  /** The conditions took too long, and were not tried to the end. */
  get isExhausted(): boolean {
    return this.#isExhausted;
  }

  /** The tasks of which all conditions hold for the computer. */
  matching(subject: Subject): ApiObject[] {
    const startedMs = performance.now();
    this.#endsMs = startedMs + Math.min(computerMs, budgetMs - this.#spentMs);
    const found = this.#tasks.filter((task) =>
      conditionsOf(task).every((condition) => this.#isInTime() && this.#holds(condition, subject)),
    );
    this.#spentMs += performance.now() - startedMs;
    return found;
  }

  #isInTime(): boolean {
    if (performance.now() > this.#endsMs) this.#isExhausted = true;
    return performance.now() <= this.#endsMs;
  }

  #holds({ field, key, value }: Condition, subject: Subject): boolean {
    if (field === 'tag')
      return subject.tag.some((tag) => (!key || this.#matches(key, tag.key)) && this.#matches(value, tag.value));
    // What this manager knows nothing of (ESX hosts, NSX groups) matches nothing.
    const texts = (subject as unknown as Record<string, readonly string[] | undefined>)[field] ?? [];
    return texts.some((text) => this.#matches(value, text));
  }

  /** Without an expression anything does. */
  #matches(source: string | undefined, text: string): boolean {
    if (source === undefined) return true;
    let pattern = this.#patterns.get(source);
    if (!pattern) {
      pattern = patternOrNothing(source);
      this.#patterns.set(source, pattern);
    }
    return pattern(text);
  }
}

/** What was stored was compiled before; should a later version of ours refuse it, it matches nothing. */
function patternOrNothing(source: string): Pattern {
  try {
    return compilePattern(source);
  } catch {
    return () => false;
  }
}

export const conditionsOf = (task: ApiObject): readonly Condition[] =>
  (task['conditions'] as readonly Condition[] | undefined) ?? [];

export const asksCloud = (task: ApiObject): boolean => conditionsOf(task).some(({ field }) => cloudFields.has(field));

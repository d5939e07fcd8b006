import { LiveEvent } from '@sakimori/contract';

export type Topic = LiveEvent['topic'];

/** What a change of a topic makes stale: first words of query keys. */
const staleBy: Readonly<Record<Topic, readonly string[]>> = {
  alert: ['alert', 'overview', 'host', 'account'],
  detection: ['detection', 'overview'],
  host: ['host', 'overview', 'account', 'policy', 'token', 'onboarding'],
  mail: ['mail', 'notice', 'overview', 'contact', 'onboarding'],
  policy: ['policy', 'host'],
  report: ['report'],
  account: ['account', 'contact', 'contract', 'quote', 'person', 'key', 'brand', 'onboarding'],
  audit: ['audit'],
  calendar: ['calendar'],
  quarantine: ['quarantine'],
  malware: ['malware'],
  installation: ['installation'],
  configuration: ['policy', 'host', 'apiKey', 'rule', 'task', 'malware'],
  work: ['work', 'license'],
  review: ['reviews'],
  case: ['cases'],
  ticket: ['tickets'],
  change: ['changes'],
  containment: ['containment', 'host'],
  source: ['source'],
  meeting: ['meetings', 'tickets', 'quote'],
  remote: ['remote', 'host'],
};

export const keysStaleBy = (topics: Iterable<Topic>): string[] => [
  ...new Set([...topics].flatMap((topic) => staleBy[topic])),
];

/** The topic of a server-sent event's data, or nothing where it is not one of ours. */
export function readTopic(data: string): Topic | undefined {
  try {
    return LiveEvent.parse(JSON.parse(data)).topic;
  } catch {
    return undefined;
  }
}

/**
 * Gathers topics and refreshes what they make stale, at most every `everyMs`. One refresh is awaited before the next: under a flood of events
 * a refresh that cancelled the one before would never let a page settle.
 */
export function createInvalidator(refresh: (keys: string[]) => Promise<unknown>, everyMs = 250) {
  const waiting = new Set<Topic>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let stopped = false;

  async function flush(): Promise<void> {
    const keys = keysStaleBy(waiting);
    waiting.clear();
    await refresh(keys).catch(() => undefined);
    timer = undefined;
    if (waiting.size > 0) schedule();
  }
  function schedule(): void {
    if (timer !== undefined || stopped) return;
    timer = setTimeout(() => void flush(), everyMs);
  }
  return {
    note(topic: Topic): void {
      waiting.add(topic);
      schedule();
    },
    stop(): void {
      stopped = true;
      waiting.clear();
      clearTimeout(timer);
    },
  };
}

export type LiveHandlers = {
  readonly onTopic: (topic: Topic) => void;
  /** The connection stands. `again` tells that one was lost before, so anything may have changed meanwhile. */
  readonly onOpen: (again: boolean) => void;
  readonly onLost: () => void;
};

/** Keeps one `EventSource` open. The browser retries a dropped connection itself, but gives up after an HTTP error: then we begin anew. */
export function connectLive(url: string, handlers: LiveHandlers, retryMs = 2000): () => void {
  let source: EventSource | undefined;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let opened = false;

  function open(): void {
    source = new EventSource(url);
    source.onopen = () => {
      handlers.onOpen(opened);
      opened = true;
    };
    source.onmessage = (message) => {
      const topic = readTopic(String(message.data));
      if (topic) handlers.onTopic(topic);
    };
    source.onerror = () => {
      handlers.onLost();
      if (source?.readyState !== EventSource.CLOSED) return;
      retry = setTimeout(open, retryMs);
    };
  }
  open();
  return () => {
    clearTimeout(retry);
    source?.close();
  };
}

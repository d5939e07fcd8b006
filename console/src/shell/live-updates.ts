import { useEffect } from 'react';
import { connectLive, createInvalidator } from '../live.ts';
import { noteLive } from '../presence.ts';
import { sessionQuery } from '../queries.ts';
import { queryClient } from '../session.tsx';

/** Browsers allow six connections to one server over HTTP/1.1: pages that nobody looks at must not hold them all. */
const hiddenMsMax = 60_000;

const refresh = (keys: string[]): Promise<unknown> =>
  Promise.all(keys.map((key) => queryClient.invalidateQueries({ queryKey: [key] })));

/** Keeps the pages as the manager has it, for as long as the frame stands and somebody looks. */
export function useLiveUpdates(): void {
  useEffect(() => {
    const invalidator = createInvalidator(refresh);
    let disconnect: (() => void) | undefined;
    let hiding: ReturnType<typeof setTimeout> | undefined;
    const connect = () => {
      disconnect ??= connectLive('/service/live', {
        onTopic: invalidator.note,
        onOpen: () => {
          noteLive('live');
          // What changed before the connection stood was told to nobody.
          void queryClient.invalidateQueries();
        },
        onLost: () => {
          noteLive('reconnecting');
          void queryClient.invalidateQueries({ queryKey: sessionQuery.queryKey });
        },
      });
    };
    const rest = () => {
      disconnect?.();
      disconnect = undefined;
      noteLive('connecting');
    };
    const look = () => {
      clearTimeout(hiding);
      if (document.hidden) hiding = setTimeout(rest, hiddenMsMax);
      else connect();
    };
    connect();
    document.addEventListener('visibilitychange', look);
    return () => {
      document.removeEventListener('visibilitychange', look);
      clearTimeout(hiding);
      rest();
      invalidator.stop();
    };
  }, []);
}

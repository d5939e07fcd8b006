import { useEffect } from 'react';
import { connectLive, createInvalidator } from '../live.ts';
import { noteLive } from '../presence.ts';
import { sessionQuery } from '../queries.ts';
import { queryClient } from '../session.tsx';

const refresh = (keys: string[]): Promise<unknown> =>
  Promise.all(keys.map((key) => queryClient.invalidateQueries({ queryKey: [key] })));

/** Keeps the pages as the manager has it, for as long as the frame stands. */
export function useLiveUpdates(): void {
  useEffect(() => {
    const invalidator = createInvalidator(refresh);
    const disconnect = connectLive('/service/live', {
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
    return () => {
      disconnect();
      invalidator.stop();
    };
  }, []);
}

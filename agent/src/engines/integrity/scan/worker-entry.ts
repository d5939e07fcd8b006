import { runWorker } from './worker.ts';

// Where a worker thread begins in a checkout; in the bundle it begins in `main.ts`, as everything does.
await runWorker();

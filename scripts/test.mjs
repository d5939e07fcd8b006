// `npm test`: installs what is missing, then runs every check. `npm test -- path…` runs the test files of those paths alone.
import { ensureInstalled, handOver } from './install.mjs';

ensureInstalled();
handOver('scripts/checks/main.ts', process.argv.slice(2));

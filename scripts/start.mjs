// `npm start`: installs what is missing, then hands over to `sakimori up`.
import { ensureInstalled, handOver } from './install.mjs';

ensureInstalled();
handOver('cli/src/main.ts', ['up', ...process.argv.slice(2)]);

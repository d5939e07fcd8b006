// `npm start`: installs what is missing, then hands over to `sakimori up`.
import { ensureInstalled, handOver } from './install.mjs';
import { lastingMemory, locateProgram } from './programs.mjs';

ensureInstalled();
handOver(locateProgram('sakimori', 'cli/src/main.ts'), ['up', ...process.argv.slice(2)], lastingMemory);

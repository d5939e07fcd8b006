// For tests: writes N files below a folder as fast as it can, in 200 folders. node churn.ts FOLDER N [ROUND]
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const [folder, count, round = '1'] = process.argv.slice(2);
for (let index = 0; index < 200; index += 1) mkdirSync(join(folder!, `d${index}`), { recursive: true });
for (let index = 0; index < Number(count); index += 1)
  writeFileSync(join(folder!, `d${index % 200}`, `f${index}`), `${round} ${index}`);

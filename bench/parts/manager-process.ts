// One manager process as `sakimori up` starts it, without console build and local agent. Ends with its standard input.
import { createKeyFor } from '@sakimori/manager/access/index';
import { startManager } from '@sakimori/manager/manager';
import { readConfig } from '@sakimori/manager/platform/index';

const manager = await startManager({ config: readConfig(process.env) });
const key = await createKeyFor(manager.platform, { name: 'bench', role: 'provider-admin' });
console.log(
  JSON.stringify({
    agents: manager.agents,
    service: `${manager.consoleUrl}/service`,
    workloadSecurity: manager.workloadSecurity,
    smtp: manager.smtp,
    key,
  }),
);
process.stdin.resume().once('end', async () => {
  await manager.stop();
  process.exit(0);
});

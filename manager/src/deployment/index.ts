/**
 * Deployment: the agent's packages as hosts download them, and scripts that install the agent and enrol the host. `software` the packages · `script`,
 * `install.sh` the script · `deployment` who may have one.
 */
import { Refusal, routes } from '@sakimori/contract';
import { checkAccount } from '../customers/index.ts';
import { type Room, serve } from '../platform/index.ts';
import { type DeploymentParts, type DeploymentScript, makeDeploymentScript, readChoices } from './deployment.ts';
import { SoftwareUnavailable } from './software.ts';

export {
  type DeploymentParts,
  type DeploymentScript,
  type DeploymentWish,
  deploymentHours,
  makeDeploymentScript,
} from './deployment.ts';
export { quoteForShell } from './script.ts';
export { Software, type SoftwareFile, SoftwareUnavailable } from './software.ts';

export const deploymentRoom = (parts: DeploymentParts): Room => ({
  name: 'deployment',
  routes: [
    serve(routes.listDeploymentChoices, ({ params: { accountId } }, { actor }) =>
      parts.platform.database.for(actor, async (tx) => {
        await checkAccount(tx, accountId);
        return readChoices(tx, accountId);
      }),
    ),
    serve(routes.createDeploymentScript, async ({ params: { accountId }, body }, { actor }) => {
      const { activation, ...limits } = body;
      const wish = { accountId, actor, checksCertificate: true, checksDigest: true };
      return orRefuse(async () => {
        await parts.platform.database.for(actor, (tx) => checkAccount(tx, accountId));
        return makeDeploymentScript(parts, { ...wish, activation: activation ? limits : undefined }, (work) =>
          parts.platform.database.for(actor, work),
        );
      });
    }),
  ],
  start: async () => async () => parts.software.close(),
});

async function orRefuse(work: () => Promise<DeploymentScript>): Promise<DeploymentScript> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof SoftwareUnavailable)
      throw new Refusal('software_unavailable', { detail: error.message }, { cause: error });
    throw error;
  }
}

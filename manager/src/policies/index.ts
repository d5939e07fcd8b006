/** Policies: what every module of a host must do, in versions that never change. */
import type { Platform, Room } from '../platform/index.ts';
import { policyRoutes } from './routes.ts';

export { compileFirewall } from './compile/firewall.ts';
export { createDefaultPolicy, defaultPolicyOf, newestPolicy } from './policies.ts';
export { loadPreset } from './preset.ts';
export { type PolicyHead, selectHead } from './store.ts';

export const policiesRoom = (platform: Platform): Room => ({ name: 'policies', routes: policyRoutes(platform) });

/** Clouds on this machine, for tests: real servers that check what they are sent as the real ones do. */
export { type AwsCloud, startAwsCloud } from './aws.ts';
export { type GcpCloud, makeServiceAccount, startGcpCloud } from './gcp.ts';
export { type Answer, type Asked, type CloudServer, json, startServer } from './server.ts';
export { makeCertificates, startVCenter, type VCenterCloud, type VCenterServer } from './vcenter.ts';

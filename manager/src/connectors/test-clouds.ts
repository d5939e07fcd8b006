/** Clouds on this machine, for tests: real servers that check what they are sent as the real ones do. */
export { type AwsCloud, startAwsCloud } from './test-cloud-aws.ts';
export { type GcpCloud, makeServiceAccount, startGcpCloud } from './test-cloud-gcp.ts';
export { type Answer, type Asked, type CloudServer, json, startServer } from './test-cloud-server.ts';
export { makeCertificates, startVCenter, type VCenterCloud, type VCenterServer } from './test-cloud-vcenter.ts';

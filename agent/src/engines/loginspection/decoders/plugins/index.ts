import type { LogEvent } from '../../event.ts';
import { readJsonLine } from './json.ts';
import { readOssecAlert } from './ossec-alert.ts';
import { readPacketFilter } from './packet-filter.ts';
import { readSonicWall } from './sonic-wall.ts';
import { readSymantecWebSecurity } from './symantec-web-security.ts';

/** Takes the fields of an event out of its message by other means than a regex. */
export type Plugin = (event: LogEvent) => void;

/** What `<plugin_decoder>` may name: OSSEC's four, and Wazuh's reader of JSON. */
export const plugins: Readonly<Record<string, Plugin>> = {
  PF_Decoder: readPacketFilter,
  SymantecWS_Decoder: readSymantecWebSecurity,
  SonicWall_Decoder: readSonicWall,
  OSSECAlert_Decoder: readOssecAlert,
  JSON_Decoder: readJsonLine,
};

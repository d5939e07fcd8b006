import type { WorkbenchModule } from '@sakimori/contract';

/** What a new draft begins with: a small rule of its language that holds. */
export const beginnings: Readonly<Record<WorkbenchModule, { readonly text: string; readonly logs?: string[] }>> = {
  logInspection: {
    text: `<group name="custom,">
  <rule id="100100" level="7">
    <match>error</match>
    <description>Error in the log</description>
  </rule>
</group>
`,
    logs: ['/var/log/syslog'],
  },
  integrityMonitoring: {
    text: `<FileSet base="/srv/www">
  <include key="**.php"/>
</FileSet>
`,
  },
  intrusionPrevention: {
    text: `alert http any any -> $HOME_NET any (msg:"custom"; flow:established,to_server; http.uri; content:"/admin"; startswith; sid:1; rev:1;)
`,
  },
};

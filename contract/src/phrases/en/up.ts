import type { up as ja } from '../ja/up.ts';

/** What `sakimori up` says at the terminal. */
export const up: Record<keyof typeof ja, string> = {
  'up.tookOver': 'Stopped the Sakimori that was running (process {pid}) and took over from it.',
  'up.ready': 'Sakimori is up ({seconds} s).',
  'up.addresses': `
  Console       {console}
  Agents        {agents}
  Workload API  {workloadSecurity}/api
  Mail catcher  {smtp} (mail arrives here until an SMTP server is set)
  Data          {dataFolder}
`,
  'up.link': '  First sign-in (works once):\n    {link}\n',
  'up.agentRunning': '  The agent of this machine is running (process {pid}).',
  'up.agentLimited':
    '  The agent of this machine is running (process {pid}). Without root it is limited:\n    {limits}',
  'up.agentEnded':
    'The agent of this machine ended ({how}). To start it again:\n    npx sakimori-agent run --data {folder}',
  'up.agentFailed': 'The agent of this machine could not be started: {detail}',
  'up.howToStop': '\n  Press Ctrl-C to stop.',
  'up.stopping': 'Stopping …',
};

import type { intrusion as ja } from '../ja/intrusion.ts';

/** The switch of one host between prevent and detect, on the page and in the command line. */
export const intrusion: Record<keyof typeof ja, string> = {
  'console.intrusionMode.title': 'Mode of intrusion prevention',
  'console.intrusionMode.state': 'Mode now',
  'console.intrusionMode.policy': 'Mode of the policy',
  'console.intrusionMode.until': 'Switched until (JST)',
  'console.intrusionMode.untilHint':
    'After that it returns to the mode of the policy by itself ({days, number} days at most).',
  'console.intrusionMode.by': 'Switched by',
  'console.intrusionMode.asPolicy': 'It works as the policy says.',
  'console.intrusionMode.switch': 'Switch the mode',
  'console.intrusionMode.do': 'Switch',
  'console.intrusionMode.end': 'End the switch',
  'console.intrusionMode.endText':
    'Intrusion prevention of this host returns to {mode}. The reason stays in the audit log.',
  'console.intrusionMode.text':
    'Switches intrusion prevention of {name} alone, until the time given. Other hosts under the same policy stay as they are.',
  'console.intrusionMode.wouldPass':
    'Of what was blocked in the last {days, number} days, {count, number} would have passed in detect mode.',
  'console.intrusionMode.wouldBlock':
    'Of what was detected in the last {days, number} days, {count, number} would have been blocked in prevent mode.',
  'console.intrusionMode.rules':
    'Of {inForce, number} rules in force, {now, number} block now and {later, number} would after the switch.',
  'console.intrusionMode.ruleCount': '{name}: {count, number}',
  'cli.host.intrusion-mode': 'say whether intrusion prevention of a host blocks or only detects',
  'cli.host.preview-intrusion': 'say what a switch would have changed in the last {days, number} days',
  'cli.host.switch-intrusion':
    'switch intrusion prevention of a host to prevent or detect until a time (who asked and why is recorded)',
  'cli.host.return-intrusion': 'end the switch of a host before its time (who asked and why is recorded)',
  'cli.option.mode': 'mode of intrusion prevention',
  'cli.intrusionOff': 'off',
  'cli.done.intrusionMode': 'Intrusion prevention is in {mode}.',
  'cli.done.intrusionSwitched': 'Intrusion prevention is in {mode} until {until} ({reason}).',
  'cli.done.wouldPass':
    'Of the last {days, number} days, {count, number} blocked would have passed in detect mode. Rules that block: {now, number} → {later, number}',
  'cli.done.wouldBlock':
    'Of the last {days, number} days, {count, number} detected would have been blocked in prevent mode. Rules that block: {now, number} → {later, number}',
};

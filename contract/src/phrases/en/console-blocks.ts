import type { consoleBlocks as ja } from '../ja/console-blocks.ts';

/** Blocks of sources, and proposals of them. */
export const consoleBlocks: Record<keyof typeof ja, string> = {
  'work.title.blockProposal':
    'Decide on blocking {source} ({host}){count, plural, one {} other {, # proposals in all}}',
  'containment.mail.subject':
    '[{product}] {count, plural, one {A block is proposed} other {# blocks are proposed}}: {account}',
  'containment.mail.text.staff':
    'Servers of {account} were attacked by the same sources again and again. Please decide whether they are blocked. Nothing is blocked by itself.',
  'containment.mail.text.contacts':
    'Servers of {account} were attacked by the same sources again and again. We look into it, and where a block is needed it is made with your consent. Nothing is blocked yet.',
  'containment.mail.line':
    '- {source} → {host}: {count, plural, one {# detection} other {# detections}} ({from} to {to}) {rule}',
  'containment.mail.more': 'and {count, number} more',
  'containment.mail.open': 'The proposals:',
  'console.blocks.title': 'Blocked sources',
  'console.blocks.none': 'No source is blocked on request',
  'console.blocks.more': '{count, number} more are blocked.',
  'console.blocks.ends': 'Ends:',
  'console.blocks.block': 'Block a source…',
  'console.blocks.blockDo': 'Ask to block',
  'console.blocks.blockText':
    'On {name}, all packets from and to the source are denied. Connections in use stop. It ends by itself when its time is over.',
  'console.blocks.source': 'Source',
  'console.blocks.sourceHint': 'An IPv4 or IPv6 address or network (203.0.113.7, 2001:db8::/64)',
  'console.blocks.minutes': 'For how long (minutes)',
  'console.blocks.reasonHint': 'For example: attacks again and again',
  'console.blocks.end': 'End…',
  'console.blocks.endDo': 'Ask to end',
  'console.blocks.endText': 'Ends the block of {source} before its time.',
  'console.blocks.setting': 'Settings…',
  'console.blocks.settingTitle': 'Settings for blocked sources',
  'console.blocks.settingText': 'They hold for every host of the account.',
  'console.blocks.allow': 'Never blocked',
  'console.blocks.allowHint':
    'One address or network a line. The manager and the loopback addresses are never blocked anyway.',
  'console.blocks.propose': 'Propose to block sources that attack again and again',
  'console.blocks.count': 'Detections',
  'console.blocks.window': 'Within (minutes)',
  'console.proposals.title': 'Proposed blocks',
  'console.proposals.text': 'Sources that attack again and again. Nothing is blocked until somebody accepts it.',
  'console.proposals.onHost': '{source} → {host}',
  'console.proposals.counted': '{count, plural, one {# detection} other {# detections}}, the last one:',
  'console.proposals.evidence': 'Detections that led to it, newest first',
  'console.proposals.accept': 'Accept…',
  'console.proposals.acceptText':
    'All packets from and to {source} are denied. It ends by itself when its time is over.',
  'console.proposals.scope': 'Hosts',
  'console.proposals.scopeHost': '{host} alone',
  'console.proposals.scopeAccount': 'All hosts of {account}',
  'console.proposals.decline': 'Decline…',
  'console.proposals.declineTitle': 'Decline the proposed block',
  'console.proposals.declineText': '{source} is not blocked. The same is not proposed again for 24 hours.',
  'console.proposals.declineHint': 'For example: our own scanner',
  'console.proposals.declineDo': 'Decline',
};

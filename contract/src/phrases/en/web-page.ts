/** The page that stands in for a blocked one. */
export const webPage = {
  'web.page.title': 'Access to this page was blocked',
  'web.page.why': 'This page is rated as a risk, so the agent on this host has blocked the connection.',
  'web.page.category': 'Category: ',
  'web.page.help': 'If you need the page for your work, please ask whoever looks after this system.',
  'web.page.link': 'Ask about this block',
  'web.page.line': 'Access to this page was blocked by web reputation.',
};

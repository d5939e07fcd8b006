import { existsSync } from 'node:fs';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';

// The shell without windows does the same in two thirds of the time.
const browsers = ['/usr/bin/chromium-headless-shell', '/usr/bin/chromium', '/usr/bin/google-chrome'] as const;
const executable = process.env['CHROMIUM'] ?? browsers.find((path) => existsSync(path));

/** Why no browser can be driven here, or nothing where one can. */
export const whyNoBrowser = (): string | undefined =>
  executable ? undefined : 'no Chromium (apt-get install chromium)';

const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** A page of its own, as a person who never was here, with everything that went wrong in it. */
export type Visit = {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Script errors and broken content policy, as the browser reported them. */
  readonly faults: string[];
};

export const launchBrowser = (): Promise<Browser> =>
  chromium.launch({ ...(executable ? { executablePath: executable } : {}), args: flags });

export async function visit(browser: Browser, size = { width: 1440, height: 900 }): Promise<Visit> {
  const context = await browser.newContext({
    viewport: size,
    locale: 'ja-JP',
    reducedMotion: 'reduce',
    timezoneId: 'Europe/Berlin',
  });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(String(error)));
  // Printed beside the reason of a test that fails: a wait that ran out does not tell why the page stayed empty.
  page.on('pageerror', (error) => console.error(`browser: ${error.stack ?? error}`));
  page.on('crash', () => console.error(`browser: the page ${page.url()} crashed`));
  page.on('requestfailed', (request) =>
    console.error(`browser: ${request.method()} ${pathOf(request.url())}: ${request.failure()?.errorText}`),
  );
  page.on('console', (message) => {
    // A refused request is an answer that the page shows; what the browser itself objects to is a fault.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
      faults.push(message.text());
  });
  return { page, context, faults };
}

/** Without what may be a secret: a link's token stands behind `#` or `?`. */
const pathOf = (url: string): string => new URL(url).pathname;

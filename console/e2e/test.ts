import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { expect, test as base } from 'vitest';
import { Service } from './service';
import { hasToken, type Meant, watch } from './watch';

export { expect } from 'vitest';

const flags = '--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync';
const screenshots = join(import.meta.dirname, 'screenshots');
mkdirSync(screenshots, { recursive: true });

// Somebody is a person with a browser of their own.
export interface Somebody {
  name?: string;
  projects?: string[];
  // Whether they act for the platform.
  platform?: boolean;
  // Where they go: a path of the page.
  at?: string;
  language?: 'en' | 'zh-CN';
  theme?: 'light' | 'dark';
  width?: number;
  // The failures that the test wants.
  meant?: Meant[];
}

export interface Fixtures {
  service: Service;
  browser: Browser;
  // open opens the page in a browser for somebody, who is not signed in.
  open: (somebody: Somebody) => Promise<Page>;
  // signIn opens it and signs them in.
  signIn: (somebody: Somebody) => Promise<Page>;
}

// test has a service and a browser for each file. When a test ends, nothing may have
// happened that watch forbids; when it fails, what the pages looked like is kept.
export const test = base.extend<Fixtures>({
  service: [
    async ({}, use) => {
      const service = await Service.start();
      await use(service);
      await service.stop();
      if (hasToken(service.log)) throw new Error(`a token in the log:\n${service.log}`);
    },
    { scope: 'file' },
  ],
  browser: [
    async ({}, use) => {
      const browser = await chromium.launch({ executablePath: chromiumPath(), headless: true, args: flags.split(' ') });
      await use(browser);
      await browser.close();
    },
    { scope: 'file' },
  ],
  open: async ({ service, browser, task }, use) => {
    const opened: { context: BrowserContext; faults: string[] }[] = [];
    await use(async ({ at = '/console/', language = 'en', theme = 'light', width = 1280, meant = [] }) => {
      const context = await browser.newContext({
        baseURL: service.url, locale: language, colorScheme: theme, reducedMotion: 'reduce', viewport: { width, height: 900 },
      });
      context.setDefaultTimeout(30_000);
      opened.push({ context, faults: watch(context, service.url, meant) });
      const page = await context.newPage();
      await page.goto(at);
      return page;
    });
    const pages = opened.flatMap(({ context }) => context.pages());
    if (task.result?.state === 'fail') await Promise.all(pages.map((page, i) => keep(page, `failed ${task.name} ${i}`)));
    const faults = opened.flatMap(({ faults }) => faults);
    await Promise.all(opened.map(({ context }) => context.close()));
    expect(faults).toEqual([]);
  },
  signIn: async ({ open }, use) => {
    await use(async (somebody) => {
      const page = await open(somebody);
      await page.locator('main button').click();
      await enter(page, somebody);
      await page.locator('#top').waitFor();
      return page;
    });
  },
});

// enter signs somebody in on the issuer's page.
export async function enter(page: Page, { name = 'alice', projects = [], platform }: Somebody) {
  await page.locator('#name').fill(name);
  await page.locator('#projects').fill(projects.join(' '));
  if (platform) for (const scope of ['catalog:read', 'catalog:write']) await page.locator(`[value="${scope}"]`).check();
  await page.locator('[name=enter]').click();
}

// screenshot keeps what a page looks like, for people.
export async function screenshot(page: Page, name: string, fullPage = true) {
  await page.screenshot({ path: join(screenshots, `${name}.png`), fullPage });
}

async function keep(page: Page, name: string) {
  const file = name.replaceAll(/[^\w]+/g, '-');
  const text = await page.locator('body').innerText().catch(String);
  writeFileSync(join(screenshots, `${file}.txt`), `${page.url()}\n\n${text}`);
  await screenshot(page, file).catch(() => undefined);
}

function chromiumPath(): string {
  return execFileSync('which', [process.env.CHROMIUM ?? 'chromium'], { encoding: 'utf8' }).trim();
}

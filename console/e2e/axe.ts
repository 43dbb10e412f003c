import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const options = {
  runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22a', 'wcag22aa'],
  // The one rule of WCAG 2.2, which axe leaves out unless it is named.
  rules: { 'target-size': { enabled: true } },
  resultTypes: ['violations'],
  // Only rules that are experiments look at stylesheets.
  preload: false,
};

// isAccessible fails unless axe finds nothing on a page as it is, at WCAG 2.0 to 2.2, A
// and AA.
export async function isAccessible(page: Page, what: string) {
  await finds(page, what, options);
}

// hasContrast is what of that depends on the theme.
export async function hasContrast(page: Page, what: string) {
  await finds(page, what, { ...options, runOnly: ['color-contrast'], rules: {} });
}

async function finds(page: Page, what: string, options: object) {
  if (!(await page.evaluate('"axe" in window'))) await page.evaluate(axe);
  const { violations, passes } = (await page.evaluate(`axe.run(document, ${JSON.stringify(options)})`)) as AxeResults;
  const found = violations.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ html }) => html.slice(0, 300)).join('\n')}`);
  if (found.length > 0) throw new Error(`${what} at ${page.url()}: ${found.join('\n')}`);
  expect(passes.length, `rules that ${what} has passed`).toBeGreaterThan(0);
}

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
};

// isAccessible fails unless axe finds nothing on a page as it is, at WCAG 2.0 to 2.2, A
// and AA.
export async function isAccessible(page: Page, what: string) {
  if (!(await page.evaluate('"axe" in window'))) await page.evaluate(axe);
  const { violations } = (await page.evaluate(`axe.run(document, ${JSON.stringify(options)})`)) as AxeResults;
  const found = violations.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ html }) => html.slice(0, 300)).join('\n')}`);
  expect(found, `${what} at ${page.url()}`).toEqual([]);
}

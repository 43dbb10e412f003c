import { expect, test } from './test';
import { watch } from './watch';

// Every test relies on this: what must not happen is noticed.
test('whatever must not happen in a browser is noticed', async ({ service, browser }) => {
  const context = await browser.newContext({ baseURL: service.url });
  const faults = watch(context, service.url, ['404 GET']);
  const page = await context.newPage();
  await page.goto('/console/');
  await page.locator('main button').waitFor();
  expect(faults).toEqual([]);
  await page.evaluate(async (elsewhere) => {
    const script = document.createElement('script');
    script.textContent = 'window.inline = true';
    document.head.append(script);
    await fetch('/v1/meant');
    await fetch('/v1/projects', { method: 'POST' });
    await fetch('/v1/projects?access_token=x');
    await fetch(elsewhere).catch(() => undefined);
    setTimeout(() => {
      throw new Error('of the page');
    });
  }, 'http://127.0.0.1:9/');
  expect(await page.evaluate('window.inline')).toBeUndefined();
  for (const fault of [/^console: .*Content Security Policy/, /^405 POST/, /^a token in an address/, /^401 GET/, /^error: Error: of the page/]) {
    await expect.poll(() => faults).toContainEqual(expect.stringMatching(fault));
  }
  expect(faults).not.toContainEqual(expect.stringMatching('/v1/meant'));
  await page.goto('http://127.0.0.1:9/').catch(() => undefined);
  await expect.poll(() => faults).toContainEqual(expect.stringMatching(/^another origin/));
  await context.close();
});

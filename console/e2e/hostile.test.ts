import type { Page } from 'playwright-core';
import { see } from './page';
import { expect, test } from './test';
import { arrange, leave, type Place, placesOf, platformPlacesOf, visit } from './walk';

// What a hostile tenant calls things: 128 characters without a space, which would run as
// HTML; and right to left, which would turn what follows around.
const html = '<img/src=x/onerror="hacked=1"><script>hacked=1</script>'.padEnd(128, 'W');
const turned = 'שלום'.repeat(10) + 'مرحبا'.repeat(10);
const hostile = [html, turned];

// staysWhole fails if a text of others was taken for HTML, can turn the text around it, or
// makes the page wider than the window.
async function staysWhole(page: Page, name: string) {
  expect(await page.evaluate('typeof hacked'), name).toBe('undefined');
  const loose = await page.evaluate((texts) => {
    const found: string[] = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const { data, parentElement } = node as Text;
      const isIsolated = parentElement?.closest('bdi, textarea, [dir]') ?? data.includes('\u2068');
      if (texts.some((text) => data.includes(text)) && !isIsolated) found.push(parentElement?.outerHTML ?? data);
    }
    return found;
  }, hostile);
  expect(loose, `${name}: without isolation`).toEqual([]);
  const tooWide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(tooWide, `${name}: wider than the window`).toBeLessThanOrEqual(0);
  const wide = await page.evaluate(() =>
    [...document.querySelectorAll('main p, main h1, main h2, [role=dialog] li, [role=dialog] label, [role=dialog] h2')]
      .filter((e) => e.getBoundingClientRect().right > innerWidth + 1 && !e.closest('table'))
      .map((e) => e.outerHTML.slice(0, 200)),
  );
  expect(wide, `${name}: cut off`).toEqual([]);
}

async function walk(page: Page, places: Place[]) {
  for (const place of places) {
    await visit(page, place);
    await staysWhole(page, place.name);
    await leave(page, place);
  }
}

test('texts of others are shown as they are, at 400 pixels', async ({ service, signIn }) => {
  const scene = await arrange(service, { project: turned, image: html, description: `${html}\n${turned}`, tags: { team: html } });
  const page = await signIn({ name: html, projects: [scene.projectId], width: 400, meant: ['404 GET', '422 POST'] });
  await walk(page, placesOf(scene, 'en'));
  await page.goto(`/console/${scene.projectId}/images/${scene.imageId}`);
  await see(page.getByRole('heading', { level: 1 }), html);
  const platform = await signIn({ name: 'platform', platform: true, width: 400 });
  await walk(platform, platformPlacesOf(scene, 'en'));
});

test('a name that turns the text around it is not taken', async ({ service }) => {
  const owner = await service.project('Acme Web');
  await expect(service.image(owner, { name: 'web\u202egpj' })).rejects.toThrow('InvalidRequest');
});

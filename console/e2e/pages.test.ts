import type { Page } from 'playwright-core';
import { describe } from 'vitest';
import { hasContrast, isAccessible } from './axe';
import { expect, screenshot, type Somebody, test } from './test';
import { arrange, leave, type Place, placesOf, platformPlacesOf, visit } from './walk';

const names = { project: 'Acme Web', image: 'web-golden', tags: { release: '2026.11' } };
const gone: Somebody['meant'] = ['404 GET', '422 POST'];

// Every page and dialog, reached by its address, which is what a reload does. Each is kept
// as a picture.
describe.concurrent.each(['en', 'zh-CN'] as const)('in %s', (language) => {
  const look = async (page: Page, name: string) => {
    await screenshot(page, `${name}.${language}`);
    await isAccessible(page, name);
    expect(await page.title(), name).not.toBe('');
    expect(await page.locator('html').getAttribute('lang'), name).toBe(language);
    await page.emulateMedia({ colorScheme: 'dark' });
    await hasContrast(page, `${name}, dark,`);
    await page.emulateMedia({ colorScheme: 'light' });
  };
  const walk = async (page: Page, places: Place[]) => {
    for (const place of places) {
      await visit(page, place);
      await look(page, place.name);
      await leave(page, place);
    }
  };

  test(`members are shut out of nothing, in ${language}`, async ({ service, signIn }) => {
    const scene = await arrange(service, names);
    const page = await signIn({ projects: [scene.projectId], language, meant: gone });
    await walk(page, placesOf(scene, language));
  });

  test(`nor is the platform, nor who signs in, in ${language}`, async ({ service, open, signIn }) => {
    const scene = await arrange(service, names);
    const stranger = await open({ language, at: `/console/${scene.projectId}/images` });
    await stranger.locator('main button').waitFor();
    await look(stranger, 'sign-in');
    await stranger.locator('main button').click();
    await stranger.locator('#name').waitFor();
    await look(stranger, 'sign-in-of-this-machine');
    const page = await signIn({ name: 'platform', platform: true, language });
    await walk(page, platformPlacesOf(scene, language));
  });
});

test('what is not accessible is found', async ({ open }) => {
  const page = await open({});
  await page.locator('main button').waitFor();
  await page.locator('main').evaluate((main) => main.append(document.createElement('button')));
  await expect(isAccessible(page, 'the page')).rejects.toThrow('button-name');
});

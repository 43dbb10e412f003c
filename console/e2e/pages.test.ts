import type { Page } from 'playwright-core';
import { describe } from 'vitest';
import { isAccessible } from './axe';
import { expect, screenshot, type Somebody, test } from './test';
import { arrange, type Place, placesOf, platformPlacesOf, visit } from './walk';

const languages = ['en', 'zh-CN'] as const;
const names = { project: 'Acme Web', image: 'web-golden', tags: { release: '2026.11' } };
const gone: Somebody['meant'] = ['404 GET', '422 POST'];

// Every page and dialog, reached by its address, which is what a reload does. Each is kept
// as a picture in both languages.
describe.each(languages)('in %s', (language) => {
  describe.each(['light', 'dark'] as const)('%s', (theme) => {
    const look = async (page: Page, places: Place[]) => {
      for (const place of places) {
        await visit(page, place);
        if (theme === 'light') await screenshot(page, `${place.name}.${language}`);
        await isAccessible(page, place.name);
        expect(await page.title(), place.name).not.toBe('');
        expect(await page.locator('html').getAttribute('lang')).toBe(language);
      }
    };

    test('nobody is shut out of a page or a dialog', async ({ service, signIn }) => {
      const scene = await arrange(service, names);
      const page = await signIn({ projects: [scene.projectId], language, theme, meant: gone });
      await look(page, placesOf(scene, language));
    });

    test('nor of what the platform sees, and of signing in', async ({ service, open, signIn }) => {
      const scene = await arrange(service, names);
      const stranger = await open({ language, theme, at: `/console/${scene.projectId}/images` });
      await stranger.locator('main button').waitFor();
      await isAccessible(stranger, 'sign-in');
      await stranger.locator('main button').click();
      await stranger.locator('#name').waitFor();
      await isAccessible(stranger, 'the sign-in of this machine');
      const page = await signIn({ name: 'platform', platform: true, language, theme });
      await look(page, platformPlacesOf(scene, language));
    });
  });
});

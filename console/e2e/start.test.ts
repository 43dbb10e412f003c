import { press, see } from './page';
import { enter, expect, test } from './test';

test('a page whose texts or configuration cannot be loaded says so, and can be reloaded', async ({ open }) => {
  for (const [file, said] of [
    ['**/assets/all.en*', 'A part of the page could not be loaded.'],
    ['**/config.json', 'The console cannot start'],
  ] as const) {
    // Somewhere without the page's files, which a browser keeps.
    const page = await open({ at: '/console/icon.svg', meant: ['failed GET'] });
    await page.route(file, (route) => route.abort('connectionreset'), { times: 1 });
    await page.goto('/console/');
    await see(page, new RegExp(said));
    await press(page, 'Reload');
    await page.getByRole('button', { name: 'Sign in', exact: true }).waitFor();
    await expect.poll(() => page.getByText(said).count()).toBe(0);
  }
});

test('the sign-in speaks the language that was chosen, whatever the browser prefers', async ({ open }) => {
  const page = await open({ language: 'en' });
  await press(page, 'Language: English');
  await page.getByRole('menuitemcheckbox', { name: '简体中文' }).click();
  await press(page, '登录');
  await see(page, /登录/);
  await enter(page, {});
  await see(page, '没有项目');
});

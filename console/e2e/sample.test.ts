import { choose, dialog, press, row, see } from './page';
import { expect, screenshot, test } from './test';

// What somebody does who has just started the service, with the mouse. The README has two
// of the pictures.
test('the sample is loaded with one click, and its people share and save', async ({ open, service }) => {
  const alice = await open({ at: '/console/acme-web/images', width: 1360, meant: ['422 POST'] });
  await press(alice, 'Sign in');
  await press(alice, 'Load the sample');
  await press(alice, /^alice/);
  // The address that was opened is there after signing in.
  await choose(alice, 'web-golden');
  await press(alice, 'Share image');
  await dialog(alice).getByLabel('Target project ids').fill('globex-app\nacme-data, globex-op');
  await see(row(dialog(alice), 'globex-op'), 'There is no such project');
  await dialog(alice).getByRole('checkbox').check();
  await screenshot(alice, 'readme-share', false);
  await press(dialog(alice), 'Take out globex-op');
  await press(dialog(alice), 'OK');
  await see(alice, 'The image is shared with 2 more projects.');

  const bob = await open({ at: '/console/globex-app/shared-images', width: 1360 });
  await press(bob, 'Sign in');
  await press(bob, /^bob/);
  await see(row(bob, 'web-former').first(), 'acme-web');
  await screenshot(bob, 'readme-received', false);
  await row(bob, 'web-golden').getByRole('button', { name: 'Save image' }).click();
  await press(dialog(bob), 'Save image');
  await bob.getByRole('link', { name: 'Show it' }).click();
  await see(bob.locator('main'), /^Available$/);

  const renew = async (token: string) => {
    const body = new URLSearchParams({ grant_type: 'refresh_token', client_id: 'console', refresh_token: token });
    return (await fetch(`${service.url}/local/sign-in/token`, { method: 'POST', body })).json();
  };
  const kept = await alice.evaluate(() => Object.values<string>(sessionStorage).find((item) => item.includes('refresh_token')));
  const { refresh_token } = JSON.parse(kept ?? '') as { refresh_token: string };
  await press(alice, /^Account: /);
  await alice.getByRole('menuitem', { name: 'Sign out' }).click();
  await see(alice, 'Share custom images with other projects');
  await alice.goto('/console/acme-web/images');
  await alice.getByRole('button', { name: 'Sign in' }).waitFor();
  expect(await alice.evaluate(() => sessionStorage.length)).toBe(0);
  expect(await renew(refresh_token)).toMatchObject({ error: 'invalid_grant' });
});

import type { Route } from 'playwright-core';
import { isAccessible } from './axe';
import { choose, dialog, press, row, see } from './page';
import { enter, expect, test } from './test';

// answer is what a service in trouble says.
function answer(route: Route, status: number, code: string, headers = {}) {
  const problem = { type: 'about:blank', title: code, status, detail: code, code, requestId: 'request-7' };
  return route.fulfill({ status, headers, contentType: 'application/problem+json', body: JSON.stringify(problem) });
}

test('a busy service is asked again, and the page says that it waits', async ({ service, signIn }) => {
  const owner = await service.project('Acme Web');
  const image = await service.image(owner);
  const page = await signIn({ projects: [owner], meant: ['503 GET'] });
  let asked = 0;
  await page.route('**/v1/projects/*/images?*', (route) =>
    ++asked > 2 ? route.continue() : answer(route, 503, 'Busy', { 'Retry-After': '1' }),
  );
  await page.getByRole('link', { name: 'Acme Web' }).click();
  await see(page, 'The service is busy. Trying again…');
  await row(page, image).waitFor();
  expect(asked).toBe(3);
  await expect.poll(() => page.getByText('The service is busy').count()).toBe(0);
});

test('a failure has its request id, and goes away with Retry', async ({ service, signIn }) => {
  const owner = await service.project('Acme Web');
  const image = await service.image(owner);
  const page = await signIn({ projects: [owner], meant: ['500 GET', 'failed GET'] });
  await page.route('**/v1/projects/*/images?*', (route) => answer(route, 500, 'Internal'), { times: 1 });
  await page.getByRole('link', { name: 'Acme Web' }).click();
  await see(page, 'Something failed in the service.');
  await see(page, 'request-7');
  await isAccessible(page, 'a failure');
  await page.route('**/v1/projects/*/images?*', (route) => route.abort('connectionreset'), { times: 1 });
  await press(page, 'Retry');
  await see(page, 'The service could not be reached.');
  await press(page, 'Retry');
  await row(page, image).waitFor();
  expect(await page.getByText('could not be reached').count()).toBe(0);
});

test('a share whose answer is lost is explained, and trying again does it once', async ({ service, signIn }) => {
  const owner = await service.project('Acme Web');
  const recipient = await service.project('Globex App');
  const image = await service.image(owner);
  const page = await signIn({ projects: [owner], at: `/console/${owner}/images`, meant: ['503 POST', 'failed POST'] });
  await choose(page, image);
  await press(page, 'Share image');
  await dialog(page).getByLabel('Target project ids').fill(recipient);
  await see(row(dialog(page), recipient), 'Can be shared with');
  await dialog(page).getByRole('checkbox', { name: 'I have read this' }).check();

  await page.route('**/shares', (route) => answer(route, 503, 'OutcomeUnknown'), { times: 1 });
  await press(dialog(page), 'OK');
  await see(dialog(page), 'It is not known whether this was done');
  await see(dialog(page), 'Try again: that never does it twice.');
  await isAccessible(page, 'an outcome that is not known');
  // The second one is done, and its answer lost.
  await page.route('**/shares', async (route) => {
    await route.fetch();
    await route.abort('connectionreset');
  }, { times: 1 });
  await press(dialog(page), 'Retry');
  await expect.poll(() => service.call('GET', `/v1/projects/${owner}/images/${image}`)).toMatchObject({ shareCount: 1 });
  await see(dialog(page), 'The answer was lost');
  expect(await dialog(page).getByLabel('Target project ids').inputValue()).toBe(recipient);
  await press(dialog(page), 'Retry');
  await see(row(page, image), '1 of 50');
});

test('a copy that takes long has a bar, and one that fails has its reason and begins again', async ({ service, signIn }) => {
  const owner = await service.project('Acme Web');
  const image = await service.image(owner);
  const page = await signIn({ projects: [owner], at: `/console/${owner}/images/${image}` });
  await press(page, 'Actions');
  await page.getByRole('menuitem', { name: 'Copy' }).click();
  // The copy is quick on one machine: what the service says of it is changed on its way.
  let says: object = { state: 'Creating', copying: { copiedBytes: 2 ** 30, totalBytes: 2 ** 32 } };
  await page.route('**/v1/projects/*/images/*', async (route) => {
    const response = await route.fetch();
    const real = (await response.json()) as { source?: object };
    return route.fulfill({ response, json: real.source ? { ...real, ...says } : real });
  });
  await dialog(page).getByLabel('Name').fill('copy');
  await press(dialog(page), 'Copy');
  await page.getByRole('link', { name: 'Show it' }).click();
  const bar = page.getByRole('progressbar');
  const shown = async () => Number(await bar.getAttribute('value'));
  await see(page, '1 GiB of 4 GiB');
  await isAccessible(page, 'an image that is being made');
  expect(await shown()).toBe(25);
  says = { state: 'Creating', copying: { copiedBytes: 3 * 2 ** 30, totalBytes: 2 ** 32 } };
  await see(page, '3 GiB of 4 GiB');
  expect(await shown()).toBe(75);
  says = { state: 'Failed', failure: { code: 'SourceDiskMissing', message: 'no disk' } };
  await see(page, 'A disk of the source is gone.');
  await isAccessible(page, 'an image that has failed');
  says = {};
  await press(page, 'Try again');
  await see(page.locator('main'), /^Available$/);
});

test('a session that ends in the dialog is gone on with, and nothing typed is lost', async ({ service, signIn }) => {
  const owner = await service.project('Acme Web');
  const recipient = await service.project('Globex App');
  const image = await service.image(owner);
  const page = await signIn({ name: 'alice', projects: [owner], at: `/console/${owner}/images`, meant: ['401 POST', '400 POST'] });
  await choose(page, image);
  await press(page, 'Share image');
  await dialog(page).getByLabel('Target project ids').fill(recipient);
  await see(row(dialog(page), recipient), 'Can be shared with');
  await dialog(page).getByRole('checkbox', { name: 'I have read this' }).check();

  // From now on the service takes no token that it has taken before, and the issuer renews none.
  let ended: string | undefined;
  await page.route('**/shares', async (route) => {
    const token = route.request().headers().authorization;
    ended ??= token;
    return token === ended ? answer(route, 401, 'Unauthenticated') : route.continue();
  });
  await page.route('**/local/sign-in/token', (route) =>
    route.fulfill({ status: 400, json: { error: 'invalid_grant' } }), { times: 1 },
  );
  await press(dialog(page), 'OK');
  await see(page, 'Your session has ended');
  expect(await page.getByLabel('Target project ids').inputValue()).toBe(recipient);
  await isAccessible(page, 'the end of a session');
  const opened = page.waitForEvent('popup');
  await press(page, 'Sign in again');
  await enter(await opened, { name: 'alice', projects: [owner] });
  await see(page, 'The image is shared with one more project.');
  await see(row(page, image), '1 of 50');
});

import type { Page, Route } from 'playwright-core';
import { isAccessible } from './axe';
import { action, choose, dialog, press, row, see } from './page';
import { enter, expect, type Fixtures, test } from './test';

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
  await see(page, 'The image is shared with this project now.');
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

// endSession has the service take no token of now for a share, and the issuer renew none.
async function endSession(page: Page) {
  let ended: string | undefined;
  await page.route('**/shares', async (route) => {
    const token = route.request().headers().authorization;
    ended ??= token;
    return token === ended ? answer(route, 401, 'Unauthenticated') : route.continue();
  });
  await page.route('**/local/sign-in/token', (route) =>
    route.fulfill({ status: 400, json: { error: 'invalid_grant' } }), { times: 1 },
  );
}

// sessionEndsInDialog has alice share an image, and her session end before it is done.
async function sessionEndsInDialog({ service, signIn }: Pick<Fixtures, 'service' | 'signIn'>) {
  const owner = await service.project('Acme Web');
  const recipient = await service.project('Globex App');
  const image = await service.image(owner);
  const page = await signIn({ name: 'alice', projects: [owner], at: `/console/${owner}/images`, meant: ['401 POST', '400 POST'] });
  await choose(page, image);
  await press(page, 'Share image');
  await dialog(page).getByLabel('Target project ids').fill(recipient);
  await see(row(dialog(page), recipient), 'Can be shared with');
  await dialog(page).getByRole('checkbox', { name: 'I have read this' }).check();
  await endSession(page);
  await press(dialog(page), 'OK');
  await see(page, 'Your session has ended');
  return { owner, recipient, image, page };
}

test('a session that ends in the dialog is gone on with, and nothing typed is lost', async ({ service, signIn }) => {
  const { owner, recipient, image, page } = await sessionEndsInDialog({ service, signIn });
  expect(await page.getByLabel('Target project ids').inputValue()).toBe(recipient);
  await isAccessible(page, 'the end of a session');
  const opened = page.waitForEvent('popup');
  await press(page, 'Sign in again');
  await enter(await opened, { name: 'alice', projects: [owner] });
  await see(page, 'The image is shared with one more project.');
  await see(row(page, image), '1 of 50');
});

test('what is cancelled while it waits for a busy service is not done later', async ({ service, signIn }) => {
  const owner = await service.project('Acme Web');
  const image = await service.image(owner);
  const page = await signIn({ projects: [owner], at: `/console/${owner}/images`, meant: ['503 DELETE'] });
  for (const leave of [() => press(dialog(page), 'Cancel'), () => page.keyboard.press('Escape')]) {
    let asked = 0;
    await page.route('**/v1/projects/*/images/*', (route) => {
      asked++;
      return answer(route, 503, 'Busy', { 'Retry-After': '1' });
    });
    await choose(page, image);
    await action(page, 'Delete');
    await see(dialog(page), 'It is shared with nobody.');
    await press(dialog(page), 'Delete');
    await see(page, 'The service is busy. Trying again…');
    await leave();
    await dialog(page).waitFor({ state: 'detached' });
    const before = asked;
    await page.unroute('**/v1/projects/*/images/*');
    // Longer than any wait after this Retry-After.
    await page.waitForTimeout(2500);
    expect(asked).toBe(before);
    expect(await page.getByText('Trying again').count()).toBe(0);
    await service.call('GET', `/v1/projects/${owner}/images/${image}`);
  }
});

test('what is cancelled when the session has ended is not done after the next sign-in', async ({ service, signIn }) => {
  const { owner, image, page } = await sessionEndsInDialog({ service, signIn });
  await page.keyboard.press('Escape');
  await dialog(page).filter({ hasText: 'Your session has ended' }).waitFor({ state: 'detached' });
  await press(dialog(page), 'Cancel');
  await dialog(page).waitFor({ state: 'detached' });

  const opened = page.waitForEvent('popup');
  await press(page, 'Sign in again');
  await press(dialog(page), 'Sign in again');
  await enter(await opened, { name: 'alice', projects: [owner] });
  await page.getByText('Your session has ended').waitFor({ state: 'detached' });
  // The page goes on with whatever had waited for the sign-in.
  await press(page, 'Load again');
  await see(row(page, image), '0 of 50');
  expect(await service.call('GET', `/v1/projects/${owner}/images/${image}`)).toMatchObject({ shareCount: 0 });
});

test('what is sent already stays open until its answer is there, and says what was done', async ({ service, signIn }) => {
  const owner = await service.project('Acme Web');
  const image = await service.image(owner);
  const page = await signIn({ projects: [owner], at: `/console/${owner}/images` });
  let goOn = () => {};
  const late = new Promise<void>((resolve) => (goOn = resolve));
  await page.route('**/v1/projects/*/images/*', async (route) => {
    await late;
    await route.continue();
  });
  await choose(page, image);
  await action(page, 'Delete');
  await see(dialog(page), 'It is shared with nobody.');
  const sent = page.waitForRequest((request) => request.method() === 'DELETE');
  await press(dialog(page), 'Delete');
  await sent;
  await press(dialog(page), 'Cancel');
  await expect.poll(() => dialog(page).getByRole('button', { name: 'Cancel' }).isEnabled()).toBe(false);
  goOn();
  await see(page, 'is deleted.');
  await dialog(page).waitFor({ state: 'detached' });
});

test('a target that could not be checked is checked again, and is not called bad', async ({ service, signIn }) => {
  const owner = await service.project('Acme Web');
  const recipient = await service.project('Globex App');
  const image = await service.image(owner);
  const page = await signIn({ projects: [owner], at: `/console/${owner}/images`, meant: ['failed POST'] });
  let lost = 0;
  await page.route('**/shares', (route) =>
    route.request().method() === 'POST' && lost++ === 0 ? route.abort('connectionreset') : route.continue(),
  );
  await choose(page, image);
  await press(page, 'Share image');
  await dialog(page).getByLabel('Target project ids').fill(recipient);
  await see(row(dialog(page), recipient), 'Could not be checked');
  await see(dialog(page), 'The service could not be reached.');
  await see(dialog(page), '0 ready, 1 could not be checked.');
  expect(await dialog(page).getByText('It is not known').count()).toBe(0);
  expect(await dialog(page).getByText('cannot be used').count()).toBe(0);
  await press(dialog(page), 'Retry');
  await see(row(dialog(page), recipient), 'Can be shared with');
});

test('a copy whose answer is lost is not made twice, also when it is edited before Retry', async ({ service, signIn }) => {
  const owner = await service.project('Acme Web');
  const image = await service.image(owner);
  const page = await signIn({ projects: [owner], at: `/console/${owner}/images`, meant: ['failed POST', '409 POST', '422 POST'] });
  await choose(page, image);
  await action(page, 'Copy');
  await page.route('**/copy', async (route) => {
    await route.fetch();
    await route.abort('connectionreset');
  }, { times: 1 });
  await dialog(page).getByLabel('Name').fill('first');
  await press(dialog(page), 'Copy');
  await see(dialog(page), 'The answer was lost');
  await dialog(page).getByLabel('Name').fill('second');
  await press(dialog(page), 'Retry');
  await see(dialog(page), 'A copy was begun already with what was entered before.');
  await press(dialog(page), 'Cancel');
  await press(page, 'Load again');
  await see(page.locator('main'), 'first');
  expect(await service.call('GET', `/v1/projects/${owner}/images`)).toMatchObject({ images: { length: 2 } });
});

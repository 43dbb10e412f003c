import type { Page } from 'playwright-core';
import { action, choose, dialog, gone, press, row, see } from './page';
import type { Service } from './service';
import { expect, test } from './test';

// openShare opens the dialog for an image in My images.
async function openShare(page: Page, image: string) {
  await choose(page, image);
  await press(page, 'Share image');
  await dialog(page).getByLabel('Target project ids').waitFor();
}

const acknowledge = (page: Page) => dialog(page).getByRole('checkbox', { name: 'I have read this' }).check();
const isReady = (page: Page) => dialog(page).getByRole('button', { name: 'OK', exact: true }).isEnabled();

test('an image is shared, seen, saved, and gone when the share is cancelled', async ({ service, signIn }) => {
  const owner = await service.project('Acme Web');
  const recipient = await service.project('Globex App', 'acct-globex');
  const image = await service.image(owner);

  const alice = await signIn({ name: 'alice', projects: [owner] });
  await alice.getByRole('link', { name: 'Acme Web' }).click();
  await see(row(alice, image), '0 of 50');
  await openShare(alice, image);
  await dialog(alice).getByLabel('Target project ids').fill(recipient);
  await see(row(dialog(alice), recipient), 'Can be shared with');
  await see(row(dialog(alice), recipient), 'Globex App');
  await see(row(dialog(alice), recipient), 'acct-globex');
  expect(await isReady(alice)).toBe(false);
  await acknowledge(alice);
  await press(dialog(alice), 'OK');
  await see(alice, 'The image is shared with one more project.');
  await see(row(alice, image), '1 of 50');

  const bob = await signIn({ name: 'bob', projects: [recipient], at: `/console/${recipient}/shared-images`, meant: ['404 GET'] });
  await see(bob, 'Shared images are not audited or tested');
  await see(row(bob, image), owner);
  await see(row(bob, image), 'Account \u2068acct-acme\u2069');
  await row(bob, image).getByRole('button', { name: 'Save image' }).click();
  await see(dialog(bob), 'billed for it at the standard price');
  await dialog(bob).getByLabel('Name').fill('our own web');
  await press(dialog(bob), 'Save image');
  await bob.getByRole('link', { name: 'Show it' }).click();
  await bob.getByRole('heading', { name: 'our own web', level: 1 }).waitFor();
  await see(bob.locator('main'), /^Available$/);
  await see(bob, 'Copy completed');

  await row(alice, image).getByRole('link').click();
  await press(row(alice, recipient), /^Cancel sharing/);
  await see(dialog(alice), 'They lose the image at once.');
  await bob.goto(`/console/${recipient}/shared-images/${image}`);
  await see(bob, 'Free. The owner pays for the image');
  await press(dialog(alice), 'Cancel sharing');
  await see(alice, 'Sharing is cancelled with one project.');
  await see(alice, 'Shared with nobody');

  // Bob sees it as soon as the page looks again.
  await see(bob, 'This image is no longer shared with the project');
  await press(bob, 'To the list');
  await see(bob, 'No shared images');
  await bob.goto(`/console/${recipient}/images`);
  await see(bob, 'our own web');
});

test('each of several targets is checked as it is entered', async ({ service, signIn }) => {
  const owner = await service.project('Acme Web');
  const image = await service.image(owner);
  const [first, second] = [await service.project('First'), await service.project('Second')];
  const [asks, refuses] = [await service.project('Asks'), await service.project('Refuses')];
  await service.policy(asks, 'consent');
  await service.policy(refuses, 'closed');

  const page = await signIn({ projects: [owner], at: `/console/${owner}/images`, meant: ['422 POST'] });
  await openShare(page, image);
  const targets = dialog(page).getByLabel('Target project ids');
  await targets.fill(`${first}, ${second}\n${asks}\n${refuses};nobody ${owner}\n<b>`);
  const verdicts = {
    [first]: 'Can be shared with', [second]: 'Can be shared with', [asks]: 'Has to accept it first',
    [refuses]: 'Does not take images from you', nobody: 'There is no such project', [owner]: 'Owns the image', '<b>': 'Is no project id',
  };
  for (const [id, verdict] of Object.entries(verdicts)) await see(row(dialog(page), id), verdict);
  await see(dialog(page), '3 ready, 4 cannot be used. 47 places left after this.');
  await acknowledge(page);
  expect(await isReady(page)).toBe(false);
  for (const id of [refuses, 'nobody', owner, '<b>']) await press(dialog(page), `Take out ${id}`);
  expect(await targets.inputValue()).toBe([first, second, asks].join('\n'));
  await press(dialog(page), 'OK');
  await see(page, 'The image is shared with 3 more projects. One of them has to accept it first.');

  // One who has it already is no obstacle, and the box has to be ticked each time.
  await openShare(page, image);
  await targets.fill(first);
  await see(row(dialog(page), first), 'Has the image already');
  expect(await isReady(page)).toBe(false);
  await press(dialog(page), 'Cancel');

  // Some are cancelled, then all.
  await row(page, image).getByRole('link').click();
  await row(page, first).getByRole('checkbox').check();
  await row(page, second).getByRole('checkbox').check();
  await press(page, 'Cancel for the selection');
  await press(dialog(page), 'Cancel sharing');
  await see(page, 'Sharing is cancelled with 2 projects.');
  await see(row(page, asks), 'Pending');
  await press(page, 'Cancel for all');
  await press(dialog(page), 'Cancel sharing');
  await see(page, 'Shared with nobody');
});

test('far too many ids are refused at once, and none is asked for', async ({ service, signIn }) => {
  const owner = await service.project('Acme Web');
  const recipient = await service.project('Globex App');
  const image = await service.image(owner);
  const page = await signIn({ projects: [owner], at: `/console/${owner}/images` });
  let asked = 0;
  page.on('request', (request) => {
    if (request.method() === 'POST') asked++;
  });
  await openShare(page, image);
  const targets = dialog(page).getByLabel('Target project ids');
  // With commas, because a browser itself takes long to enter thousands of lines.
  await targets.fill(Array.from({ length: 3000 }, (_, i) => `nobody-${i}`).join(','));
  await see(dialog(page), 'These are 3000 ids. Enter 100 at most.');
  expect(await dialog(page).getByRole('row').count()).toBe(0);
  // What is entered next is asked for, hidden characters and all, and nothing else is.
  await targets.fill(`\u2068${recipient}\u2069`);
  await see(row(dialog(page), recipient), 'Can be shared with');
  expect(asked).toBe(1);
});

async function fullBut(service: Service, owner: string, places: number): Promise<string> {
  const image = await service.image(owner);
  const others = await Promise.all(Array.from({ length: 50 - places }, (_, i) => service.project(`Team ${i}`)));
  await service.share(owner, image, others);
  return image;
}

test('the 51st project is refused, also when somebody else has taken the last place', async ({ service, signIn }) => {
  const owner = await service.project('Acme Web');
  const image = await fullBut(service, owner, 1);
  const [first, second] = [await service.project('First'), await service.project('Second')];

  const page = await signIn({ projects: [owner], at: `/console/${owner}/images`, meant: ['409 POST'] });
  await openShare(page, image);
  await see(dialog(page), 'Shared with 49 of at most 50 projects. 1 place is left.');
  const targets = dialog(page).getByLabel('Target project ids');
  await targets.fill(`${first}\n${second}`);
  await see(dialog(page), '2 projects do not fit: only 1 place is left.');
  await acknowledge(page);
  expect(await isReady(page)).toBe(false);
  await press(dialog(page), `Take out ${second}`);
  await expect.poll(() => isReady(page)).toBe(true);

  await service.share(owner, image, [second]);
  await press(dialog(page), 'OK');
  await see(row(dialog(page), first), 'No place left');
  await see(dialog(page), 'Shared with 50 of at most 50 projects.');
  expect(await targets.inputValue()).toBe(first);
  expect(await isReady(page)).toBe(false);
  await press(dialog(page), 'Cancel');
  await press(page, 'Load again');
  await see(row(page, image), '50 of 50');

  // The way out is named, and leads there (R3).
  await openShare(page, image);
  await targets.fill(first);
  await see(row(dialog(page), first), 'No place left');
  await see(dialog(page), 'Cancel a share, or copy the image and share the copy.');
  expect(await dialog(page).getByText('Take out what cannot be used').count()).toBe(0);
  await press(dialog(page), 'Copy the image');
  await see(dialog(page), 'The copy has all disks of the image');
});

test('an image is neither seen nor saved in another region; its owner can copy it there', async ({ service, signIn }) => {
  const owner = await service.project('Acme Web');
  const recipient = await service.project('Globex App');
  const image = await service.image(owner);
  await service.share(owner, image, [recipient]);

  const bob = await signIn({ projects: [recipient], at: `/console/${recipient}/shared-images?region=us-east`, meant: ['422 POST'] });
  await see(bob, 'Nothing matches');
  await bob.goto(`/console/${recipient}/shared-images?region=eu-west`);
  // The page offers no other region: what is sent is changed on its way.
  await bob.route('**/save', (route) => {
    const body = { ...(route.request().postDataJSON() as object), region: 'us-east' };
    return route.continue({ postData: JSON.stringify(body) });
  });
  await row(bob, image).getByRole('button', { name: 'Save image' }).click();
  await see(dialog(bob), 'An image is saved only in its own region.');
  await press(dialog(bob), 'Save image');
  await see(dialog(bob), 'An image is shared, used and saved only in its own region');
  await press(dialog(bob), 'Cancel');

  const alice = await signIn({ projects: [owner], at: `/console/${owner}/images` });
  await choose(alice, image);
  await action(alice, 'Copy');
  await dialog(alice).getByLabel('Name').fill('web in us-east');
  await dialog(alice).getByLabel('Region').fill('us-east');
  await press(dialog(alice), 'Copy');
  await alice.getByRole('link', { name: 'Show it' }).click();
  await alice.getByRole('heading', { name: 'web in us-east', level: 1 }).waitFor();
  await see(alice.locator('main'), /^Available$/);
  await see(alice.locator('main'), /^us-east$/);
});

test('a deleted image is gone for everybody at once', async ({ service, signIn }) => {
  const owner = await service.project('Acme Web');
  const recipient = await service.project('Globex App', 'acct-globex');
  const image = await service.image(owner);
  await service.share(owner, image, [recipient]);
  const bob = await signIn({ projects: [recipient], at: `/console/${recipient}/shared-images`, meant: ['404 GET'] });
  await see(row(bob, image), owner);

  const alice = await signIn({ projects: [owner], at: `/console/${owner}/images` });
  await choose(alice, image);
  await action(alice, 'Delete');
  await see(dialog(alice), 'This project loses it:');
  await see(dialog(alice), `${recipient} (acct-globex)`);
  await press(dialog(alice), 'Delete');
  await see(alice, 'is deleted.');
  await gone(alice, image);

  await row(bob, image).getByRole('link').click();
  await see(bob, 'This image is no longer shared with the project');
  await bob.goto(`/console/${recipient}/shared-images`);
  await see(bob, 'No shared images');
  await alice.goto(`/console/${owner}/activity`);
  await see(alice, 'Image deleted');
});

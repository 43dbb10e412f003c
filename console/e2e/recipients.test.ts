import { dialog, gone, press, row, see } from './page';
import { expect, test } from './test';

test('a recipient sets the policy, accepts and declines, and the owner sees it', async ({ service, signIn }) => {
  const owner = await service.project('Acme Web');
  const recipient = await service.project('Globex App');
  const [first, second] = [await service.image(owner, { name: 'first' }), await service.image(owner, { name: 'second' })];

  const bob = await signIn({ name: 'bob', projects: [recipient], at: `/console/${recipient}/policy` });
  await bob.getByRole('radio', { name: 'Ask first' }).check();
  await press(bob, 'Save policy');
  await see(bob, 'The sharing policy is saved.');

  await service.share(owner, first, [recipient]);
  await service.share(owner, second, [recipient]);
  await bob.getByRole('link', { name: 'Shared with me' }).first().click();
  await see(bob, 'No shared images');
  await press(bob, 'Look at them');
  await see(row(bob, first), owner);
  await row(bob, first).getByRole('button', { name: 'Accept' }).click();
  await see(dialog(bob), 'Shared images are not audited or tested');
  await press(dialog(bob), 'Accept');
  await see(bob, '1 image accepted.');
  await gone(bob, first);
  await row(bob, second).getByRole('button', { name: 'Decline' }).click();
  await press(dialog(bob), 'Decline');
  await see(bob, 'Nothing waits for an answer');

  await bob.getByRole('tab', { name: 'Declined' }).click();
  await see(row(bob, second), owner);
  expect(await row(bob, second).getByRole('button', { name: 'Save image' }).count()).toBe(0);
  await bob.getByRole('tab', { name: 'Accepted' }).click();
  await row(bob, first).getByRole('button', { name: 'Save image' }).waitFor();

  const alice = await signIn({ projects: [owner], at: `/console/${owner}/images/${first}` });
  await see(row(alice, recipient), 'Accepted');
  await see(alice, 'Share accepted');
  await alice.goto(`/console/${owner}/images/${second}`);
  await see(row(alice, recipient), 'Declined');

  // Whoever has declined can change their mind.
  await bob.goto(`/console/${recipient}/shared-images/${second}`);
  await press(bob, 'Accept');
  await press(dialog(bob), 'Accept');
  await see(bob, 'Yes: hosts can be created from it, and it can be saved.');
});

test('whom a project blocks cannot share with it', async ({ service, signIn }) => {
  const owner = await service.project('Acme Web');
  const recipient = await service.project('Globex App');
  const image = await service.image(owner);
  const bob = await signIn({ projects: [recipient], at: `/console/${recipient}/policy` });
  await bob.getByLabel('Blocked projects').fill(`${owner}, -no id`);
  await see(bob, 'These are no ids');
  await bob.getByLabel('Blocked projects').fill(owner);
  await press(bob, 'Save policy');
  await see(bob, 'The sharing policy is saved.');
  await bob.reload();
  await expect.poll(() => bob.getByLabel('Blocked projects').inputValue()).toBe(owner);
  await expect(service.share(owner, image, [recipient])).rejects.toThrow('RecipientRefuses');
});

test('the platform suspends an image, ends that, and closes a project', async ({ service, signIn }) => {
  const owner = await service.project('Acme Web');
  const recipient = await service.project('Globex App');
  const image = await service.image(owner);
  await service.share(owner, image, [recipient]);
  const bob = await signIn({ projects: [recipient], at: `/console/${recipient}/shared-images/${image}` });
  const mayBobSave = () => bob.getByRole('button', { name: 'Save image' }).isEnabled();
  await expect.poll(mayBobSave).toBe(true);

  const platform = await signIn({ name: 'platform', platform: true, at: '/console/platform', meant: ['409 DELETE'] });
  await platform.getByLabel('Project id').fill(owner);
  await press(platform, 'Open');
  await row(platform, image).getByRole('button', { name: 'Suspend' }).click();
  await dialog(platform).getByLabel('Reason').fill('it has a miner in it');
  await press(dialog(platform), 'Suspend');
  await see(platform, 'is suspended.');
  await bob.reload();
  await see(bob, 'Suspended by the platform');
  expect(await mayBobSave()).toBe(false);
  expect(await bob.getByText('miner').count()).toBe(0);

  await row(platform, image).getByRole('button', { name: 'End the suspension' }).click();
  await press(dialog(platform), 'End the suspension');
  await see(platform, 'has ended.');
  await bob.reload();
  await expect.poll(mayBobSave).toBe(true);

  await press(platform, 'Close project');
  await dialog(platform).getByRole('textbox').fill(owner);
  await press(dialog(platform), 'Close project');
  await see(dialog(platform), 'The project still owns images');
  await press(dialog(platform), 'Cancel');
  await platform.goto(`/console/platform?project=${recipient}`);
  await press(platform, 'Close project');
  await dialog(platform).getByRole('textbox').fill(recipient);
  await press(dialog(platform), 'Close project');
  await see(platform, 'What was shared with it ends within seconds.');
  await bob.goto(`/console/${recipient}/shared-images`);
  await expect.poll(async () => {
    await press(bob, 'Load again');
    return bob.getByText('No shared images').count();
  }).toBe(1);
});

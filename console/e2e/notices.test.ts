import { action, choose, dialog, press, see } from './page';
import { expect, test } from './test';

test('a notice goes with its page, but that of a copy stays until the copy is opened', async ({ service, signIn }) => {
  const owner = await service.project('Acme Web');
  const image = await service.image(owner);
  const page = await signIn({ projects: [owner], at: `/console/${owner}/images` });
  const said = (text: string) => page.getByText(text).filter({ visible: true });
  await choose(page, image);
  await action(page, 'Copy');
  await press(dialog(page), 'Copy');
  await see(page, /^The copy .* has begun\./);
  await choose(page, image);
  await action(page, 'Deprecate');
  await press(dialog(page), 'Deprecate');
  await see(page, 'The image is deprecated.');
  await page.getByRole('link', { name: 'Activity' }).click();
  await expect.poll(() => said('The image is deprecated.').count()).toBe(0);
  await page.getByRole('link', { name: 'Show it' }).click();
  await see(page, 'Sharing information');
  await expect.poll(() => said('has begun').count()).toBe(0);
});
